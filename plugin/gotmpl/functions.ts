// Owns what a template function is, and how one is made from a plain function with typed parameters.
import { plainFailure } from './errors.ts';
import type { CallContext } from './call-context.ts';
import {
  anyMapType,
  anySliceType,
  anyType,
  boolType,
  boolValue,
  float64Type,
  floatValue,
  int64Type,
  intType,
  intValue,
  mapValue,
  sliceValue,
  stringSliceType,
  stringType,
  stringValue,
  type GoType,
  type Signature,
  type Value,
} from './values.ts';

/**
 * A function that templates can call. The arguments that reach `call` have the types of `params`
 * already; it throws FunctionError for what Go's function returns as its error.
 */
export type GoFunction = Signature & {
  readonly call: (args: readonly Value[], context: CallContext) => Value;
  /** `and` and `or` stop at the argument that decides; `call` knows its own argument by its source. */
  readonly form?: 'and' | 'or' | 'call';
};

/** The functions of a template by name: a Map, or anything that makes a function when it is asked for. */
export type FunctionMap = { readonly get: (name: string) => GoFunction | undefined };

/** How a Go type is read from an argument and made from a result. */
export type Codec<T> = {
  readonly type: GoType;
  readonly read: (value: Value) => T;
  readonly make: (content: T) => Value;
};

export const any: Codec<Value> = {
  type: anyType,
  read: (value) => value,
  make: (content) => content,
};
export const text: Codec<string> = {
  type: stringType,
  read: (value) => (value.kind === 'string' ? value.value : mismatch(stringType)),
  make: stringValue,
};
export const bool: Codec<boolean> = {
  type: boolType,
  read: (value) => (value.kind === 'bool' ? value.value : mismatch(boolType)),
  make: boolValue,
};
export const int: Codec<bigint> = integer(intType);
export const int64: Codec<bigint> = integer(int64Type);
export const float: Codec<number> = {
  type: float64Type,
  read: (value) => (value.kind === 'float' ? value.value : mismatch(float64Type)),
  make: floatValue,
};
export const list: Codec<readonly Value[]> = {
  type: anySliceType,
  read: (value) => (value.kind === 'slice' ? (value.items ?? []) : mismatch(anySliceType)),
  make: (content) => sliceValue(content),
};
export const texts: Codec<readonly string[]> = {
  type: stringSliceType,
  read: (value) =>
    value.kind === 'slice' ? (value.items ?? []).map(text.read) : mismatch(stringSliceType),
  make: (content) => sliceValue(content.map(stringValue), stringSliceType),
};
/** The entries themselves, to be written to. A nil map reads as a new one, that nobody sees. */
export const dict: Codec<Map<string, Value>> = {
  type: anyMapType,
  read: (value) => (value.kind === 'map' ? (value.entries ?? new Map()) : mismatch(anyMapType)),
  make: (content) => mapValue(content),
};

function integer(type: GoType): Codec<bigint> {
  return {
    type,
    read: (value) => (value.kind === 'int' ? value.value : mismatch(type)),
    make: (content) => intValue(content, type),
  };
}

function mismatch(type: GoType): never {
  throw plainFailure(`an argument is no ${type.name}`);
}

export function function0<R>(result: Codec<R>, call: (context: CallContext) => R): GoFunction {
  return {
    params: [],
    isVariadic: false,
    result: result.type,
    call: (_, context) => result.make(call(context)),
  };
}

export function function1<A, R>(
  params: readonly [Codec<A>],
  result: Codec<R>,
  call: (a: A, context: CallContext) => R,
): GoFunction {
  const [first] = params;
  return {
    params: [first.type],
    isVariadic: false,
    result: result.type,
    call: (args, context) => result.make(call(first.read(argument(args, 0)), context)),
  };
}

export function function2<A, B, R>(
  params: readonly [Codec<A>, Codec<B>],
  result: Codec<R>,
  call: (a: A, b: B, context: CallContext) => R,
): GoFunction {
  const [first, second] = params;
  return {
    params: [first.type, second.type],
    isVariadic: false,
    result: result.type,
    call: (args, context) =>
      result.make(call(first.read(argument(args, 0)), second.read(argument(args, 1)), context)),
  };
}

export function function3<A, B, C, R>(
  params: readonly [Codec<A>, Codec<B>, Codec<C>],
  result: Codec<R>,
  call: (args: readonly [A, B, C], context: CallContext) => R,
): GoFunction {
  const [first, second, third] = params;
  return {
    params: [first.type, second.type, third.type],
    isVariadic: false,
    result: result.type,
    call: (args, context) =>
      result.make(
        call(
          [
            first.read(argument(args, 0)),
            second.read(argument(args, 1)),
            third.read(argument(args, 2)),
          ],
          context,
        ),
      ),
  };
}

/** A function whose only parameter may be repeated, or left out. */
export function variadic<A, R>(
  params: readonly [Codec<A>],
  result: Codec<R>,
  call: (rest: readonly A[], context: CallContext) => R,
): GoFunction {
  const [rest] = params;
  return {
    params: [rest.type],
    isVariadic: true,
    result: result.type,
    call: (args, context) => result.make(call(args.map(rest.read), context)),
  };
}

/** A function with one fixed parameter and one that may be repeated, or left out. */
export function variadic1<A, B, R>(
  params: readonly [Codec<A>, Codec<B>],
  result: Codec<R>,
  call: (first: A, rest: readonly B[], context: CallContext) => R,
): GoFunction {
  const [first, rest] = params;
  return {
    params: [first.type, rest.type],
    isVariadic: true,
    result: result.type,
    call: (args, context) =>
      result.make(call(first.read(argument(args, 0)), args.slice(1).map(rest.read), context)),
  };
}

/** A function with two fixed parameters and one that may be repeated, or left out. */
export function variadic2<A, B, C, R>(
  params: readonly [Codec<A>, Codec<B>, Codec<C>],
  result: Codec<R>,
  call: (args: readonly [A, B, ...C[]], context: CallContext) => R,
): GoFunction {
  const [first, second, rest] = params;
  return {
    params: [first.type, second.type, rest.type],
    isVariadic: true,
    result: result.type,
    call: (args, context) =>
      result.make(
        call(
          [
            first.read(argument(args, 0)),
            second.read(argument(args, 1)),
            ...args.slice(2).map(rest.read),
          ],
          context,
        ),
      ),
  };
}

function argument(args: readonly Value[], index: number): Value {
  const value = args[index];
  if (value === undefined) {
    throw plainFailure(`argument ${index + 1} is missing`);
  }
  return value;
}
