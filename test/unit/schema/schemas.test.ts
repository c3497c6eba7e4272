// Owns the check of schemas/ as editors read them: valid, complete in their texts, and the Secret's own schema.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { isRecord } from '../../../plugin/k8s/object.ts';

const folder = new URL('../../../schemas/', import.meta.url);
const files = readdirSync(folder);

function schemaOf(file: string): Readonly<Record<string, unknown>> {
  const schema: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  if (!isRecord(schema)) throw new Error(`${file} holds no schema`);
  return schema;
}

/** All files, strictly, and nothing of our own compilation. */
const editor = new Ajv({ allowUnionTypes: true, strictSchema: true, strictTypes: true });
editor.addKeyword('patternErrorMessage');
for (const file of files) editor.addSchema(schemaOf(file), file);

type Field = { readonly path: string; readonly schema: Readonly<Record<string, unknown>> };

function fieldsOf(schema: unknown, path: string): readonly Field[] {
  if (!isRecord(schema)) return [];
  const { properties, definitions, items } = schema;
  const fields = Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, field]) =>
    isRecord(field)
      ? [{ path: `${path}.${name}`, schema: field }, ...fieldsOf(field, `${path}.${name}`)]
      : [],
  );
  const parts = Object.entries(isRecord(definitions) ? definitions : {});
  return [
    ...fields,
    ...fieldsOf(items, `${path}[]`),
    ...parts.flatMap(([name, part]) => fieldsOf(part, `${path}#${name}`)),
  ];
}

/** A field's own description, or that of what it refers to. */
function descriptionOf(file: string, schema: Field['schema']): unknown {
  if (schema['description'] !== undefined || typeof schema['$ref'] !== 'string')
    return schema['description'];
  const [other = '', pointer = ''] = schema['$ref'].split('#/');
  let part: unknown = schemaOf(other === '' ? file : other);
  for (const step of pointer.split('/').filter(Boolean))
    part = isRecord(part) ? part[step] : undefined;
  return isRecord(part) ? part['description'] : undefined;
}

describe('for editors', () => {
  test.each(files)('%s is valid, in strict mode', (file) => {
    expect(editor.getSchema(file)).toBeTypeOf('function');
  });

  test.each(files)('%s has a title, and a description of every field', (file) => {
    const schema = schemaOf(file);
    expect(schema['title']).toBeTypeOf('string');
    const silent = fieldsOf(schema, file).filter(
      ({ schema }) => descriptionOf(file, schema) === undefined,
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test.each(files)('%s names in words each default that it has', (file) => {
    const fields = fieldsOf(schemaOf(file), file).filter(
      ({ schema }) => typeof schema['default'] === 'string',
    );
    const silent = fields.filter(({ schema }) => {
      const text = String(descriptionOf(file, schema));
      const name = schema['default'] === '' ? '""' : String(schema['default']);
      return !text.includes(`Default: ${name}.`);
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

describe('secret_v1.json', () => {
  const secret = (more: Readonly<Record<string, unknown>>): unknown => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a' },
    ...more,
  });
  test.each<{ reason: string; value: unknown; valid: boolean }>([
    { reason: 'Opaque', value: secret({ type: 'Opaque', data: { a: 'Yg==' } }), valid: true },
    { reason: 'no type and no data', value: secret({}), valid: true },
    { reason: 'a value that is not base64', value: secret({ data: { a: 'b' } }), valid: false },
    {
      reason: 'a key that no Secret may have',
      value: secret({ data: { 'a/b': 'Yg==' } }),
      valid: false,
    },
    {
      reason: 'tls with both keys',
      value: secret({ type: 'kubernetes.io/tls', data: { 'tls.crt': '', 'tls.key': '' } }),
      valid: true,
    },
    {
      reason: 'tls without key',
      value: secret({ type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }),
      valid: false,
    },
    {
      reason: 'basic-auth with one of its keys',
      value: secret({ type: 'kubernetes.io/basic-auth', data: { password: '' } }),
      valid: true,
    },
    {
      reason: 'basic-auth with none',
      value: secret({ type: 'kubernetes.io/basic-auth', data: {} }),
      valid: false,
    },
    {
      reason: 'a token of no ServiceAccount',
      value: secret({ type: 'kubernetes.io/service-account-token' }),
      valid: false,
    },
    {
      reason: 'stringData, which is never written',
      value: secret({ stringData: {} }),
      valid: false,
    },
  ])('$reason: valid is $valid', ({ value, valid }) => {
    expect(editor.validate('secret_v1.json', value)).toBe(valid);
  });
});
