// Owns the fitting of values and constants to the types of parameters.
import { fail, type State } from './exec-state.ts';
import { nodeText, type NumberNode, type OperandNode } from './nodes.ts';
import {
  boolValue,
  canBeNil,
  complexValue,
  floatValue,
  intValue,
  invalidValue,
  isSameType,
  reflectValueType,
  stringValue,
  uintValue,
  zeroValue,
  type GoType,
  type Value,
} from './values.ts';

/** The value as a parameter of that type takes it: out of its interface, or the nil of the type. */
export function fitToType(state: State, value: Value, type: GoType): Value {
  if (value.kind === 'invalid') {
    return canBeNil(type) ? nilOf(type) : fail(state, `invalid value; expected ${type.name}`);
  }
  if (takesAnything(type) || isSameType(value.type, type)) {
    return value;
  }
  const held = value.kind === 'interface' && value.value.kind !== 'invalid' ? value.value : value;
  if (isSameType(held.type, type)) {
    return held;
  }
  if (held.kind === 'ptr' && held.type.elem !== undefined && isSameType(held.type.elem, type)) {
    return held.target ?? fail(state, `dereference of nil pointer of type ${type.name}`);
  }
  return fail(state, `wrong type for value; expected ${type.name}; got ${held.type.name}`);
}

/** The nil that a parameter of the type gets. */
export function nilOf(type: GoType): Value {
  return isSameType(type, reflectValueType) ? invalidValue : zeroValue(type);
}

function takesAnything(type: GoType): boolean {
  return type.kind === 'interface' || isSameType(type, reflectValueType);
}

/** A constant as a parameter of that type takes it: numbers adapt, nothing else does. */
export function constantOfType(state: State, node: OperandNode, type: GoType): Value {
  if (takesAnything(type)) {
    return constantValue(state, node);
  }
  const converted = convertConstant(node, type);
  if (converted !== undefined) {
    return converted;
  }
  const expected = expectations.get(type.kind);
  return expected === undefined
    ? fail(state, `can't handle ${nodeText(node)} for arg of type ${type.name}`)
    : fail(state, `expected ${expected}; found ${nodeText(node)}`);
}

const expectations: ReadonlyMap<GoType['kind'], string> = new Map([
  ['bool', 'bool'],
  ['complex128', 'complex'],
  ['float64', 'float'],
  ['int', 'integer'],
  ['int64', 'integer'],
  ['string', 'string'],
  ['uint8', 'unsigned integer'],
  ['uint32', 'unsigned integer'],
  ['uint64', 'unsigned integer'],
]);

function convertConstant(node: OperandNode, type: GoType): Value | undefined {
  switch (node.kind) {
    case 'bool':
      return type.kind === 'bool' ? boolValue(node.value) : undefined;
    case 'string':
      return type.kind === 'string' ? stringValue(node.value) : undefined;
    case 'number':
      return convertNumber(node, type);
    default:
      return undefined;
  }
}

function convertNumber({ int, uint, float, complex }: NumberNode, type: GoType): Value | undefined {
  switch (type.kind) {
    case 'int':
    case 'int64':
      return int === undefined ? undefined : intValue(int, type);
    case 'uint8':
      return uint === undefined ? undefined : uintValue(BigInt.asUintN(8, uint), type);
    case 'uint32':
      return uint === undefined ? undefined : uintValue(BigInt.asUintN(32, uint), type);
    case 'uint64':
      return uint === undefined ? undefined : uintValue(uint, type);
    case 'float64':
      return float === undefined ? undefined : floatValue(float);
    case 'complex128':
      return complex === undefined ? undefined : complexValue(complex.real, complex.imag);
    default:
      return undefined;
  }
}

/** A constant where nothing says what type it should have. */
export function constantValue(state: State, node: OperandNode): Value {
  switch (node.kind) {
    case 'bool':
      return boolValue(node.value);
    case 'string':
      return stringValue(node.value);
    case 'number':
      return idealNumber(state, node);
    default:
      return fail(
        state,
        `can't handle assignment of ${nodeText(node)} to empty interface argument`,
      );
  }
}

function idealNumber(state: State, node: NumberNode): Value {
  state.node = node;
  const { text, int, uint, float, complex } = node;
  if (complex !== undefined) {
    return complexValue(complex.real, complex.imag);
  }
  if (float !== undefined && isWrittenAsFloat(text)) {
    return floatValue(float);
  }
  if (int !== undefined) {
    return intValue(int);
  }
  return uint === undefined ? invalidValue : fail(state, `${text} overflows int`);
}

/** Go looks at the letters only, so `-0x1e` counts as a float, and so does this. */
function isWrittenAsFloat(text: string): boolean {
  const isHexInteger = /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text);
  return !isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text);
}
