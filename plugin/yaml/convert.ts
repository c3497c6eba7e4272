// Owns the step from a composed document to plain data: scalars, keys, merge keys, aliases, and what Kubernetes refuses in them.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Scalar as ScalarNode,
  type YAMLMap,
} from 'yaml';
import { aliasTargets, type AliasTargets } from './aliases.ts';
import { maxDepth, type TextProblem } from './compose.ts';
import { rangeOf } from './offsets.ts';
import { resolvePlain, resolveTagged, type Scalar, scalarKey, scalarValue } from './scalars.ts';

export type Conversion = { readonly value: unknown; readonly problems: readonly TextProblem[] };

/** Nodes that aliases may stand for in one document, all together. */
const maxAliasNodes = 100_000;

/** What a walk over one document carries along. */
export type Walk = {
  readonly problems: TextProblem[];
  /** Kubernetes' decoder lets the last of two equal keys win; a manifest that has any is refused. */
  readonly duplicateKeys: 'refuse' | 'last-wins';
  readonly targets: AliasTargets;
  depth: number;
  aliasNodes: number;
  aliasDepth: number;
};

export function startWalk(document: Document.Parsed, duplicateKeys: Walk['duplicateKeys']): Walk {
  return {
    problems: [],
    duplicateKeys,
    targets: aliasTargets(document),
    depth: 0,
    aliasNodes: 0,
    aliasDepth: 0,
  };
}

export function convertDocument(
  document: Document.Parsed,
  duplicateKeys: Walk['duplicateKeys'] = 'refuse',
): Conversion {
  const walk = startWalk(document, duplicateKeys);
  return { value: convertNode(walk, document.contents), problems: walk.problems };
}

function convertNode(walk: Walk, node: unknown): unknown {
  const target = resolveNode(walk, node);
  if (target === undefined) return null;
  const value = convertContent(walk, target);
  closeNode(walk, node);
  return value;
}

function convertContent(walk: Walk, node: Node): unknown {
  if (isScalar(node)) return convertScalar(walk, node);
  if (isSeq(node)) return node.items.map((item) => convertNode(walk, item));
  if (!isMap(node)) return null;
  const object: Record<string, unknown> = { __proto__: null };
  for (const { key, value } of mapEntries(walk, node)) object[key] = convertNode(walk, value);
  return object;
}

function convertScalar(walk: Walk, node: ScalarNode): unknown {
  const scalar = readScalar(walk, node);
  if (scalar === undefined) return null;
  if (scalar.type === 'float' && !Number.isFinite(scalar.value))
    return refuse(walk, node, 'JSON, and so Kubernetes, has no such number: quote it');
  return scalarValue(scalar);
}

/**
 * The node itself, or what an alias stands for; undefined for nothing, and for what is reported as a problem. Pairs with
 * {@link closeNode}.
 */
export function resolveNode(walk: Walk, node: unknown): Node | undefined {
  if (isAlias(node)) return resolveAlias(walk, node);
  if (!isNode(node)) return undefined;
  if (walk.aliasDepth > 0) walk.aliasNodes += 1;
  walk.depth += 1;
  return node;
}

function resolveAlias(walk: Walk, alias: Alias): Node | undefined {
  const target = walk.targets.get(alias);
  if (target === undefined)
    return refuse(walk, alias, 'this alias (*name) has no anchor (&name) before it');
  if (rangeOf(alias).start < rangeOf(target).end)
    return refuse(walk, alias, 'this alias (*name) stands for a node that holds it');
  if (walk.depth > maxDepth)
    return refuse(walk, alias, `this alias (*name) nests deeper than ${maxDepth} levels`);
  if (walk.aliasNodes > maxAliasNodes) {
    if (walk.aliasDepth > 0) return undefined;
    return refuse(
      walk,
      alias,
      `the aliases of this document expand to more than ${maxAliasNodes} nodes`,
    );
  }
  walk.depth += 1;
  walk.aliasNodes += 1;
  walk.aliasDepth += 1;
  return target;
}

