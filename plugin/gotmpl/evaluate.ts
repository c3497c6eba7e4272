// Owns the evaluation of pipelines: commands, operands, fields, calls.
import type { CallContext } from './call-context.ts';
import { constantOfType, constantValue, fitToType, nilOf } from './argument.ts';
import { FunctionError, plainFailure } from './errors.ts';
import { ascend, descend, fail, failCall, findVariable, step, type State } from './exec-state.ts';
import type { GoFunction } from './functions.ts';
import { spend, spendBytes, stepsOfBytes, type Budget } from './budget.ts';
import {
  nodeText,
  type ChainNode,
  type CommandNode,
  type Node,
  type OperandNode,
  type PipeNode,
  type VariableNode,
} from './nodes.ts';
import { quote } from './quote.ts';
import {
  anyType,
  canBeNil,
  entryOf,
  indirect,
  inPlaceOf,
  invalidValue,
  isTrue,
  reflectValueType,
  sizeOf,
  withoutInterface,
  zeroValue,
  type GoType,
  type Signature,
  type StructValue,
  type TypedValue,
  type Value,
} from './values.ts';

/** The value of a pipeline; its variables are declared or assigned. */
export function evaluatePipeline(state: State, dot: Value, pipe: PipeNode): Value {
  state.node = pipe;
  descend(state);
  let piped: Value | undefined;
  let before: CommandNode | undefined;
  for (const command of pipe.commands) {
    piped = withoutInterface(evaluateCommand(state, command, { dot, piped, before }));
    before = command;
  }
  ascend(state);
  const value = piped ?? invalidValue;
  for (const { name } of pipe.variables) {
    if (pipe.isAssignment) {
      findVariable(state, name).value = value;
    } else {
      state.variables.push({ name, value });
    }
  }
  return value;
}

/** What a command gets from around it: dot, and the command before it in the pipeline with its value. */
type Surroundings = Pick<Inputs, 'dot' | 'piped' | 'before'>;

function evaluateCommand(state: State, command: CommandNode, around: Surroundings): Value {
  const [first] = command.operands;
  const { dot, piped, before } = around;
  const inputs: Inputs = { dot, piped, before, args: command.operands.slice(1) };
  switch (first.kind) {
    case 'field':
      state.node = first;
      return evaluateFields(state, dot, { node: first, fields: first.fields, inputs });
    case 'chain':
      return evaluateChain(state, first, inputs);
    case 'identifier':
      state.node = first;
      return callFunction(state, first.target, { name: first.name, node: command, inputs });
    case 'pipe':
      refuseArguments(state, first, inputs);
      return evaluatePipeline(state, dot, first);
    case 'variable':
      return evaluateVariable(state, first, inputs);
    default:
      state.node = first;
      refuseArguments(state, first, inputs);
      return evaluateTerm(state, first, dot);
  }
}

/** What comes with a function or field: arguments from the source, and the one piped in. */
type Inputs = {
  readonly dot: Value;
  readonly args: readonly OperandNode[];
  readonly piped: Value | undefined;
  /** The command whose value is piped in. */
  readonly before?: CommandNode | undefined;
};

function refuseArguments(state: State, node: OperandNode, inputs: Inputs): void {
  if (hasArguments(inputs)) {
    fail(state, `can't give argument to non-function ${nodeText(node)}`);
  }
}

function evaluateTerm(state: State, node: OperandNode, dot: Value): Value {
  switch (node.kind) {
    case 'dot':
      return dot;
    case 'nil':
      return fail(state, 'nil is not a command');
    default:
      return constantValue(state, node);
  }
}

function evaluateChain(state: State, chain: ChainNode, inputs: Inputs): Value {
  state.node = chain;
  const receiver = evaluateArgument(state, chain.operand, { dot: inputs.dot, type: undefined });
  return evaluateFields(state, receiver, { node: chain, fields: chain.fields, inputs });
}

function evaluateVariable(state: State, variable: VariableNode, inputs: Inputs): Value {
  state.node = variable;
  const { value } = findVariable(state, variable.name);
  if (variable.fields.length === 0) {
    refuseArguments(state, variable, inputs);
    return value;
  }
  return evaluateFields(state, value, { node: variable, fields: variable.fields, inputs });
}

type FieldChain = {
  readonly node: Node;
  readonly fields: readonly string[];
  readonly inputs: Inputs;
};

