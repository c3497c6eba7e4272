// Owns the grammar of statements and definitions: template text in, one syntax tree per template out.
import type { FunctionMap } from './functions.ts';
import type { Item } from './items.ts';
import { createLexer } from './lexer-state.ts';
import {
  isEmptyList,
  type BranchNode,
  type JumpNode,
  type ListNode,
  type StatementNode,
  type TemplateNode,
} from './nodes.ts';
import {
  createParser,
  expectItem,
  nested,
  parseError,
  peekItem,
  peekNonSpace,
  putBack,
  takeItem,
  takeNonSpace,
  unexpected,
  type Parser,
  type Trees,
} from './parser-state.ts';
import { parsePipeline, parseString } from './pipeline-parser.ts';
import { quote } from './quote.ts';

/** A template to parse; all its texts are byte strings. */
export type Source = {
  readonly name: string;
  readonly text: string;
  readonly leftDelimiter: string;
  readonly rightDelimiter: string;
};

export type FunctionTables = { readonly functions: FunctionMap; readonly builtins: FunctionMap };

/** What ends a list of statements. */
type Terminator = { readonly kind: 'end' | 'else'; readonly pos: number };

type Block = { readonly list: ListNode; readonly end: Terminator };

/** Parses a text and the templates that it defines. Throws TemplateError with Go's text. */
export function parse(source: Source, tables: FunctionTables): Trees {
  const lexer = createLexer(source.text, {
    leftDelimiter: source.leftDelimiter,
    rightDelimiter: source.rightDelimiter,
    isBreakKeyword: tables.functions.get('break') === undefined,
    isContinueKeyword: tables.functions.get('continue') === undefined,
  });
  const trees: Trees = new Map();
  const parser = createParser({ name: source.name, lexer, trees, nesting: 0, ...tables });
  addTree(parser, source.name, parseTop(parser));
  return trees;
}

/** A definition may replace an empty one, and an empty one changes nothing. */
function addTree(parser: Parser, name: string, list: ListNode): void {
  const { trees } = parser.shared;
  const old = trees.get(name);
  if (old === undefined || isEmptyList(old)) {
    trees.set(name, list);
  } else if (!isEmptyList(list)) {
    parseError(parser, `template: multiple definition of template ${quote(name)}`);
  }
}

function parseTop(parser: Parser): ListNode {
  const { pos } = peekItem(parser);
  const nodes: StatementNode[] = [];
  while (peekItem(parser).type !== 'eof') {
    if (!parseDefinition(parser)) {
      const node = parseStatement(parser);
      if (isTerminator(node)) {
        return parseError(parser, `unexpected {{${node.kind}}}`);
      }
      nodes.push(node);
    }
  }
  return { kind: 'list', pos, nodes };
}

/** Reads a `define`, if one comes, which only the top level allows. */
function parseDefinition(parser: Parser): boolean {
  const delimiter = takeItem(parser);
  if (delimiter.type !== 'leftDelimiter') {
    putBack(parser, delimiter);
    return false;
  }
  const keyword = takeNonSpace(parser);
  if (keyword.type !== 'define') {
    putBack(parser, keyword);
    putBack(parser, delimiter);
    return false;
  }
  const context = 'define clause';
  const definition = createParser(parser.shared);
  const literal = expectItem(definition, { types: ['string', 'rawString'], context });
  const name = parseString(definition, literal.text);
  expectItem(definition, { types: ['rightDelimiter'], context });
  parseBody(definition, name, context);
  return true;
}

function parseBody(parser: Parser, name: string, context: string): void {
  const { list, end } = parseList(parser);
  if (end.kind !== 'end') {
    parseError(parser, `unexpected {{${end.kind}}} in ${context}`);
  }
  addTree(parser, name, list);
}

function parseList(parser: Parser): Block {
  const { pos } = peekNonSpace(parser);
  const nodes: StatementNode[] = [];
  while (peekNonSpace(parser).type !== 'eof') {
    const node = parseStatement(parser);
    if (isTerminator(node)) {
      return { list: { kind: 'list', pos, nodes }, end: node };
    }
    nodes.push(node);
  }
  return parseError(parser, 'unexpected EOF');
}

function isTerminator(node: StatementNode | Terminator): node is Terminator {
  return node.kind === 'end' || node.kind === 'else';
}

