// Owns the paths of templateFrom.target where the target is not a Secret (ESO 2.9): how they are written, and setting what they name.
import {
  isBranch,
  isList,
  isNothing,
  nothing,
  type SecretBranch,
  type SecretTree,
} from '../k8s/secret-tree.ts';

export type TargetPath = readonly (string | number)[];

export type PathOutcome =
  | { readonly ok: true; readonly path: TargetPath }
  | { readonly ok: false; readonly message: string };

const maxIndex = 10_000;
const maxSegments = 100;

/** `spec.rules[0].from`: keys with dots between them, and indexes behind them. */
export function parseTargetPath(text: string): PathOutcome {
  const path: (string | number)[] = [];
  for (const part of text.split('.')) {
    const outcome = parsePart(part);
    if (!outcome.ok) return { ok: false, message: `the path "${text}" ${outcome.message}` };
    path.push(...outcome.path);
  }
  if (path.length > maxSegments)
    return { ok: false, message: `the path has more than ${maxSegments} segments` };
  return { ok: true, path };
}

function parsePart(part: string): PathOutcome {
  const bracket = part.indexOf('[');
  const key = bracket === -1 ? part : part.slice(0, bracket);
  if (part === '') return { ok: false, message: 'has an empty segment' };
  if (key === '') return { ok: false, message: `has an index with no key before it` };
  const path: (string | number)[] = [key];
  let rest = part.slice(key.length);
  while (rest !== '') {
    const match = /^\[([^[\]]*)\]/.exec(rest);
    if (match === null)
      return { ok: false, message: `has a "[" without its "]", or text behind a "]"` };
    const index = match[1] ?? '';
    const problem = indexProblem(index);
    if (problem !== undefined) return { ok: false, message: problem };
    path.push(Number(index));
    rest = rest.slice(match[0].length);
  }
  return { ok: true, path };
}

function indexProblem(index: string): string | undefined {
  if (/^-\d+$/.test(index)) return `has the negative index "${index}"`;
  if (!/^\+?\d+$/.test(index)) return `has the index "${index}", which is no number`;
  return Number(index) > maxIndex ? `has an index above ${maxIndex}` : undefined;
}

export type SetOutcome =
  | { readonly ok: true; readonly tree: SecretTree }
  | { readonly ok: false; readonly message: string };

/** What is to be at a path, of what was there; undefined where only a map could have been. */
export type Change = (before: SecretTree | undefined) => SecretTree | undefined;

/** A tree where `change` has made what is at the path. Maps and lists on the way are made; lists are padded with null. */
export function setAtPath(
  tree: SecretTree | undefined,
  [segment, ...rest]: TargetPath,
  change: Change,
): SetOutcome {
  if (segment === undefined) {
    const made = change(tree);
    return made === undefined
      ? { ok: false, message: 'expected map there' }
      : { ok: true, tree: made };
  }
  if (typeof segment === 'number') {
    const list = isNothing(tree) ? [] : listOf(tree);
    if (list === undefined) return { ok: false, message: `expected array at index ${segment}` };
    const item = setAtPath(list[segment], rest, change);
    return item.ok ? { ok: true, tree: withItem(list, segment, item.tree) } : item;
  }
  const map = isNothing(tree) ? new Map<string, SecretTree>() : branchOf(tree);
  if (map === undefined) return { ok: false, message: `expected map at key "${segment}"` };
  const item = setAtPath(map.get(segment), rest, change);
  return item.ok ? { ok: true, tree: new Map([...map, [segment, item.tree]]) } : item;
}

/** Entries over those that are there; all at once, since each change copies the map. */
export function withEntries(entries: SecretBranch): Change {
  return (before) => {
    if (isNothing(before)) return entries;
    return isBranch(before) ? new Map([...before, ...entries]) : undefined;
  };
}

function listOf(tree: SecretTree | undefined): readonly SecretTree[] | undefined {
  return tree !== undefined && isList(tree) ? tree : undefined;
}

function branchOf(tree: SecretTree | undefined): SecretBranch | undefined {
  return isBranch(tree) ? tree : undefined;
}

function withItem(
  list: readonly SecretTree[],
  index: number,
  item: SecretTree,
): readonly SecretTree[] {
  const length = Math.max(list.length, index + 1);
  const padded = Array.from({ length }, (_, position) => list[position] ?? nothing);
  return padded.with(index, item);
}
