// Owns reading one document as Kubernetes reads it: plain data, every problem in it, and where each node stands.
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type YAMLError,
} from 'yaml';
import { type Conversion, convertDocument, keyText } from './convert.ts';
import { isTooDeep, maxDepth } from './depth.ts';
import { syntaxMessages } from './syntax-messages.ts';

/** A path into a document: keys and indexes. */
export type YamlPath = readonly (string | number)[];

/** `message` quotes nothing of the document but names of keys. Line and column count from 1. */
export type YamlProblem = {
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

/** Offsets into the text. */
export type Range = { readonly start: number; readonly end: number };

export type ParsedYaml = {
  /** Plain data: objects without a prototype, arrays, strings, numbers, booleans, null, and bigint for integers beyond 2^53. */
  readonly value: unknown;
  /** The node at the path (of a map's entry: its key), or of the nearest ancestor that is there. */
  readonly locate: (path: YamlPath) => { readonly line: number; readonly column: number };
  /** The node itself, with its syntax tree, for edits in the text. */
  readonly node: (path: YamlPath) => Node | undefined;
};

export type ParseOutcome =
  | { readonly ok: true; readonly document: ParsedYaml }
  | { readonly ok: false; readonly problems: readonly YamlProblem[] };

/**
 * Reads one YAML or JSON document by the rules of sigs.k8s.io/yaml: YAML 1.1 scalars, keys as text, merge keys. Duplicate
 * keys, more than one document, nesting beyond {@link maxDepth} levels and aliases that expand without measure are problems.
 */
export function parseYaml(text: string): ParseOutcome {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const at = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const deep = tokens.map(isTooDeep).find((offset) => offset !== undefined);
  if (deep !== undefined)
    return {
      ok: false,
      problems: [{ message: `nested deeper than ${maxDepth} levels`, ...at(deep) }],
    };
  const documents = [...new Composer(composerOptions).compose(tokens, true, text.length)];
  const [document, second] = documents;
  if (second !== undefined)
    return {
      ok: false,
      problems: [
        { message: 'a second document begins here without a marker', ...at(second.range[0]) },
      ],
    };
  if (document === undefined)
    return { ok: true, document: { value: null, locate: () => at(0), node: () => undefined } };
  const conversion = convertDocument(document);
  const problems = [...document.errors.map(syntaxProblem), ...conversion.problems];
  if (problems.length > 0) {
    return {
      ok: false,
      problems: problems.map(({ message, offset }) => ({ message, ...at(offset) })),
    };
  }
  return { ok: true, document: parsed(document, conversion, at) };
}

/** Scalars stay text here: what a plain one means is decided in scalars.ts, as Kubernetes does. */
export const composerOptions = {
  version: '1.1',
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false,
  keepSourceTokens: true,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

function parsed(
  document: Document.Parsed,
  conversion: Conversion,
  at: (offset: number) => { readonly line: number; readonly column: number },
): ParsedYaml {
  return {
    value: conversion.value,
    locate: (path) => at(offsetOf(document, path)),
    node: (path) => nodeAt(document, path),
  };
}

function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node: Node | null = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    const step: Step | undefined = node === null ? undefined : descend(document, node, part);
    if (step === undefined) return offset;
    offset = step.offset;
    node = step.node;
  }
  return offset;
}

function nodeAt(document: Document.Parsed, path: YamlPath): Node | undefined {
  let node: Node | null = document.contents;
  for (const part of path) {
    const step: Step | undefined = node === null ? undefined : descend(document, node, part);
    node = step?.node ?? null;
  }
  return node ?? undefined;
}

type Step = { readonly node: Node | null; readonly offset: number };

function descend(document: Document.Parsed, node: Node, part: string | number): Step | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) {
    const pair = target.items.find(({ key }) => keyText(key) === String(part));
    return pair === undefined
      ? undefined
      : { node: nodeOf(pair.value), offset: startOf(nodeOf(pair.key)) };
  }
  if (!isSeq(target) || typeof part !== 'number') return undefined;
  const item = nodeOf(target.items[part]);
  return item === null ? undefined : { node: item, offset: startOf(item) };
}

function nodeOf(value: unknown): Node | null {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

/** Our own words: those of the parser may quote the text. */
function syntaxProblem(error: YAMLError): { readonly message: string; readonly offset: number } {
  return { message: syntaxMessages[error.code], offset: error.pos[0] };
}
