// Owns how the text of a template becomes the bytes of a value.
import { SecretBytes } from '../secret-bytes.ts';
import type { SecretMap } from './keys.ts';

export type TextOutcome =
  | { readonly ok: true; readonly value: SecretBytes }
  | { readonly ok: false; readonly message: string };

/**
 * Executes the template `text` over `dot`. Plain text stands for itself; an action is refused until the template engine
 * is there, so that no template ever comes out unrendered.
 */
export function renderText(name: string, text: string, _dot: SecretMap): TextOutcome {
  if (!text.includes('{{')) return { ok: true, value: SecretBytes.ofText(text) };
  return {
    ok: false,
    message: `template "${name}" has an action ({{ … }}): templates with actions are not supported yet`,
  };
}
