// Runs the recorded templates: what the operator's engine made of each, from a templateFrom to the Secret.
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Ended, run } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { type OutputSecret, secretsIn } from '../support/secrets.ts';
import { recordedLines } from './recorded.ts';

type RecordedTemplate = {
  readonly id: string;
  readonly template: string;
  /** The template's dot: values in base64. */
  readonly data: Readonly<Record<string, string>>;
  readonly options?: {
    readonly scope?: 'Values' | 'KeysAndValues';
    readonly target?: string;
    readonly decoding?: string;
  };
  readonly expect: {
    readonly ok: boolean;
    readonly errorContains?: string;
    readonly output?: string;
    readonly outputB64?: string;
    /** Under KeysAndValues, in base64. */
    readonly map?: Readonly<Record<string, string>>;
    /** What is in a PKCS#12 file, which is another one each time. */
    readonly pkcs12?: {
      readonly encoding: string;
      readonly password: string;
      readonly certSha256: readonly string[];
      readonly opensslInfo: readonly string[];
    };
  };
};

const cases = recordedLines('templates.jsonl') as readonly RecordedTemplate[];

/** Under this name the operator executed each template. */
const key = 'out';

/** The data as keys of one JSON document in a fake store, each decoded, so that any bytes arrive. */
function manifests({ template, data, options = {} }: RecordedTemplate): string {
  const { scope = 'Values', target = 'Data', decoding = 'None' } = options;
  const names = Object.keys(data);
  const documents = [
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'store' },
      spec: { provider: { fake: { data: [{ key: 'data', value: JSON.stringify(data) }] } } },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'templates' },
      data: { [key]: template },
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'case' },
      spec: {
        secretStoreRef: { name: 'store' },
        target: {
          deletionPolicy: 'Merge',
          template: {
            templateFrom: [
              {
                target,
                valuesDecodingStrategy: decoding,
                configMap: { name: 'templates', items: [{ key, templateAs: scope }] },
              },
            ],
          },
        },
        data: names.map((name) => ({
          secretKey: name,
          remoteRef: {
            key: 'data',
            property: name.replaceAll('.', '\\.'),
            decodingStrategy: 'Base64',
          },
        })),
        // Without data the map is empty, and only under Merge does the operator go on to the template.
        dataFrom: names.length > 0 ? [] : [{ find: { name: { regexp: '^none$' } } }],
      },
    },
  ];
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

/** What was made: the annotations under that target, else the keys of the Secret, in base64. */
function madeBy({ options }: RecordedTemplate, { stdout }: Ended): OutputSecret['data'] {
  const [secret] = secretsIn(stdout);
  if (options?.target !== 'Annotations') return secret?.data ?? {};
  const annotations = Object.entries(secret?.annotations ?? {});
  return Object.fromEntries(annotations.map(([name, value]) => [name, base64(value)]));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function render(recorded: RecordedTemplate): Promise<Ended> {
  return esoRender('bundle', [], { input: manifests(recorded), env: { TZ: 'UTC' } });
}

function named(
  isMeant: (expected: RecordedTemplate['expect']) => boolean,
): readonly (readonly [string, RecordedTemplate])[] {
  return cases
    .filter((recorded) => isMeant(recorded.expect))
    .map((recorded) => [recorded.id, recorded]);
}

describe('templates.jsonl', () => {
  test.concurrent.each(named(({ ok, pkcs12 }) => ok && pkcs12 === undefined))(
    '%s',
    async (_id, recorded) => {
      const ended = await render(recorded);
      const {
        output = '',
        outputB64 = base64(output),
        map = { [key]: outputB64 },
      } = recorded.expect;

      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
      expect(madeBy(recorded, ended)).toEqual(map);
    },
  );

  test.concurrent.each(named(({ ok }) => !ok))('%s is refused', async (_id, recorded) => {
    const { code, stdout, stderr } = await render(recorded);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(recorded.expect.errorContains ?? 'the case names an error');
  });

  test.concurrent.each(named(({ pkcs12 }) => pkcs12 !== undefined))(
    '%s is read by OpenSSL',
    async (_id, recorded) => {
      const ended = await render(recorded);
      const encoded = Buffer.from(madeBy(recorded, ended)[key] ?? '', 'base64').toString();
      const { certificates, info } = await openPkcs12(
        Buffer.from(encoded, 'base64'),
        recorded.expect.pkcs12?.password ?? '',
      );

      expect(certificates).toEqual(recorded.expect.pkcs12?.certSha256);
      expect(info).toEqual(recorded.expect.pkcs12?.opensslInfo);
    },
  );
});

/** The certificates in a file, and how it is made, as OpenSSL sees it. */
async function openPkcs12(
  file: Uint8Array,
  password: string,
): Promise<{ readonly certificates: readonly string[]; readonly info: readonly string[] }> {
  const path = join(await mkdtemp(join(tmpdir(), 'pkcs12-')), 'file.p12');
  await writeFile(path, file);
  const command = [
    'openssl',
    'pkcs12',
    '-in',
    path,
    '-passin',
    `pass:${password}`,
    '-nodes',
    '-info',
  ];
  const { stdout, stderr } = await run(command);
  const blocks = stdout.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return {
    certificates: blocks.map((pem) =>
      createHash('sha256').update(new X509Certificate(pem).raw).digest('hex'),
    ),
    info: stderr.trim().split('\n'),
  };
}
