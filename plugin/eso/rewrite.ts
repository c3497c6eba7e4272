// Owns dataFrom[].rewrite: the operations on the keys of what a provider gave, one after another.
import { SecretBytes } from '../secret-bytes.ts';
import { type MapOutcome, type SecretMap, sortedKeys } from './keys.ts';
import { mergeValues } from './merge.ts';
import { compileReplacement } from './regexp.ts';
import { renderPlainText, type RenderText } from './text.ts';
import type { Rewrite } from './types.ts';

/** The map, or which operation failed and why. */
export type RewriteOutcome =
  | { readonly ok: true; readonly map: SecretMap }
  | { readonly ok: false; readonly operation: number; readonly message: string };

/** Applies `rewrite[]` in order (ESO 2.4). */
export function rewriteKeys(
  map: SecretMap,
  operations: readonly Rewrite[],
  renderText: RenderText = renderPlainText,
): RewriteOutcome {
  let current = map;
  for (const [operation, rewrite] of operations.entries()) {
    const outcome = applyOperation(current, rewrite, renderText);
    if (!outcome.ok) return { ok: false, operation, message: outcome.message };
    current = outcome.map;
  }
  return { ok: true, map: current };
}

function applyOperation(map: SecretMap, rewrite: Rewrite, renderText: RenderText): MapOutcome {
  if (rewrite.merge !== undefined) return mergeValues(map, rewrite.merge);
  if (rewrite.regexp !== undefined) return replaceKeys(map, rewrite.regexp);
  if (rewrite.transform !== undefined)
    return transformKeys(map, rewrite.transform.template, renderText);
  return { ok: true, map };
}

function replaceKeys(
  map: SecretMap,
  regexp: { readonly source: string; readonly target: string },
): MapOutcome {
  const replacement = compileReplacement(regexp.source, regexp.target);
  if (!replacement.ok) return replacement;
  return { ok: true, map: renameKeys(map, replacement.replace) };
}

/** Each key through a template whose dot is `{"value": key}`. */
function transformKeys(map: SecretMap, text: string, renderText: RenderText): MapOutcome {
  const template = { name: 'transform', text, missingKey: 'default' } as const;
  const renamed = new Map<string, SecretBytes>();
  for (const key of sortedKeys(map)) {
    const rendered = renderText(template, new Map([['value', SecretBytes.ofText(key)]]));
    if (!rendered.ok) return rendered;
    setFrom(renamed, new TextDecoder().decode(rendered.value.reveal()), map.get(key));
  }
  return { ok: true, map: renamed };
}

/** Where two keys become one ESO keeps either, at random; here the later one in byte order stays (docs/differences.md). */
function renameKeys(map: SecretMap, rename: (key: string) => string): SecretMap {
  const renamed = new Map<string, SecretBytes>();
  for (const key of sortedKeys(map)) setFrom(renamed, rename(key), map.get(key));
  return renamed;
}

function setFrom(map: Map<string, SecretBytes>, key: string, value: SecretBytes | undefined): void {
  if (value !== undefined) map.set(key, value);
}
