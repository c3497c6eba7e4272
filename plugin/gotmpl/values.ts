// Owns Go's types and values as data: what reflect would say of them, and how they are made.

/** reflect.Kind, without the kinds that no template can meet. */
type Kind =
  | 'bool'
  | 'int'
  | 'int64'
  | 'uint8'
  | 'uint32'
  | 'uint64'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'interface';

/** A Go type. Two types are the same if their names are. */
export type GoType = {
  /** As reflect.Type.String prints it: `map[string]interface {}`. */
  readonly name: string;
  readonly kind: Kind;
  /** Of a slice, map or pointer. */
  readonly elem?: GoType;
  /** What templates may call on a value of the type, or on a pointer to it. */
  readonly methods?: ReadonlyMap<string, Method>;
  /** The String method, which printing prefers. */
  readonly text?: (value: Value) => string;
  /** The GoString method, which %#v prefers. */
  readonly goText?: (value: Value) => string;
  /** What JSON has of it, as a string: the MarshalJSON method. */
  readonly jsonText?: (value: Value) => string;
};

/** A method: as a function whose receiver is not among the parameters. */
export type Method = Signature & {
  readonly call: (receiver: Value, args: readonly Value[]) => Value;
};

export type Signature = {
  readonly params: readonly GoType[];
  /** The last parameter may be repeated, or left out; its type in `params` is the element's. */
  readonly isVariadic: boolean;
  readonly result: GoType;
};

export type InvalidValue = { readonly kind: 'invalid' };
export type BoolValue = { readonly kind: 'bool'; readonly type: GoType; readonly value: boolean };
export type IntValue = { readonly kind: 'int'; readonly type: GoType; readonly value: bigint };
export type UintValue = { readonly kind: 'uint'; readonly type: GoType; readonly value: bigint };
export type FloatValue = { readonly kind: 'float'; readonly type: GoType; readonly value: number };
export type ComplexValue = {
  readonly kind: 'complex';
  readonly type: GoType;
  readonly real: number;
  readonly imag: number;
};
/** `value` is a byte string: one char per byte. */
export type StringValue = {
  readonly kind: 'string';
  readonly type: GoType;
  readonly value: string;
};
/** Without `items` it is the nil slice. Elements are concrete values, also where the type says interface. */
export type SliceValue = {
  readonly kind: 'slice';
  readonly type: GoType;
  readonly items: readonly Value[] | undefined;
};
/** Keys are byte strings. `entries` is shared and written to, as a Go map is; without it, the nil map. */
export type MapValue = {
  readonly kind: 'map';
  readonly type: GoType;
  readonly entries: Map<string, Value> | undefined;
};
/** Fields by name, in order; templates reach those whose names begin with a capital. */
export type StructValue = {
  readonly kind: 'struct';
  readonly type: GoType;
  readonly fields: ReadonlyMap<string, Value>;
};
export type PointerValue = {
  readonly kind: 'ptr';
  readonly type: GoType;
  readonly target: StructValue | undefined;
};
/** What reflect sees of an element whose static type is an interface; `value` is invalid for nil. */
type InterfaceValue = {
  readonly kind: 'interface';
  readonly type: GoType;
  readonly value: Value;
};

/** A reflect.Value: invalid is its zero, which templates get from `nil` and from nothing at all. */
export type Value = InvalidValue | TypedValue;

export type TypedValue =
  | BoolValue
  | IntValue
  | UintValue
  | FloatValue
  | ComplexValue
  | StringValue
  | SliceValue
  | MapValue
  | StructValue
  | PointerValue
  | InterfaceValue;

export const boolType: GoType = { name: 'bool', kind: 'bool' };
export const intType: GoType = { name: 'int', kind: 'int' };
export const int64Type: GoType = { name: 'int64', kind: 'int64' };
export const uint8Type: GoType = { name: 'uint8', kind: 'uint8' };
export const uint32Type: GoType = { name: 'uint32', kind: 'uint32' };
export const uint64Type: GoType = { name: 'uint64', kind: 'uint64' };
export const float64Type: GoType = { name: 'float64', kind: 'float64' };
const complex128Type: GoType = { name: 'complex128', kind: 'complex128' };
export const stringType: GoType = { name: 'string', kind: 'string' };
export const anyType: GoType = { name: 'interface {}', kind: 'interface' };
/** As a parameter it takes whatever comes, interface wrappers and invalid values included. */
export const reflectValueType: GoType = { name: 'reflect.Value', kind: 'struct' };
export const anySliceType: GoType = sliceOf(anyType);
export const stringSliceType: GoType = sliceOf(stringType);
export const intSliceType: GoType = sliceOf(intType);
export const anyMapType: GoType = mapOf(anyType);
export const stringMapType: GoType = mapOf(stringType);

export function sliceOf(elem: GoType): GoType {
  return { name: `[]${elem.name}`, kind: 'slice', elem };
}

/** A map whose keys are strings; templates never get another one. */
function mapOf(elem: GoType): GoType {
  return { name: `map[string]${elem.name}`, kind: 'map', elem };
}

export function isSameType(a: GoType, b: GoType): boolean {
  return a === b || a.name === b.name;
}

/** reflect's zero Value: the untyped nil, and the result of looking for what is not there. */
export const invalidValue: InvalidValue = { kind: 'invalid' };

