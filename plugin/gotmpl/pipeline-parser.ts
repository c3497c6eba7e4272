// Owns the grammar inside an action: pipelines, commands and their operands.
import type { GoFunction } from './functions.ts';
import type { Item } from './items.ts';
import {
  nodeText,
  type ChainNode,
  type CommandNode,
  type OperandNode,
  type PipeNode,
  type VariableNode,
} from './nodes.ts';
import { numberConstant } from './number-constant.ts';
import {
  nested,
  parseError,
  peekItem,
  peekNonSpace,
  putBack,
  takeItem,
  takeNonSpace,
  unexpected,
  type Parser,
} from './parser-state.ts';
import { quote, unquote } from './quote.ts';
import { fromByteString } from './utf8.ts';

export type PipelineContext =
  | 'command'
  | 'if'
  | 'with'
  | 'range'
  | 'block clause'
  | 'template clause'
  | 'parenthesized pipeline';

/** Reads `$x, $y := command | command` up to and with the delimiter or parenthesis that ends it. */
export function parsePipeline(parser: Parser, context: PipelineContext): PipeNode {
  const end = context === 'parenthesized pipeline' ? 'rightParen' : 'rightDelimiter';
  const { pos } = peekNonSpace(parser);
  const { variables, isAssignment } = parseDeclaration(parser, context);
  const commands: CommandNode[] = [];
  for (;;) {
    const item = takeNonSpace(parser);
    if (item.type === end) {
      checkCommands(parser, commands, context);
      return { kind: 'pipe', pos, variables, isAssignment, commands };
    }
    if (!startsOperand(item)) {
      return unexpected(parser, item, context);
    }
    putBack(parser, item);
    commands.push(parseCommand(parser));
  }
}

function startsOperand(item: Item): boolean {
  switch (item.type) {
    case 'bool':
    case 'charConstant':
    case 'complex':
    case 'dot':
    case 'field':
    case 'identifier':
    case 'number':
    case 'nil':
    case 'rawString':
    case 'string':
    case 'variable':
    case 'leftParen':
      return true;
    default:
      return false;
  }
}

function checkCommands(
  parser: Parser,
  commands: readonly CommandNode[],
  context: PipelineContext,
): void {
  if (commands.length === 0) {
    parseError(parser, `missing value for ${context}`);
  }
  const stage = commands.findIndex(({ operands }, i) => i > 0 && isConstant(operands[0]));
  if (stage > 0) {
    parseError(parser, `non executable command in pipeline stage ${stage + 1}`);
  }
}

function isConstant({ kind }: OperandNode): boolean {
  return (
    kind === 'bool' || kind === 'dot' || kind === 'nil' || kind === 'number' || kind === 'string'
  );
}

type Declaration = Pick<PipeNode, 'variables' | 'isAssignment'>;

function parseDeclaration(parser: Parser, context: PipelineContext): Declaration {
  const variables: VariableNode[] = [];
  for (;;) {
    const variable = peekNonSpace(parser);
    if (variable.type !== 'variable') {
      return { variables, isAssignment: false };
    }
    takeItem(parser);
    const after = peekItem(parser);
    const next = peekNonSpace(parser);
    if (next.type === 'assign' || next.type === 'declare') {
      takeNonSpace(parser);
      declare(parser, variables, variable);
      return { variables, isAssignment: next.type === 'assign' };
    }
    if (next.type !== 'char' || next.text !== ',') {
      if (after.type === 'space') {
        putBack(parser, after);
      }
      putBack(parser, variable);
      return { variables, isAssignment: false };
    }
    takeNonSpace(parser);
    declare(parser, variables, variable);
    checkFurtherVariable(parser, variables, context);
  }
}

function declare(parser: Parser, variables: VariableNode[], { pos, text }: Item): void {
  variables.push({ kind: 'variable', pos, name: text, fields: [] });
  parser.variables.push(text);
}