function parseStatement(parser: Parser): StatementNode | Terminator {
  const item = takeNonSpace(parser);
  if (item.type === 'text') {
    return { kind: 'text', pos: item.pos, text: item.text };
  }
  if (item.type !== 'leftDelimiter') {
    return unexpected(parser, item, 'input');
  }
  parser.actionLine = item.line;
  const node = nested(parser, 'max nesting of actions exceeded', () => parseAction(parser));
  parser.actionLine = 0;
  return node;
}

function parseAction(parser: Parser): StatementNode | Terminator {
  const item = takeNonSpace(parser);
  switch (item.type) {
    case 'block':
      return parseBlock(parser);
    case 'break':
    case 'continue':
      return parseJump(parser, item.type, item.pos);
    case 'else':
      return parseElse(parser);
    case 'end': {
      const { pos } = expectItem(parser, { types: ['rightDelimiter'], context: 'end' });
      return { kind: 'end', pos };
    }
    case 'if':
    case 'range':
    case 'with':
      return parseBranch(parser, item.type);
    case 'template':
      return parseTemplateCall(parser);
    default:
      putBack(parser, item);
      return { kind: 'action', pos: item.pos, pipe: parsePipeline(parser, 'command') };
  }
}

function parseJump(parser: Parser, kind: JumpNode['kind'], pos: number): JumpNode {
  const item = takeNonSpace(parser);
  if (item.type !== 'rightDelimiter') {
    unexpected(parser, item, `{{${kind}}}`);
  }
  if (parser.rangeDepth === 0) {
    parseError(parser, `{{${kind}}} outside {{range}}`);
  }
  return { kind, pos };
}

/** `else if` and `else with` leave their second word for the branch that they belong to. */
function parseElse(parser: Parser): Terminator {
  const { type, pos } = peekNonSpace(parser);
  if (type === 'if' || type === 'with') {
    return { kind: 'else', pos };
  }
  const end = expectItem(parser, { types: ['rightDelimiter'], context: 'else' });
  return { kind: 'else', pos: end.pos };
}

function parseBranch(parser: Parser, kind: BranchNode['kind']): BranchNode {
  const scope = parser.variables.length;
  const pipe = parsePipeline(parser, kind);
  const depth = kind === 'range' ? 1 : 0;
  parser.rangeDepth += depth;
  const { list, end } = parseList(parser);
  parser.rangeDepth -= depth;
  const branch: BranchNode = { kind, pos: pipe.pos, pipe, list };
  const node =
    end.kind === 'end' ? branch : { ...branch, elseList: parseElseList(parser, kind, end) };
  parser.variables.length = scope;
  return node;
}

function parseElseList(parser: Parser, kind: BranchNode['kind'], { pos }: Terminator): ListNode {
  if (kind !== 'range' && peekItem(parser).type === kind) {
    takeItem(parser);
    const branch = nested(parser, 'max nesting of actions exceeded', () =>
      parseBranch(parser, kind),
    );
    return { kind: 'list', pos, nodes: [branch] };
  }
  const { list, end } = parseList(parser);
  return end.kind === 'end' ? list : parseError(parser, `expected end; found {{${end.kind}}}`);
}

function parseBlock(parser: Parser): TemplateNode {
  const context = 'block clause';
  const item = takeNonSpace(parser);
  const name = parseTemplateName(parser, item, context);
  const pipe = parsePipeline(parser, context);
  parseBody(createParser(parser.shared), name, context);
  return { kind: 'template', pos: item.pos, name, pipe };
}

function parseTemplateCall(parser: Parser): TemplateNode {
  const context = 'template clause';
  const item = takeNonSpace(parser);
  const { pos } = item;
  const name = parseTemplateName(parser, item, context);
  const next = takeNonSpace(parser);
  if (next.type === 'rightDelimiter') {
    return { kind: 'template', pos, name };
  }
  putBack(parser, next);
  return { kind: 'template', pos, name, pipe: parsePipeline(parser, context) };
}

function parseTemplateName(parser: Parser, item: Item, context: string): string {
  return item.type === 'string' || item.type === 'rawString'
    ? parseString(parser, item.text)
    : unexpected(parser, item, context);
}
