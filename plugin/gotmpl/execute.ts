// Owns the execution of statements: text, actions, branches, loops, calls of other templates.
import { printable } from './builtins.ts';
import { LimitError } from './errors.ts';
import { evaluatePipeline } from './evaluate.ts';
import {
  ascend,
  descend,
  fail,
  findVariable,
  step,
  writeOutput,
  type Run,
  type State,
} from './exec-state.ts';
import type { BranchNode, ListNode, PipeNode, StatementNode, TemplateNode } from './nodes.ts';
import { sprint } from './printf.ts';
import { quote } from './quote.ts';
import {
  elementOf,
  entryOf,
  indirect,
  intValue,
  invalidValue,
  isTrue,
  sortedKeys,
  stringValue,
  uintValue,
  type IntValue,
  type UintValue,
  type Value,
} from './values.ts';

/** How a body ended: by itself, or by a jump that the loop around it takes. */
type Ending = 'end' | 'break' | 'continue';

/** Go recurses 100000 deep on a stack that grows; ours does not. */
const maxTemplateDepth = 200;

/** Executes the template that the run is about; the output is in the run then. */
export function executeRun(run: Run, list: ListNode, data: Value): void {
  const state: State = {
    run,
    name: run.name,
    variables: [{ name: '$', value: data }],
    depth: 0,
    node: list,
  };
  executeList(state, data, list);
}

function executeList(state: State, dot: Value, list: ListNode): Ending {
  descend(state);
  let ending: Ending = 'end';
  for (const node of list.nodes) {
    step(state);
    state.node = node;
    ending = executeStatement(state, dot, node);
    if (ending !== 'end') break;
  }
  ascend(state);
  return ending;
}

function executeStatement(state: State, dot: Value, node: StatementNode): Ending {
  switch (node.kind) {
    case 'text':
      writeOutput(state, node.text);
      return 'end';
    case 'action': {
      const value = evaluatePipeline(state, dot, node.pipe);
      if (node.pipe.variables.length === 0) {
        state.node = node;
        writeOutput(state, printed(state, value));
      }
      return 'end';
    }
    case 'if':
    case 'with':
      return executeCondition(state, dot, node);
    case 'range':
      return executeRange(state, dot, node);
    case 'template':
      executeTemplate(state, dot, node);
      return 'end';
    default:
      return node.kind;
  }
}

function printed(state: State, value: Value): string {
  if (value.kind === 'string') {
    return value.value;
  }
  return limited(state, () => sprint([printable(value)], state.run.context));
}

/** Runs what can use up the budget; the error names the present node. */
function limited(state: State, print: () => string): string {
  try {
    return print();
  } catch (error) {
    if (error instanceof LimitError) {
      return fail(state, error.message);
    }
    throw error;
  }
}

function executeCondition(state: State, dot: Value, node: BranchNode): Ending {
  const scope = state.variables.length;
  const value = evaluatePipeline(state, dot, node.pipe);
  const ending = isTrue(value)
    ? executeList(state, node.kind === 'with' ? value : dot, node.list)
    : executeElse(state, dot, node);
  state.variables.length = scope;
  return ending;
}

function executeElse(state: State, dot: Value, { elseList }: BranchNode): Ending {
  return elseList === undefined ? 'end' : executeList(state, dot, elseList);
}

/** One round of a loop; a number has no index. */
type Round = { readonly index: Value; readonly element: Value };

function executeRange(state: State, dot: Value, node: BranchNode): Ending {
  const scope = state.variables.length;
  const { value } = indirect(evaluatePipeline(state, dot, node.pipe));
  const loopScope = state.variables.length;
  let ending: Ending | undefined;
  for (const round of roundsOf(state, value, node.pipe)) {
    step(state);
    setLoopVariables(state, node.pipe, round);
    ending = executeList(state, round.element, node.list);
    state.variables.length = loopScope;
    if (ending === 'break') {
      break;
    }
  }
  const elseEnding = ending === undefined ? executeElse(state, dot, node) : 'end';
  state.variables.length = scope;
  return elseEnding;
}

function roundsOf(state: State, value: Value, pipe: PipeNode): Iterable<Round> {
  switch (value.kind) {
    case 'invalid':
      return [];
    case 'int':
    case 'uint':
      if (pipe.variables.length > 1) {
        const end = ' to iterate over more than one variable';
        return fail(state, "can't use ", sprint([value], state.run.context) + end);
      }
      return countTo(value);
    case 'slice':
      return (value.items ?? []).map((_, i) => ({
        index: intValue(i),
        element: elementOf(value, i),
      }));
    case 'map':
      return sortedKeys(value).map((key) => ({
        index: stringValue(key),
        element: entryOf(value, key),
      }));
    default:
      return fail(
        state,
        "range can't iterate over ",
        limited(state, () => sprint([value], state.run.context)),
      );
  }
}

function* countTo({ kind, type, value }: IntValue | UintValue): Generator<Round> {
  for (let i = 0n; i < value; i++) {
    const element = kind === 'int' ? intValue(i, type) : uintValue(i, type);
    yield { index: invalidValue, element };
  }
}

function setLoopVariables(state: State, pipe: PipeNode, { index, element }: Round): void {
  const [first, second] = pipe.variables;
  if (first === undefined) {
    return;
  }
  const values = second === undefined ? [element] : [index, element];
  const scope = state.variables.length - pipe.variables.length;
  for (const [i, { name }] of pipe.variables.entries()) {
    const variable = pipe.isAssignment ? findVariable(state, name) : state.variables[scope + i];
    if (variable !== undefined) {
      variable.value = values[i] ?? invalidValue;
    }
  }
}

function executeTemplate(state: State, dot: Value, { name, pipe }: TemplateNode): void {
  const list = state.run.trees.get(name);
  if (list === undefined) {
    return fail(state, `template ${quote(name)} not defined`);
  }
  if (state.depth >= maxTemplateDepth) {
    return fail(state, `exceeded maximum template depth (${maxTemplateDepth})`);
  }
  const value = pipe === undefined ? invalidValue : evaluatePipeline(state, dot, pipe);
  const inner: State = {
    run: state.run,
    name,
    variables: [{ name: '$', value }],
    depth: state.depth + 1,
    node: list,
  };
  executeList(inner, value, list);
  return undefined;
}