const trueValue: BoolValue = { kind: 'bool', type: boolType, value: true };
const falseValue: BoolValue = { kind: 'bool', type: boolType, value: false };

export function boolValue(value: boolean): BoolValue {
  return value ? trueValue : falseValue;
}

/** An int; numbers beyond 64 bits wrap, as Go's do. */
export function intValue(value: bigint | number, type: GoType = intType): IntValue {
  return { kind: 'int', type, value: BigInt.asIntN(64, BigInt(value)) };
}

export function uintValue(value: bigint | number, type: GoType = uint64Type): UintValue {
  return { kind: 'uint', type, value: BigInt.asUintN(64, BigInt(value)) };
}

export function floatValue(value: number): FloatValue {
  return { kind: 'float', type: float64Type, value };
}

export function complexValue(real: number, imag: number): ComplexValue {
  return { kind: 'complex', type: complex128Type, real, imag };
}

/** A string of these bytes, one char per byte. */
export function stringValue(bytes: string): StringValue {
  return { kind: 'string', type: stringType, value: bytes };
}

export function sliceValue(items: readonly Value[], type: GoType = anySliceType): SliceValue {
  return { kind: 'slice', type, items };
}

export function mapValue(entries: Map<string, Value>, type: GoType = anyMapType): MapValue {
  return { kind: 'map', type, entries };
}

/** Go's zero value of a type, as reflect.Zero makes it. */
export function zeroValue(type: GoType): Value {
  switch (type.kind) {
    case 'bool':
      return boolValue(false);
    case 'int':
    case 'int64':
      return intValue(0n, type);
    case 'uint8':
    case 'uint32':
    case 'uint64':
      return uintValue(0n, type);
    case 'float64':
      return floatValue(0);
    case 'complex128':
      return complexValue(0, 0);
    case 'string':
      return { kind: 'string', type, value: '' };
    case 'slice':
      return { kind: 'slice', type, items: undefined };
    case 'map':
      return { kind: 'map', type, entries: undefined };
    case 'struct':
      return { kind: 'struct', type, fields: new Map() };
    case 'ptr':
      return { kind: 'ptr', type, target: undefined };
    default:
      return { kind: 'interface', type, value: invalidValue };
  }
}

/** A concrete value as reflect sees it in a place of that static type: in an interface, if it is one. */
export function inPlaceOf(type: GoType, value: Value): Value {
  return type.kind === 'interface' && value.kind !== 'interface'
    ? { kind: 'interface', type, value }
    : value;
}

/** The element of a slice as reflect's Index gives it. */
export function elementOf(slice: SliceValue, index: number): Value {
  return inPlaceOf(slice.type.elem ?? anyType, slice.items?.[index] ?? invalidValue);
}

/** The value of a map as reflect's MapIndex gives it: invalid if there is no such key. */
export function entryOf(map: MapValue, key: string): Value {
  const value = map.entries?.get(key);
  return value === undefined ? invalidValue : inPlaceOf(map.type.elem ?? anyType, value);
}

/** The keys of a map in the order in which Go prints and ranges: by bytes. */
export function sortedKeys(map: MapValue): string[] {
  return [...(map.entries?.keys() ?? [])].sort(compareBytes);
}

export function compareBytes(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** What an interface holds; other values are themselves. */
export function withoutInterface(value: Value): Value {
  return value.kind === 'interface' ? value.value : value;
}

export type Indirected = { readonly value: Value; readonly isNil: boolean };

/** Follows interfaces and pointers to what they hold; stops at a nil one. */
export function indirect(value: Value): Indirected {
  let current = value;
  for (;;) {
    if (current.kind === 'interface') {
      if (current.value.kind === 'invalid') {
        return { value: current, isNil: true };
      }
      current = current.value;
    } else if (current.kind === 'ptr') {
      if (current.target === undefined) {
        return { value: current, isNil: true };
      }
      current = current.target;
    } else {
      return { value: current, isNil: false };
    }
  }
}

/** Whether a template takes the value for true: not the zero of its type, not empty, not nil. */
export function isTrue(value: Value): boolean {
  switch (value.kind) {
    case 'bool':
      return value.value;
    case 'int':
    case 'uint':
      return value.value !== 0n;
    case 'float':
      return value.value !== 0;
    case 'complex':
      return value.real !== 0 || value.imag !== 0;
    case 'string':
      return value.value !== '';
    case 'slice':
    case 'map':
      return sizeOf(value) > 0;
    default:
      return !isNil(value);
  }
}

/** How many elements or entries there are. */
export function sizeOf(value: SliceValue | MapValue): number {
  return (value.kind === 'slice' ? value.items?.length : value.entries?.size) ?? 0;
}

/** Whether it is one of Go's nils: invalid, or a nil of a type that has one. */
export function isNil(value: Value): boolean {
  switch (value.kind) {
    case 'invalid':
      return true;
    case 'slice':
      return value.items === undefined;
    case 'map':
      return value.entries === undefined;
    case 'ptr':
      return value.target === undefined;
    case 'interface':
      return value.value.kind === 'invalid';
    default:
      return false;
  }
}

/** Whether nil may stand for a value of the type. */
export function canBeNil(type: GoType): boolean {
  return (
    type.kind === 'interface' ||
    type.kind === 'slice' ||
    type.kind === 'map' ||
    type.kind === 'ptr' ||
    isSameType(type, reflectValueType)
  );
}
