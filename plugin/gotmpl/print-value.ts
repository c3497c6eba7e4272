// Owns how fmt writes any value under a verb: lists, maps, structs, and verbs that do not fit.
import { LimitError } from './errors.ts';
import {
  printBool,
  printComplex,
  printFloat,
  printHexWithPrefix,
  printInteger,
  printString,
} from './print-scalar.ts';
import { write, writePadded, type Printer } from './print-state.ts';
import {
  elementOf,
  entryOf,
  inPlaceOf,
  sortedKeys,
  stringValue,
  type GoType,
  type MapValue,
  type PointerValue,
  type SliceValue,
  type StructValue,
  type TypedValue,
  type Value,
} from './values.ts';

/** A dict can hold itself; Go would overflow its stack. */
const maxDepth = 200;

/** Go prints where a value is in memory; nobody can rely on the number. */
const someAddress = 0xc000010000n;

/** Writes an argument of a print function: what an `interface {}` holds, nil included. */
export function printArgument(printer: Printer, value: Value, verb: string): void {
  const argument = value.kind === 'interface' ? value.value : value;
  if (argument.kind === 'invalid') {
    printNil(printer, verb);
  } else if (verb === 'T') {
    printString(printer, argument.type.name, 's');
  } else if (verb === 'p') {
    printPointer(printer, argument, verb);
  } else if (!printByMethod(printer, argument, verb)) {
    printReflected(printer, argument, verb);
  }
}

function printNil(printer: Printer, verb: string): void {
  if (verb === 'T' || verb === 'v') {
    writePadded(printer, '<nil>');
  } else {
    write(printer, `%!${verb}(<nil>)`);
  }
}

/** Uses the String method of a value that has one, for the verbs that print text, and for %#v the GoString method. */
function printByMethod(printer: Printer, value: TypedValue, verb: string): boolean {
  if (printer.isErroring) {
    return false;
  }
  if (verb === 'w') {
    printBadVerb(printer, value, verb);
    return true;
  }
  if (printer.flags.sharpV) {
    const { goText } = value.type;
    return goText !== undefined && printString(printer, goText(value), 's');
  }
  const toText = textMethodOf(value.type);
  if (toText === undefined || !'vsxXq'.includes(verb)) {
    return false;
  }
  return printString(printer, toText(value), verb);
}

/** The String method of a type; that of what a pointer points to counts too. */
export function textMethodOf(type: GoType): GoType['text'] {
  return type.text ?? (type.kind === 'ptr' ? type.elem?.text : undefined);
}

/** Writes an element of a list, map or struct. */
function printElement(printer: Printer, value: Value, verb: string): void {
  if (printer.depth >= maxDepth) {
    throw new LimitError('a value is nested too deep to be printed');
  }
  printer.depth++;
  const held = value.kind === 'interface' ? value.value : value;
  if (held.kind === 'invalid') {
    printNilElement(printer, value);
  } else if (!printByMethod(printer, held, verb)) {
    printReflected(printer, held, verb);
  }
  printer.depth--;
}

function printNilElement(printer: Printer, value: Value): void {
  write(
    printer,
    printer.flags.sharpV && value.kind === 'interface' ? `${value.type.name}(nil)` : '<nil>',
  );
}

function printReflected(printer: Printer, value: TypedValue, verb: string): void {
  if (!printKnown(printer, value, verb)) {
    printBadVerb(printer, value, verb);
  }
}

/** %!d(string=text): a verb that does not fit the value. */
function printBadVerb(printer: Printer, value: TypedValue, verb: string): void {
  printer.isErroring = true;
  write(printer, `%!${verb}(${value.type.name}=`);
  printReflected(printer, value, 'v');
  write(printer, ')');
  printer.isErroring = false;
}

