// Owns how the text of a template becomes the text of a value.

/** What a template sees as its dot: names and texts. */
export type TemplateData = ReadonlyMap<string, string>;

export type TextOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string };

/**
 * Executes the template `text`. Plain text stands for itself; an action is refused until the template engine is there,
 * so that no template ever comes out unrendered.
 */
export function renderText(name: string, text: string, _dot: TemplateData): TextOutcome {
  if (!text.includes('{{')) return { ok: true, text };
  return {
    ok: false,
    message: `template "${name}" has an action ({{ … }}): templates with actions are not supported yet`,
  };
}