export function closeNode(walk: Walk, node: unknown): void {
  walk.depth -= 1;
  if (isAlias(node)) walk.aliasDepth -= 1;
}

/** An entry of a map: its key as text, and the node of its value. */
export type MapEntry = { readonly key: string; readonly value: unknown };

/** The entries in their order, those of merge keys where the merge key stands: as in Kubernetes, what comes later wins. */
export function mapEntries(walk: Walk, map: YAMLMap): readonly MapEntry[] {
  if (walk.aliasDepth > 0) walk.aliasNodes += map.items.length;
  const own = new Set<string>();
  return map.items.flatMap(({ key: keyNode, value }) => {
    if (isMergeKey(keyNode)) return mergedEntries(walk, value);
    const key = readKey(walk, keyNode, map);
    if (key === undefined) return [];
    if (own.has(key) && walk.duplicateKeys === 'refuse')
      refuse(walk, keyNode, `the key "${key}" is there twice`);
    own.add(key);
    return [{ key, value }];
  });
}

function isMergeKey(node: unknown): boolean {
  if (!isScalar(node) || node.value !== '<<') return false;
  return node.tag === undefined ? node.type === 'PLAIN' : node.tag === 'tag:yaml.org,2002:merge';
}

/** `<<: *map` or `<<: [*first, *second]`, where the first map wins over the second. */
function mergedEntries(walk: Walk, value: unknown): readonly MapEntry[] {
  if (!isSeq(value)) return mergedMap(walk, value);
  return value.items.toReversed().flatMap((item) => mergedMap(walk, item));
}

function mergedMap(walk: Walk, node: unknown): readonly MapEntry[] {
  const map = resolveNode(walk, node);
  if (map === undefined) return [];
  const entries = isMap(map) ? mapEntries(walk, map) : undefined;
  closeNode(walk, node);
  if (entries !== undefined) return entries;
  refuse(walk, node, 'a merge key (<<) takes a map, or a list of maps');
  return [];
}

/** As text, since JSON has no other keys; undefined and a problem where there is no text for it. */
function readKey(walk: Walk, node: unknown, map: YAMLMap): string | undefined {
  const key = keyText(isAlias(node) ? walk.targets.get(node) : node);
  if (key !== undefined) return key;
  return refuse(walk, isNode(node) ? node : map, 'a key must be text, a number or a boolean');
}

/** The key that a node stands for, if it stands for one. */
export function keyText(node: unknown): string | undefined {
  if (typeof node === 'string') return node;
  if (!isScalar(node)) return undefined;
  const scalar = scalarOf(node);
  return scalar === undefined ? undefined : scalarKey(scalar);
}

/** The scalar, or a problem where its tag does not fit. */
export function readScalar(walk: Walk, node: ScalarNode): Scalar | undefined {
  return scalarOf(node) ?? refuse(walk, node, 'the value does not fit its tag');
}

function scalarOf(node: ScalarNode): Scalar | undefined {
  const text = textOf(node);
  if (node.tag !== undefined) return resolveTagged(node.tag, text);
  return node.type === 'PLAIN' || node.type === undefined
    ? resolvePlain(text)
    : { type: 'string', value: text };
}

/** A block scalar that the end of the text cuts off before a line end has none at its end: so goyaml, where YAML adds one. */
function textOf({ value, source, srcToken }: ScalarNode): string {
  const text = typeof value === 'string' ? value : (source ?? '');
  if (srcToken?.type !== 'block-scalar' || !text.endsWith('\n')) return text;
  const lastLine = srcToken.source.slice(srcToken.source.lastIndexOf('\n') + 1);
  return lastLine.trim() === '' ? text : text.slice(0, -1);
}

function refuse(walk: Walk, node: unknown, message: string): undefined {
  walk.problems.push({ message, offset: rangeOf(node).start });
  return undefined;
}