function printKnown(printer: Printer, value: TypedValue, verb: string): boolean {
  switch (value.kind) {
    case 'bool':
      return printBool(printer, value.value, verb);
    case 'int':
      return printInteger(printer, { value: value.value, isSigned: true }, verb);
    case 'uint':
      return printInteger(printer, { value: value.value, isSigned: false }, verb);
    case 'float':
      return printFloat(printer, value.value, verb);
    case 'complex':
      return printComplex(printer, value, verb);
    case 'string':
      return printString(printer, value.value, verb);
    case 'slice':
      printSlice(printer, value, verb);
      return true;
    case 'map':
      printMap(printer, value, verb);
      return true;
    case 'struct':
      printStruct(printer, value, verb);
      return true;
    case 'ptr':
      printPointer(printer, value, verb);
      return true;
    default:
      printElement(printer, value, verb);
      return true;
  }
}

/** Parts between brackets: `[a b]`, or with %#v the type and braces. */
function printParts(
  printer: Printer,
  { open, close, type }: { readonly open: string; readonly close: string; readonly type: GoType },
  parts: readonly (() => void)[],
): void {
  const { sharpV } = printer.flags;
  write(printer, sharpV ? `${type.name}{` : open);
  for (const [i, part] of parts.entries()) {
    if (i > 0) {
      write(printer, sharpV ? ', ' : ' ');
    }
    part();
  }
  write(printer, sharpV ? '}' : close);
}

function printSlice(printer: Printer, slice: SliceValue, verb: string): void {
  const { type, items } = slice;
  if (printer.flags.sharpV && items === undefined) {
    write(printer, `${type.name}(nil)`);
    return;
  }
  const parts = (items ?? []).map((_, i) => () => {
    printElement(printer, elementOf(slice, i), verb);
  });
  printParts(printer, { open: '[', close: ']', type }, parts);
}

function printMap(printer: Printer, map: MapValue, verb: string): void {
  const { type, entries } = map;
  if (printer.flags.sharpV && entries === undefined) {
    write(printer, `${type.name}(nil)`);
    return;
  }
  const parts = sortedKeys(map).map((key) => () => {
    printElement(printer, stringValue(key), verb);
    write(printer, ':');
    printElement(printer, entryOf(map, key), verb);
  });
  printParts(printer, { open: 'map[', close: ']', type }, parts);
}

function printStruct(printer: Printer, { type, fields }: StructValue, verb: string): void {
  const parts = [...fields].map(([name, value]) => () => {
    if (printer.flags.plusV || printer.flags.sharpV) {
      write(printer, `${name}:`);
    }
    printElement(printer, value, verb);
  });
  printParts(printer, { open: '{', close: '}', type }, parts);
}

function printPointer(printer: Printer, value: TypedValue, verb: string): void {
  if (value.kind === 'ptr' && value.target !== undefined && printer.depth === 0 && verb !== 'p') {
    write(printer, '&');
    printElement(printer, inPlaceOf(value.target.type, value.target), verb);
    return;
  }
  if (!printAddress(printer, value, verb)) {
    printBadVerb(printer, value, verb);
  }
}

function printAddress(printer: Printer, value: TypedValue, verb: string): boolean {
  const address = addressOf(value);
  if (address === undefined) {
    return false;
  }
  if (verb !== 'v' && verb !== 'p') {
    return printInteger(printer, { value: address, isSigned: false }, verb);
  }
  if (verb === 'v' && printer.flags.sharpV) {
    write(printer, `(${value.type.name})(${address === 0n ? 'nil' : `0x${address.toString(16)}`})`);
  } else if (verb === 'v' && address === 0n) {
    writePadded(printer, '<nil>');
  } else {
    printHexWithPrefix(printer, address);
  }
  return true;
}

function addressOf(value: PointerValue | TypedValue): bigint | undefined {
  switch (value.kind) {
    case 'ptr':
      return value.target === undefined ? 0n : someAddress;
    case 'slice':
      return value.items === undefined ? 0n : someAddress;
    case 'map':
      return value.entries === undefined ? 0n : someAddress;
    default:
      return undefined;
  }
}
