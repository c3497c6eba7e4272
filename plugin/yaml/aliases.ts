// Owns which node each alias of a document stands for.
import { type Alias, type Document, isAlias, isNode, type Node, visit } from 'yaml';

/** An alias stands for the last node in front of it that has its anchor; one that is not here stands for nothing. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

export function aliasTargets(document: Document.Parsed): AliasTargets {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, (_key, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  });
  return targets;
}
