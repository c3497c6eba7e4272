// Owns the step from a composed document to plain data: scalars, keys, merge keys, aliases, and what Kubernetes refuses in them.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Scalar as ScalarNode,
  type YAMLMap,
} from 'yaml';
import { resolvePlain, resolveTagged, type Scalar, scalarText, scalarValue } from './scalars.ts';

/** A problem at an offset of the text. */
export type NodeProblem = { readonly message: string; readonly offset: number };

export type Conversion = { readonly value: unknown; readonly problems: readonly NodeProblem[] };

/** Nodes that aliases may stand for in one document, all together. */
const maxAliasNodes = 100_000;

/** What a walk over one document carries along. */
export type Walk = {
  readonly problems: NodeProblem[];
  /** Kubernetes' decoder lets the last of two equal keys win; a manifest that has any is refused. */
  readonly duplicateKeys: 'refuse' | 'last-wins';
  readonly anchors: Map<string, Node>;
  readonly open: Set<Node>;
  aliasNodes: number;
  aliasDepth: number;
};

export function startWalk(duplicateKeys: Walk['duplicateKeys']): Walk {
  return {
    problems: [],
    duplicateKeys,
    anchors: new Map(),
    open: new Set(),
    aliasNodes: 0,
    aliasDepth: 0,
  };
}

export function convertDocument(document: Document.Parsed): Conversion {
  const walk = startWalk('refuse');
  return { value: convertNode(walk, document.contents), problems: walk.problems };
}

function convertNode(walk: Walk, node: unknown): unknown {
  const target = resolveNode(walk, node);
  if (target === undefined) return null;
  const value = convertContent(walk, target);
  closeNode(walk, node, target);
  return value;
}

function convertContent(walk: Walk, node: Node): unknown {
  if (isScalar(node)) {
    const scalar = readScalar(walk, node);
    return scalar === undefined ? null : scalarValue(scalar);
  }
  if (isSeq(node)) return node.items.map((item) => convertNode(walk, item));
  if (!isMap(node)) return null;
  const object: Record<string, unknown> = { __proto__: null };
  for (const { key, value } of mapEntries(walk, node)) object[key] = convertNode(walk, value);
  return object;
}

/**
 * The node itself, or what an alias stands for; undefined for nothing, and for what is reported as a problem. Pairs with
 * {@link closeNode}, which ends the time in which an alias to this node would be an endless one.
 */
export function resolveNode(walk: Walk, node: unknown): Node | undefined {
  if (isAlias(node)) return resolveAlias(walk, node);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined;
  if (node.anchor !== undefined && walk.aliasDepth === 0) walk.anchors.set(node.anchor, node);
  if (walk.aliasDepth > 0) walk.aliasNodes += 1;
  walk.open.add(node);
  return node;
}

function resolveAlias(walk: Walk, alias: Node & { readonly source: string }): Node | undefined {
  const target = walk.anchors.get(alias.source);
  if (target === undefined)
    return refuse(
      walk,
      alias,
      `the alias *${alias.source} stands before its anchor, or there is none`,
    );
  if (walk.open.has(target))
    return refuse(walk, alias, `the alias *${alias.source} stands for a node that holds it`);
  if (walk.aliasNodes > maxAliasNodes) {
    if (walk.aliasDepth > 0) return undefined;
    return refuse(
      walk,
      alias,
      `the aliases of this document expand to more than ${maxAliasNodes} nodes`,
    );
  }
  walk.open.add(target);
  walk.aliasNodes += 1;
  walk.aliasDepth += 1;
  return target;
}

export function closeNode(walk: Walk, node: unknown, target: Node): void {
  walk.open.delete(target);
  if (isAlias(node)) walk.aliasDepth -= 1;
}

/** An entry of a map: its key as text, and the node of its value. */
export type MapEntry = { readonly key: string; readonly value: unknown };

/** The entries in their order, those of merge keys where the merge key stands: as in Kubernetes, what comes later wins. */
export function mapEntries(walk: Walk, map: YAMLMap): readonly MapEntry[] {
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
  return isScalar(node) && node.type === 'PLAIN' && node.value === '<<' && node.tag === undefined;
}

/** `<<: *map` or `<<: [*first, *second]`, where the first map wins over the second. */
function mergedEntries(walk: Walk, value: unknown): readonly MapEntry[] {
  const source = resolveNode(walk, value);
  if (source === undefined) return [];
  const entries = isSeq(source)
    ? source.items.toReversed().flatMap((item) => mergedMap(walk, item))
    : mergedMap(walk, source);
  closeNode(walk, value, source);
  return entries;
}

function mergedMap(walk: Walk, node: unknown): readonly MapEntry[] {
  const map = isAlias(node) ? resolveNode(walk, node) : node;
  const entries = isMap(map) ? mapEntries(walk, map) : undefined;
  if (isAlias(node) && isMap(map)) closeNode(walk, node, map);
  if (entries !== undefined) return entries;
  refuse(walk, node, 'a merge key (<<) takes a map, or a list of maps');
  return [];
}

/** As text, since JSON has no other keys; undefined and a problem where there is no text for it. */
function readKey(walk: Walk, node: unknown, map: YAMLMap): string | undefined {
  const text = keyText(isAlias(node) ? walk.anchors.get(node.source) : node);
  if (text !== undefined) return text;
  return refuse(walk, isScalar(node) ? node : map, 'a key must be text, a number or a boolean');
}

/** The key that a node stands for, if it stands for one. */
export function keyText(node: unknown): string | undefined {
  if (typeof node === 'string') return node;
  if (!isScalar(node)) return undefined;
  const scalar = scalarOf(node);
  return scalar === undefined ? undefined : scalarText(scalar);
}

/** The scalar, or a problem where its tag does not fit. */
export function readScalar(walk: Walk, node: ScalarNode): Scalar | undefined {
  return scalarOf(node) ?? refuse(walk, node, 'the value does not fit its tag');
}

function scalarOf(node: ScalarNode): Scalar | undefined {
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
  if (node.tag !== undefined) return resolveTagged(node.tag, text);
  return node.type === 'PLAIN' || node.type === undefined
    ? resolvePlain(text)
    : { type: 'string', value: text };
}

function refuse(walk: Walk, node: unknown, message: string): undefined {
  const range =
    isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  walk.problems.push({ message, offset: range?.[0] ?? 0 });
  return undefined;
}
