// Owns dataFrom[].rewrite: the operations on the keys of what a provider gave, one after another.
import { SecretBytes } from '../secret-bytes.ts';
import { type MapOutcome, type SecretMap, sortedKeys } from './keys.ts';
import { mergeValues } from './merge.ts';
import { compileReplacement, maxGrowth } from './regexp.ts';
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
  return renameKeys(map, (key) => {
    const renamed = replacement.replace(key);
    return renamed === undefined ? tooLong : { ok: true, key: renamed };
  });
}

type Renamed =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly message: string };

const tooLong: Renamed = {
  ok: false,
  message: `a key becomes longer by more than ${maxGrowth} characters`,
};

/** Each key through a template whose dot is `{"value": key}`. */
function transformKeys(map: SecretMap, text: string, renderText: RenderText): MapOutcome {
  const template = { name: 'transform', text, missingKey: 'default' } as const;
  return renameKeys(map, (key) => {
    const rendered = renderText(template, new Map([['value', SecretBytes.ofText(key)]]));
    if (!rendered.ok) return rendered;
    const renamed = new TextDecoder().decode(rendered.value.reveal());
    return renamed.length > key.length + maxGrowth ? tooLong : { ok: true, key: renamed };
  });
}

/** Where two keys become one ESO keeps either, at random; here the later one in byte order stays (docs/differences.md). */
function renameKeys(map: SecretMap, rename: (key: string) => Renamed): MapOutcome {
  const renamed = new Map<string, SecretBytes>();
  for (const key of sortedKeys(map)) {
    const outcome = rename(key);
    if (!outcome.ok) return outcome;
    const value = map.get(key);
    if (value !== undefined) renamed.set(outcome.key, value);
  }
  return { ok: true, map: renamed };
}
