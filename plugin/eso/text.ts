// Owns what a template engine is to ESO's semantics: a text and a dot in, bytes or a problem out.
import { SecretBytes } from '../secret-bytes.ts';
import type { SecretMap } from './keys.ts';

type TextOutcome =
  | { readonly ok: true; readonly value: SecretBytes }
  | { readonly ok: false; readonly message: string };

type TemplateText = {
  /** As error texts name it: the key that the result is for. */
  readonly name: string;
  /** Bytes where it comes from a Secret or a ConfigMap: it need not be UTF-8. */
  readonly text: string | SecretBytes;
  /** What `.key` gives where there is no such key: an error, or `<no value>`. */
  readonly missingKey: 'error' | 'default';
  /** The text is a Secret's own, and nothing of it may be shown. */
  readonly isSecret?: boolean;
};

/** Executes a template over keys and texts. `message` holds no value. */
export type RenderText = (template: TemplateText, dot: SecretMap) => TextOutcome;

/** Without an action a template is its own result, and no engine is needed. */
export const renderPlainText: RenderText = ({ name, text }) =>
  plainResult(text) ?? {
    ok: false,
    message: `template "${name}" has an action, and there is no engine for it`,
  };

/** The text itself; undefined where it has an action. */
export function plainResult(text: string | SecretBytes): TextOutcome | undefined {
  if (typeof text === 'string')
    return hasAction(text) ? undefined : { ok: true, value: SecretBytes.ofText(text) };
  const hasBraces = Buffer.from(text.reveal()).includes('{{');
  return hasBraces ? undefined : { ok: true, value: text };
}

export function hasAction(text: string): boolean {
  return text.includes('{{');
}
