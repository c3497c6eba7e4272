// Owns data that names its Go types, as the cases and the Go oracle have it: {"int": "3"}.
import {
  anySliceType,
  boolValue,
  floatValue,
  int64Type,
  intValue,
  invalidValue,
  mapValue,
  sliceValue,
  stringMapType,
  stringSliceType,
  stringValue,
  uintValue,
  type Value,
} from '../../../plugin/gotmpl/values.ts';

/** Texts are base64, since they need not be UTF-8; numbers are texts, since they need not fit a double. */
export type TypedData =
  | { readonly nil: true }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly int: string }
  | { readonly int64: string }
  | { readonly uint64: string }
  | { readonly float64: string }
  | { readonly '[]string': readonly string[] }
  | { readonly 'map[string]string': Readonly<Record<string, string>> }
  | { readonly '[]interface {}': readonly TypedData[] }
  | { readonly 'map[string]interface {}': Readonly<Record<string, TypedData>> };

/** The engine's value for typed data. */
export function valueOf(data: TypedData): Value {
  if ('bool' in data) {
    return boolValue(data.bool);
  }
  if ('string' in data) {
    return textValue(data.string);
  }
  if ('float64' in data) {
    return floatValue(Number(data.float64));
  }
  return integerOf(data) ?? collectionOf(data) ?? invalidValue;
}

function textValue(base64: string): Value {
  return stringValue(Buffer.from(base64, 'base64').toString('latin1'));
}

function integerOf(data: TypedData): Value | undefined {
  if ('int' in data) {
    return intValue(BigInt(data.int));
  }
  if ('int64' in data) {
    return intValue(BigInt(data.int64), int64Type);
  }
  return 'uint64' in data ? uintValue(BigInt(data.uint64)) : undefined;
}

function collectionOf(data: TypedData): Value | undefined {
  if ('[]string' in data) {
    return sliceValue(data['[]string'].map(textValue), stringSliceType);
  }
  if ('map[string]string' in data) {
    return mapValue(entriesOf(data['map[string]string'], textValue), stringMapType);
  }
  if ('[]interface {}' in data) {
    return sliceValue(data['[]interface {}'].map(valueOf), anySliceType);
  }
  return 'map[string]interface {}' in data
    ? mapValue(entriesOf(data['map[string]interface {}'], valueOf))
    : undefined;
}

function entriesOf<T>(
  record: Readonly<Record<string, T>>,
  toValue: (entry: T) => Value,
): Map<string, Value> {
  return new Map(
    Object.entries(record).map(([key, entry]) => [
      Buffer.from(key).toString('latin1'),
      toValue(entry),
    ]),
  );
}

export function typedText(text: string): TypedData {
  return { string: Buffer.from(text).toString('base64') };
}
