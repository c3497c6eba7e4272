// Owns the generator Fake: its data, as it stands.
import { fieldsOf, textOf } from '../providers/spec.ts';
import { SecretBytes } from '../secret-bytes.ts';
import type { Generator } from './generator.ts';

export const generator: Generator = {
  kind: 'Fake',
  needsSeed: false,
  generate: (spec) => {
    const entries = Object.entries(fieldsOf(spec['data']));
    return {
      ok: true,
      map: new Map(entries.map(([key, value]) => [key, SecretBytes.ofText(textOf(value))])),
    };
  },
};
