// Owns the syntax tree of a template, and the source text of a node as Go's error texts show it.
import type { GoFunction } from './functions.ts';
import { quote } from './quote.ts';
import { fromByteString } from './utf8.ts';

/** What a number or character constant can stand for; each field is absent where it does not fit. */
export type NumberNode = {
  readonly kind: 'number';
  readonly pos: number;
  readonly text: string;
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: { readonly real: number; readonly imag: number };
};

/** Positions are byte offsets in the template's text. */
type Positioned = { readonly pos: number };

type BoolNode = Positioned & { readonly kind: 'bool'; readonly value: boolean };
type StringNode = Positioned & {
  readonly kind: 'string';
  readonly quoted: string;
  readonly value: string;
};
type NilNode = Positioned & { readonly kind: 'nil' };
type DotNode = Positioned & { readonly kind: 'dot' };
type IdentifierNode = Positioned & {
  readonly kind: 'identifier';
  readonly name: string;
  readonly target: GoFunction;
};
/** `$name.field.field`: the first identifier is the variable. */
export type VariableNode = Positioned & {
  readonly kind: 'variable';
  readonly name: string;
  readonly fields: readonly string[];
};
type FieldNode = Positioned & { readonly kind: 'field'; readonly fields: readonly string[] };
/** Fields of a parenthesized pipeline, or of a function's result. */
export type ChainNode = Positioned & {
  readonly kind: 'chain';
  readonly operand: OperandNode;
  readonly fields: readonly string[];
};
export type PipeNode = Positioned & {
  readonly kind: 'pipe';
  readonly isAssignment: boolean;
  readonly variables: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
};
export type CommandNode = Positioned & {
  readonly kind: 'command';
  readonly operands: readonly [OperandNode, ...OperandNode[]];
};

/** What a command is made of. */
export type OperandNode =
  | BoolNode
  | NumberNode
  | StringNode
  | NilNode
  | DotNode
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | PipeNode;

type TextNode = Positioned & { readonly kind: 'text'; readonly text: string };
type ActionNode = Positioned & { readonly kind: 'action'; readonly pipe: PipeNode };
export type ListNode = Positioned & {
  readonly kind: 'list';
  readonly nodes: readonly StatementNode[];
};
export type BranchNode = Positioned & {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList?: ListNode;
};
export type TemplateNode = Positioned & {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe?: PipeNode;
};
export type JumpNode = Positioned & { readonly kind: 'break' | 'continue' };

/** What the text of a template is made of. */
export type StatementNode = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;

export type Node = StatementNode | ListNode | CommandNode | OperandNode;

/** The source of a node as Go writes it: normalized spaces, bodies included. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'if':
    case 'with':
    case 'range':
      return branchText(node);
    case 'template':
      return templateText(node);
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'command':
      return node.operands.map(argumentText).join(' ');
    default:
      return operandText(node);
  }
}

function operandText(node: OperandNode): string {
  switch (node.kind) {
    case 'bool':
      return node.value ? 'true' : 'false';
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'nil':
      return 'nil';
    case 'dot':
      return '.';
    case 'identifier':
      return node.name;
    case 'variable':
      return [node.name, ...node.fields].join('.');
    case 'field':
      return fieldsText(node.fields);
    case 'chain':
      return argumentText(node.operand) + fieldsText(node.fields);
    default:
      return pipeText(node);
  }
}

function pipeText({ variables, isAssignment, commands }: PipeNode): string {
  const target =
    variables.length === 0
      ? ''
      : `${variables.map(nodeText).join(', ')} ${isAssignment ? '=' : ':='} `;
  return target + commands.map(nodeText).join(' | ');
}

function argumentText(node: OperandNode): string {
  return node.kind === 'pipe' ? `(${pipeText(node)})` : operandText(node);
}

function fieldsText(fields: readonly string[]): string {
  return fields.map((field) => `.${field}`).join('');
}

function branchText({ kind, pipe, list, elseList }: BranchNode): string {
  const otherwise = elseList === undefined ? '' : `{{else}}${nodeText(elseList)}`;
  return `{{${kind} ${nodeText(pipe)}}}${nodeText(list)}${otherwise}{{end}}`;
}

function templateText({ name, pipe }: TemplateNode): string {
  return `{{template ${quote(name)}${pipe === undefined ? '' : ` ${nodeText(pipe)}`}}}`;
}

/** Whether a template's body is only spaces, so that a definition may replace it. */
export function isEmptyList(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && isBlank(node.text));
}

/** What Go does not trim: all but the Unicode spaces. */
const visible = /[^\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function isBlank(text: string): boolean {
  return !visible.test(fromByteString(text));
}
