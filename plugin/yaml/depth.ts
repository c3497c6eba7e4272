// Owns the bound on nesting, taken before anything recursive sees the document.
import type { CST } from 'yaml';

/** Levels of maps and lists in one document. Kubernetes' own objects stay far below; the API server stops at about 10,000. */
export const maxDepth = 90;

type Level = { readonly token: CST.Token; readonly depth: number };

/** The offset of the first node found beyond {@link maxDepth}. Walks with a list of its own: what is too deep for it is too deep for a stack. */
export function isTooDeep(root: CST.Token): number | undefined {
  const waiting: Level[] = [{ token: root, depth: 0 }];
  for (let level = waiting.pop(); level !== undefined; level = waiting.pop()) {
    if (level.depth > maxDepth) return level.token.offset;
    for (const token of children(level.token)) waiting.push({ token, depth: level.depth + 1 });
  }
  return undefined;
}

function children(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => ['key', 'value'].flatMap((side) => childAt(item, side)));
}

function childAt(item: object, side: string): readonly CST.Token[] {
  const child: unknown = Reflect.get(item, side);
  return isToken(child) ? [child] : [];
}

function isToken(value: unknown): value is CST.Token {
  return typeof value === 'object' && value !== null && 'type' in value && 'offset' in value;
}