/** Follows fields; only the last one can be a method with arguments. */
function evaluateFields(
  state: State,
  receiver: Value,
  { node, fields, inputs }: FieldChain,
): Value {
  const last = fields.length - 1;
  let value = receiver;
  for (const [i, name] of fields.entries()) {
    const own = i === last ? inputs : { dot: inputs.dot, args: [], piped: undefined };
    value = evaluateField(state, value, { name, node, inputs: own });
  }
  return value;
}

/** A function or field by name, with what is given to it; errors of a call name the node. */
type Use = { readonly name: string; readonly node: Node; readonly inputs: Inputs };

function evaluateField(state: State, receiver: Value, use: Use): Value {
  step(state);
  const { name } = use;
  if (receiver.kind === 'invalid') {
    return state.run.missingKey === 'error'
      ? fail(state, `nil data; no entry for key ${quote(name)}`)
      : invalidValue;
  }
  const { value, isNil } = indirect(receiver);
  if (isNil || value.kind === 'invalid') {
    return fail(state, `nil pointer evaluating ${receiver.type.name}.${name}`);
  }
  const method = methodsOf(receiver, value.type)?.get(name);
  if (method !== undefined) {
    const bound: GoFunction = { ...method, call: (args) => method.call(value, args) };
    return callFunction(state, bound, use);
  }
  return (
    contentOf(state, value, { ...use, type: receiver.type }) ??
    fail(state, `can't evaluate field ${name} in type ${receiver.type.name}`)
  );
}

/** A pointer has methods that what it points to lacks on its own. */
function methodsOf(receiver: Value, type: GoType): GoType['methods'] {
  const holder = withoutInterface(receiver);
  return holder.kind === 'ptr' ? holder.type.methods : type.methods;
}

function contentOf(
  state: State,
  value: TypedValue,
  use: Use & { readonly type: GoType },
): Value | undefined {
  if (value.kind === 'struct') {
    return fieldOf(state, value, use);
  }
  if (value.kind !== 'map') {
    return undefined;
  }
  const { name, inputs } = use;
  if (hasArguments(inputs)) {
    return fail(state, `${name} is not a method but has arguments`);
  }
  const entry = entryOf(value, name);
  return entry.kind === 'invalid' ? missingEntry(state, value.type, name) : entry;
}

function hasArguments({ args, piped }: Inputs): boolean {
  return args.length > 0 || piped !== undefined;
}

function fieldOf(
  state: State,
  { fields }: StructValue,
  { name, inputs, type }: Use & { readonly type: GoType },
): Value | undefined {
  const field = fields.get(name);
  if (field === undefined) {
    return undefined;
  }
  if (!/^[A-Z]/.test(name)) {
    return fail(state, `${name} is an unexported field of struct type ${type.name}`);
  }
  return hasArguments(inputs)
    ? fail(state, `${name} has arguments but cannot be invoked as function`)
    : field;
}

function missingEntry(state: State, type: GoType, name: string): Value {
  switch (state.run.missingKey) {
    case 'default':
      return invalidValue;
    case 'zero':
      return zeroValue(type.elem ?? anyType);
    default:
      return fail(state, `map has no entry for key ${quote(name)}`);
  }
}

function callFunction(state: State, target: GoFunction, use: Use): Value {
  step(state);
  checkArity(state, target, use);
  const { inputs } = use;
  if (target.form === 'and' || target.form === 'or') {
    return evaluateLogic(state, target.form, inputs);
  }
  const args = evaluateArguments(state, target, inputs);
  try {
    return resultOf(target, { args, inputs, context: state.run.context });
  } catch (error) {
    const isLiteral = (quoted: 'any' | 'first'): boolean => isLiteralCall(use, quoted);
    return failCall(state, { ...use, isLiteral }, error);
  }
}

type Call = {
  readonly args: readonly Value[];
  readonly inputs: Inputs;
  readonly context: CallContext;
};

function resultOf(target: GoFunction, { args, inputs, context }: Call): Value {
  for (const arg of args) {
    spend(context, weightOf(arg));
  }
  const result = target.form === 'call' ? refuseCall(args, inputs) : target.call(args, context);
  payFor(result, context);
  return inPlaceOf(target.result, result);
}

/** Whether all arguments, or the first, stand in the template as texts, numbers or booleans. A method has its receiver too. */
function isLiteralCall({ node, inputs }: Use, quoted: 'any' | 'first'): boolean {
  if (node.kind !== 'command' && node.kind !== 'identifier') return false;
  const { args, before } = inputs;
  const given = before === undefined ? args : [...args, ...before.operands];
  return (quoted === 'first' ? given.slice(0, 1) : given).every(({ kind }) => isLiteralKind(kind));
}

function isLiteralKind(kind: OperandNode['kind']): boolean {
  return kind === 'string' || kind === 'number' || kind === 'bool';
}