/** Only range takes a second variable behind a comma. */
function checkFurtherVariable(
  parser: Parser,
  variables: readonly VariableNode[],
  context: PipelineContext,
): void {
  if (context !== 'range' || variables.length > 1) {
    parseError(parser, `too many declarations in ${context}`);
  }
  const { type } = peekNonSpace(parser);
  if (type !== 'variable' && type !== 'rightDelimiter' && type !== 'rightParen') {
    parseError(parser, 'range can only initialize variables');
  }
}

function parseCommand(parser: Parser): CommandNode {
  const { pos } = peekNonSpace(parser);
  const operands: OperandNode[] = [];
  for (;;) {
    peekNonSpace(parser);
    const operand = parseOperand(parser);
    if (operand !== undefined) {
      operands.push(operand);
    }
    const item = takeItem(parser);
    if (item.type === 'space') {
      continue;
    }
    if (item.type === 'rightDelimiter' || item.type === 'rightParen') {
      putBack(parser, item);
    } else if (item.type !== 'pipe') {
      unexpected(parser, item, 'operand');
    }
    const [first, ...rest] = operands;
    return first === undefined
      ? parseError(parser, 'empty command')
      : { kind: 'command', pos, operands: [first, ...rest] };
  }
}

function parseOperand(parser: Parser): OperandNode | undefined {
  const term = parseTerm(parser);
  const { type, pos } = peekItem(parser);
  if (term === undefined || type !== 'field') {
    return term;
  }
  const fields: string[] = [];
  while (peekItem(parser).type === 'field') {
    fields.push(takeItem(parser).text.slice(1));
  }
  return withFields(parser, term, { pos, fields });
}

/** Fields of a field or variable lengthen it; those of anything else that can have some make a chain. */
function withFields(
  parser: Parser,
  term: OperandNode,
  { pos, fields }: Pick<ChainNode, 'pos' | 'fields'>,
): OperandNode {
  switch (term.kind) {
    case 'field':
      return { kind: 'field', pos, fields: [...term.fields, ...fields] };
    case 'variable':
      return { kind: 'variable', pos, name: term.name, fields: [...term.fields, ...fields] };
    case 'bool':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      return parseError(parser, `unexpected . after term ${quote(nodeText(term))}`);
    default:
      return { kind: 'chain', pos, operand: term, fields };
  }
}

function parseTerm(parser: Parser): OperandNode | undefined {
  const item = takeNonSpace(parser);
  const { pos, text } = item;
  switch (item.type) {
    case 'identifier':
      return { kind: 'identifier', pos, name: text, target: functionOf(parser, text) };
    case 'dot':
      return { kind: 'dot', pos };
    case 'nil':
      return { kind: 'nil', pos };
    case 'variable':
      return usedVariable(parser, item);
    case 'field':
      return { kind: 'field', pos, fields: [text.slice(1)] };
    case 'bool':
      return { kind: 'bool', pos, value: text === 'true' };
    case 'charConstant':
    case 'complex':
    case 'number': {
      const constant = numberConstant({ pos, text, type: item.type });
      return typeof constant === 'string' ? parseError(parser, constant) : constant;
    }
    case 'leftParen':
      return nested(parser, 'max expression depth exceeded', () =>
        parsePipeline(parser, 'parenthesized pipeline'),
      );
    case 'string':
    case 'rawString':
      return { kind: 'string', pos, quoted: text, value: parseString(parser, text) };
    default:
      putBack(parser, item);
      return undefined;
  }
}

/** The bytes of a string constant. */
export function parseString(parser: Parser, literal: string): string {
  return unquote(literal) ?? parseError(parser, 'invalid syntax');
}

function functionOf(parser: Parser, name: string): GoFunction {
  const { functions, builtins } = parser.shared;
  return (
    functions.get(name) ??
    builtins.get(name) ??
    parseError(parser, `function ${quote(name)} not defined`, {
      unknownFunction: fromByteString(name),
    })
  );
}

function usedVariable(parser: Parser, { pos, text }: Item): VariableNode {
  if (!parser.variables.includes(text)) {
    parseError(parser, `undefined variable ${quote(text)}`);
  }
  return { kind: 'variable', pos, name: text, fields: [] };
}
