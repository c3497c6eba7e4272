// Owns the step from schemas/*.json to plugin/schema/compiled: validators as plain code, without eval and without ajv.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { isRecord } from '../plugin/k8s/object.ts';

const source = new URL('../schemas/', import.meta.url);
const target = new URL('../plugin/schema/compiled/', import.meta.url);

/** Kinds that are read; the other files are parts of them, or for editors only. */
const kinds = [
  'acraccesstoken_v1alpha1',
  'clusterexternalsecret_v1',
  'clusterexternalsecret_v1beta1',
  'clustergenerator_v1alpha1',
  'clustersecretstore_v1',
  'clustersecretstore_v1beta1',
  'ecrauthorizationtoken_v1alpha1',
  'externalsecret_v1',
  'externalsecret_v1beta1',
  'fake_v1alpha1',
  'gcraccesstoken_v1alpha1',
  'mfa_v1alpha1',
  'password_v1alpha1',
  'renderconfig_v1alpha1',
  'secretstore_v1',
  'secretstore_v1beta1',
  'sshkey_v1alpha1',
  'stssessiontoken_v1alpha1',
  'uuid_v1alpha1',
  'vaultdynamicsecret_v1alpha1',
  'webhook_v1alpha1',
];

type Schemas = ReadonlyMap<string, unknown>;

/** Texts for editors; they would only make the code larger. */
const annotations = new Set(['$schema', 'title', 'description']);

const declarations = `import type { Validator } from '../validator.ts';
${kinds.map((kind) => `export declare const ${kind}: Validator;`).join('\n')}
`;

await compile();

async function compile(): Promise<void> {
  const schemas = await readSchemas();
  const code = await bundle(validatorCode(schemas));
  await mkdir(target, { recursive: true });
  await writeFile(new URL('validators.js', target), code);
  await writeFile(new URL('validators.d.ts', target), declarations);
}

async function readSchemas(): Promise<Schemas> {
  const names = (await readdir(source)).filter((name) => name.endsWith('.json')).sort();
  const schemas = new Map<string, unknown>();
  for (const name of names) {
    schemas.set(name, JSON.parse(await readFile(new URL(name, source), 'utf8')));
  }
  return schemas;
}

function validatorCode(schemas: Schemas): string {
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    inlineRefs: false,
    messages: false,
    code: { source: true, esm: true, lines: true },
    strict: true,
    useDefaults: true,
    verbose: true,
  });
  ajv.addKeyword('patternErrorMessage');
  for (const name of schemas.keys()) {
    const compact = compactSchema(schemas, name, schemas.get(name));
    if (isRecord(compact)) ajv.addSchema(compact, name);
  }
  return standalone.default(ajv, Object.fromEntries(kinds.map((kind) => [kind, `${kind}.json`])));
}

/**
 * Without the texts for editors, and with `default` beside the type that it belongs to instead of beside a `$ref`: an
 * error shows the schema that was broken, and whether null counts as absent depends on the default in it.
 */
function compactSchema(schemas: Schemas, file: string, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((item) => compactSchema(schemas, file, item));
  if (!isRecord(schema)) return schema;
  const { $ref, ...rest } = schema;
  if (typeof $ref === 'string' && 'default' in rest) {
    const named = resolve(schemas, file, $ref);
    return compactSchema(schemas, named.file, { ...named.schema, ...rest });
  }
  const entries = Object.entries(schema).filter(
    ([key, value]) => !(annotations.has(key) && typeof value === 'string'),
  );
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? absolute(file, value)
        : compactSchema(schemas, file, value),
    ]),
  );
}

function absolute(file: string, ref: string): string {
  return ref.startsWith('#') ? file + ref : ref;
}

function resolve(
  schemas: Schemas,
  from: string,
  ref: string,
): { readonly file: string; readonly schema: Readonly<Record<string, unknown>> } {
  const [file = '', pointer = ''] = absolute(from, ref).split('#/');
  let schema = schemas.get(file);
  for (const step of pointer.split('/')) schema = isRecord(schema) ? schema[step] : undefined;
  if (!isRecord(schema)) throw new Error(`schemas/${from}: ${ref} names nothing`);
  return { file, schema };
}

/** ajv's code asks for its run-time parts with `require`; bundled, it needs nothing. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    minify: true,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote nothing');
  return output.text;
}
