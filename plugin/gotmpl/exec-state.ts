// Owns the state of an execution, and the errors that name the node where it stopped.
import type { CallContext } from './call-context.ts';
import { FunctionError, LimitError, TemplateError } from './errors.ts';
import { nodeText, type Node } from './nodes.ts';
import type { Trees } from './parser-state.ts';
import { quote } from './quote.ts';
import { fromByteString } from './utf8.ts';
import type { Value } from './values.ts';

export type MissingKey = 'default' | 'error' | 'zero';

/** What all templates of one execution share. `text` and `name` are byte strings. */
export type Run = {
  readonly name: string;
  readonly text: string;
  readonly trees: Trees;
  readonly missingKey: MissingKey;
  readonly context: CallContext;
  readonly output: string[];
  outputBytes: number;
  /** How deep pipelines, bodies and templates are nested right now. */
  nesting: number;
};

type Variable = { readonly name: string; value: Value };

/** The state of one template: its variables, and the node that an error would name. */
export type State = {
  readonly run: Run;
  readonly name: string;
  readonly variables: Variable[];
  readonly depth: number;
  node: Node;
};

/** A stack that does not grow: far above what people write, far below what it holds. */
const maxNesting = 500;

export function writeOutput(state: State, bytes: string): void {
  const { run } = state;
  run.outputBytes += bytes.length;
  if (run.outputBytes > run.context.maxBytes) {
    fail(state, `the output is longer than ${run.context.maxBytes} bytes`);
  }
  run.output.push(bytes);
}

/** Counts a nested node on the way into it; fails where that is too deep or the steps are used up. */
export function descend(state: State): void {
  if (state.run.nesting >= maxNesting) {
    fail(state, 'the template is nested too deep');
  }
  state.run.nesting++;
  step(state);
}

/** Counts it on the way out; an error ends the whole run, and needs no count. */
export function ascend({ run }: State): void {
  run.nesting--;
}

/** Counts a step of work. */
export function step(state: State): void {
  state.run.context.steps--;
  if (state.run.context.steps < 0) {
    fail(state, 'the template takes too many steps');
  }
}

export function findVariable(state: State, name: string): Variable {
  for (let i = state.variables.length - 1; i >= 0; i--) {
    const variable = state.variables[i];
    if (variable?.name === name) return variable;
  }
  return fail(state, `undefined variable: ${name}`);
}

/** Text that may quote a value comes apart, in `valueText`. */
export function fail(state: State, text: string, valueText = ''): never {
  const { run, node } = state;
  const before = run.text.slice(0, node.pos);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const column = before.length - lineStart;
  const action = nodeText(node);
  const location = `${run.name}:${line}:${column}: executing ${quote(state.name)} at <${action}>`;
  throw new TemplateError(
    {
      text: fromByteString(`template: ${location}: ${text}`),
      valueText: fromByteString(valueText),
    },
    { stage: 'execute', line, column, action: fromByteString(action) },
  );
}

export type Calling = {
  readonly name: string;
  readonly node: Node;
  /** Whether what the function was called with stands in the template itself, so that an error may quote it. */
  readonly isLiteral: (quoted: 'any' | 'first') => boolean;
};

/** Raises what a function of the template threw as an error at the node of the call. */
export function failCall(state: State, { name, node, isLiteral }: Calling, error: unknown): never {
  state.node = node;
  if (error instanceof LimitError) {
    return fail(state, error.message);
  }
  if (!(error instanceof FunctionError)) {
    throw error;
  }
  const text = `error calling ${name}: `;
  return error.quoted === 'none' || isLiteral(error.quoted)
    ? fail(state, text + error.message)
    : fail(state, text, error.message);
}