function checkArity(state: State, { params, isVariadic }: Signature, { name, inputs }: Use): void {
  const given = inputs.args.length;
  const count = given + (inputs.piped === undefined ? 0 : 1);
  if (isVariadic && count < params.length - 1) {
    const least = params.length - 1;
    fail(state, `wrong number of args for ${name}: want at least ${least} got ${given}`);
  }
  if (!isVariadic && count !== params.length) {
    fail(state, `wrong number of args for ${name}: want ${params.length} got ${count}`);
  }
}

/** `and` and `or`: arguments behind the one that decides are not evaluated. */
function evaluateLogic(state: State, form: 'and' | 'or', { dot, args, piped }: Inputs): Value {
  let value: Value = invalidValue;
  for (const arg of args) {
    value = evaluateArgument(state, arg, { dot, type: reflectValueType });
    if (isTrue(withoutInterface(value)) === (form === 'or')) {
      return value;
    }
  }
  return piped ?? value;
}

function evaluateArguments(
  state: State,
  { params, isVariadic }: Signature,
  { dot, args, piped }: Inputs,
): Value[] {
  const last = params.at(-1) ?? anyType;
  const typeAt = (i: number): GoType => params[i] ?? last;
  const values: Value[] = [];
  for (const arg of args) {
    const type = typeAt(values.length);
    values.push(asParameter(type, evaluateArgument(state, arg, { dot, type })));
  }
  if (piped !== undefined) {
    const type = isVariadic ? typeAt(args.length) : last;
    values.push(asParameter(type, fitToType(state, piped, type)));
  }
  return values;
}

/** A parameter of an interface type holds the value itself. */
function asParameter(type: GoType, value: Value): Value {
  return type.kind === 'interface' ? withoutInterface(value) : value;
}

type Slot = { readonly dot: Value; readonly type: GoType | undefined };

/** The value of an operand as the argument of a function; without a type it may be anything. */
function evaluateArgument(state: State, node: OperandNode, { dot, type }: Slot): Value {
  state.node = node;
  switch (node.kind) {
    case 'bool':
    case 'number':
    case 'string':
      return constantOfType(state, node, type ?? anyType);
    case 'nil':
      return type !== undefined && canBeNil(type)
        ? nilOf(type)
        : fail(state, `cannot assign nil to ${type?.name ?? 'nil'}`);
    default: {
      const value = evaluateOperand(state, node, dot);
      return type === undefined ? value : fitToType(state, value, type);
    }
  }
}

type ComputedNode = Exclude<OperandNode, { readonly kind: 'bool' | 'number' | 'string' | 'nil' }>;

function evaluateOperand(state: State, node: ComputedNode, dot: Value): Value {
  const inputs: Inputs = { dot, args: [], piped: undefined };
  switch (node.kind) {
    case 'dot':
      return dot;
    case 'field':
      return evaluateFields(state, dot, { node, fields: node.fields, inputs });
    case 'variable':
      return evaluateVariable(state, node, inputs);
    case 'pipe':
      return evaluatePipeline(state, dot, node);
    case 'identifier':
      return callFunction(state, node.target, { name: node.name, node, inputs });
    default:
      return evaluateChain(state, node, inputs);
  }
}

/** Counts what a function made, so that doubling a list or text again and again ends. */
function payFor(value: Value, budget: Budget): void {
  const made = withoutInterface(value);
  if (made.kind === 'string') {
    spendBytes(budget, made.value.length);
  } else {
    spend(budget, weightOf(made));
  }
}

/** The steps that it takes to look at a value. */
function weightOf(value: Value): number {
  switch (value.kind) {
    case 'string':
      return stepsOfBytes(value.value.length);
    case 'slice':
    case 'map':
      return sizeOf(value);
    default:
      return 0;
  }
}

/** `call` wants a function as a value, and no template gets hold of one. */
function refuseCall(args: readonly Value[], { args: nodes, piped }: Inputs): never {
  const callee = withoutInterface(args[0] ?? invalidValue);
  if (callee.kind === 'invalid') {
    throw plainFailure('call of nil');
  }
  const [node] = nodes;
  const name = node === undefined ? reflectText(piped ?? invalidValue) : nodeText(node);
  throw new FunctionError(`non-function ${name} of type ${callee.type.name}`);
}

/** reflect.Value.String: the text of a string, the type of anything else. */
function reflectText(value: Value): string {
  if (value.kind === 'string') {
    return value.value;
  }
  return value.kind === 'invalid' ? '<invalid Value>' : `<${value.type.name} Value>`;
}
