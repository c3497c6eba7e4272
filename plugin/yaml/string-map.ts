// Owns reading YAML into a map of text, as sigs.k8s.io/yaml fills a Go map[string]string.
import { isMap, isScalar } from 'yaml';
import { compose } from './compose.ts';
import { closeNode, mapEntries, readScalar, resolveNode, startWalk, type Walk } from './convert.ts';
import { refusal } from './refusals.ts';
import { scalarText } from './scalars.ts';

/** `message` never quotes the text: it may hold secrets. */
export type StringMapOutcome =
  | { readonly ok: true; readonly map: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly message: string };

/**
 * The first document's keys and values. Numbers and booleans become the text that Kubernetes' decoder gives them (`1.50` is
 * `1.5`, `yes` is `true`), null is empty, the last of two equal keys wins; a list or a map as a value is refused.
 */
export function parseStringMap(text: string): StringMapOutcome {
  const composition = compose(text);
  if (!composition.ok) return { ok: false, message: composition.problem.message };
  const [document] = composition.documents;
  if (document === undefined) return { ok: true, map: new Map() };
  if (document.errors.length > 0) return { ok: false, message: 'it is not valid YAML' };
  const problem = refusal(document, text);
  if (problem !== undefined) return { ok: false, message: problem.message };
  const walk = startWalk(document, 'last-wins');
  const map = readMap(walk, document.contents);
  if (map === undefined || walk.problems.length > 0) {
    return {
      ok: false,
      message:
        walk.problems[0]?.message ?? 'it is a list or a single value, and not keys with values',
    };
  }
  return { ok: true, map };
}

function readMap(walk: Walk, contents: unknown): ReadonlyMap<string, string> | undefined {
  if (isScalar(contents) && readScalar(walk, contents)?.type === 'null') return new Map();
  if (contents === null) return new Map();
  if (!isMap(contents)) return undefined;
  const map = new Map<string, string>();
  const entries = mapEntries(walk, contents).map(({ key, value }) => [key, value] as const);
  for (const [key, value] of new Map(entries)) {
    const text = readText(walk, value);
    if (text === undefined)
      walk.problems.push({
        message: 'one of its values is a map or a list, or does not fit its tag',
        offset: 0,
      });
    else map.set(key, text);
  }
  return map;
}

function readText(walk: Walk, value: unknown): string | undefined {
  const node = resolveNode(walk, value);
  if (node === undefined) return '';
  const scalar = isScalar(node) ? readScalar(walk, node) : undefined;
  closeNode(walk, value);
  if (scalar === undefined) return undefined;
  return scalarText(scalar) ?? '';
}
