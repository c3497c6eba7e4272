// Owns reading one document as Kubernetes reads it: plain data, every problem in it, and where each node stands.
import { type Document, isAlias, isMap, isNode, isSeq, LineCounter, type Node } from 'yaml';
import { aliasTargets, type AliasTargets } from './aliases.ts';
import { compose, syntaxProblems, type TextProblem } from './compose.ts';
import { type Conversion, convertDocument, keyText } from './convert.ts';
import { rangeOf } from './offsets.ts';

/** A path into a document: keys and indexes. */
export type YamlPath = readonly (string | number)[];

/** `message` quotes nothing of the document but a key that is there twice. Line and column count from 1. */
type YamlProblem = {
  readonly message: string;
  readonly line: number;
  readonly column: number;
};

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

/** One mistake can be the cause of thousands behind it. */
const maxProblems = 50;

/**
 * Reads one YAML or JSON document by the rules of sigs.k8s.io/yaml: YAML 1.1 scalars, keys as text, merge keys. Duplicate
 * keys, more than one document, too many levels and aliases that expand without measure are problems.
 */
export function parseYaml(text: string): ParseOutcome {
  const lines = new LineCounter();
  const at: Locator = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const failed = (problems: readonly TextProblem[]): ParseOutcome => ({
    ok: false,
    problems: problems
      .slice(0, maxProblems)
      .map(({ message, offset }) => ({ message, ...at(offset) })),
  });
  const composition = compose(text, lines.addNewLine);
  if (!composition.ok) return failed([composition.problem]);
  const [document, second] = composition.documents;
  if (second !== undefined)
    return failed([
      {
        message: 'a second document begins here without a marker',
        offset: second.range[0],
      },
    ]);
  if (document === undefined)
    return { ok: true, document: { value: null, locate: () => at(0), node: () => undefined } };
  // Where the syntax is broken a piece of a value may look like a key: no keys are read then.
  if (document.errors.length > 0) return failed(syntaxProblems(document));
  const conversion = convertDocument(document);
  if (conversion.problems.length > 0) return failed(conversion.problems);
  return { ok: true, document: parsed(document, conversion, at) };
}

type Locator = (offset: number) => { readonly line: number; readonly column: number };

function parsed(document: Document.Parsed, { value }: Conversion, at: Locator): ParsedYaml {
  const targets = aliasTargets(document);
  return {
    value,
    locate: (path) => at(walkTo(document, targets, path).offset),
    node: (path) => {
      const { node, isThere } = walkTo(document, targets, path);
      return isThere ? node : undefined;
    },
  };
}

/** A node on the way to a path, and the offset by which it is known: of a map's entry that of the key. */
type Step = { readonly node: Node | undefined; readonly offset: number };

function walkTo(
  document: Document.Parsed,
  targets: AliasTargets,
  path: YamlPath,
): Step & { readonly isThere: boolean } {
  const root = document.contents ?? undefined;
  let step: Step = { node: root, offset: rangeOf(root).start };
  for (const part of path) {
    const target = isAlias(step.node) ? targets.get(step.node) : step.node;
    const next = descend(target, part);
    if (next === undefined) return { ...step, isThere: false };
    step = next;
  }
  return { ...step, isThere: true };
}

function descend(node: Node | undefined, part: string | number): Step | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => keyText(key) === String(part));
    return pair === undefined
      ? undefined
      : { node: nodeOf(pair.value), offset: rangeOf(pair.key).start };
  }
  const item = isSeq(node) && typeof part === 'number' ? nodeOf(node.items[part]) : undefined;
  return item === undefined ? undefined : { node: item, offset: rangeOf(item).start };
}

function nodeOf(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}
