// Owns the dot of ESO's templates: the keys and texts of a Secret's data.
import { mapValue, stringMapType, stringValue, type Value } from '../gotmpl/values.ts';
import { toByteString } from '../gotmpl/utf8.ts';
import { templateEngine, type TemplateFunctions } from '../templates.ts';
import type { SecretMap } from './keys.ts';
import { plainResult, type RenderText } from './text.ts';

/** The dot is a `map[string]string` of bytes. `more` are functions that not every run loads. */
export function goTemplateEngine(more: TemplateFunctions): RenderText {
  const render = templateEngine(more);
  // All templates of one ExternalSecret have the same dot, and none of their functions writes to it.
  const values = new WeakMap<SecretMap, Value>();
  return (template, dot) => {
    const plain = plainResult(template.text);
    if (plain !== undefined) return plain;
    const value = values.get(dot) ?? dotValue(dot);
    values.set(dot, value);
    return render(template, value);
  };
}

function dotValue(dot: SecretMap): Value {
  const entries = [...dot].map(([key, value]): [string, Value] => [
    toByteString(key),
    stringValue(Buffer.from(value.reveal()).toString('latin1')),
  ]);
  return mapValue(new Map(entries), stringMapType);
}
