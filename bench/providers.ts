// Owns the benchmark of each provider's start: a whole process up to the first call of its store, against `node -e 0` in the same run.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { childrenCpu } from './children-cpu.ts';

type Spec = Readonly<Record<string, unknown>>;
type Output = {
  readonly bytes: number;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
  readonly inputs: Readonly<Record<string, unknown>>;
};

const dist = resolve(import.meta.dirname, '../dist');
const runs = 9;

/** Nobody listens there: what is measured ends with the first call. */
const nowhere = 'http://127.0.0.1:9';
const key = (name: string): Spec => ({ name: 'creds', key: name });
const aws = (service: string): Spec => ({
  service,
  region: 'eu-west-1',
  auth: {
    secretRef: { accessKeyIDSecretRef: key('id'), secretAccessKeySecretRef: key('secret') },
  },
});

type Case = { readonly name: string; readonly provider: Spec; readonly sources: readonly string[] };

const cases: readonly Case[] = [
  { name: 'fake', provider: { fake: { data: [{ key: 'k', value: 'v' }] } }, sources: [] },
  {
    name: 'AWS Secrets Manager',
    provider: { aws: aws('SecretsManager') },
    sources: ['aws/secrets-manager.ts'],
  },
  {
    name: 'AWS Parameter Store',
    provider: { aws: aws('ParameterStore') },
    sources: ['aws/parameter-store.ts'],
  },
  {
    name: 'Google Secret Manager',
    provider: {
      gcpsm: {
        projectID: 'p',
        auth: { secretRef: { secretAccessKeySecretRef: key('google') } },
      },
    },
    sources: ['gcpsm/client.ts'],
  },
  {
    name: 'Azure Key Vault',
    provider: {
      azurekv: {
        vaultUrl: nowhere,
        tenantId: 't',
        authSecretRef: { clientId: key('id'), clientSecret: key('secret') },
        useAzureSDK: true,
        customCloudConfig: { activeDirectoryEndpoint: nowhere },
      },
    },
    sources: ['azurekv/client.ts'],
  },
  {
    name: 'HashiCorp Vault',
    provider: { vault: { server: nowhere, path: 'kv', auth: { tokenSecretRef: key('token') } } },
    sources: ['vault/client.ts'],
  },
  {
    name: 'OpenBao',
    provider: { openBao: { server: nowhere, path: 'kv', auth: { tokenSecretRef: key('token') } } },
    sources: ['openbao/client.ts'],
  },
  {
    name: 'Kubernetes',
    provider: {
      kubernetes: { server: { url: nowhere }, auth: { token: { bearerToken: key('token') } } },
    },
    sources: ['kubernetes/client.ts'],
  },
  {
    name: 'Webhook',
    provider: { webhook: { url: `${nowhere}/{{ .remoteRef.key }}`, result: {} } },
    sources: ['webhook/client.ts', 'gotmpl/template.ts'],
  },
];

const { privateKey } = await import('node:crypto').then(({ generateKeyPairSync }) =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }),
);
const google = { type: 'service_account', client_email: 'a@b.c', private_key: privateKey };

function inputOf(provider: Spec): string {
  const stringData = { id: 'id', secret: 'secret', token: 'token', google: JSON.stringify(google) };
  const spec = { provider, retrySettings: { maxRetries: 0 } };
  const documents = [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'creds' }, stringData },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 's' },
      spec,
    },
    {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'e' },
      spec: {
        secretStoreRef: { name: 's' },
        data: [{ secretKey: 'a', remoteRef: { key: 'k' } }],
      },
    },
  ];
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

const outputs = outputsOf(`${dist}/meta.json`);

/** What esbuild says of the bundle. */
function outputsOf(file: string): Readonly<Record<string, Output>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the build wrote it
  const { outputs } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly outputs: Readonly<Record<string, Output>>;
  };
  return outputs;
}

/** A chunk and all that are loaded with it. */
function chunksOf(source: string): ReadonlySet<string> {
  const isIn = (chunk: string): boolean =>
    Object.hasOwn(outputs[chunk]?.inputs ?? {}, `plugin/${source}`);
  const found = new Set(Object.keys(outputs).filter(isIn));
  for (const chunk of found) {
    for (const { path, kind } of outputs[chunk]?.imports ?? []) {
      if (kind === 'import-statement') found.add(path);
    }
  }
  return found;
}

function bytesOf({ sources }: Case): number {
  const anyway = chunksOf('run-stream.ts');
  const paths = sources.map((source) =>
    source.startsWith('gotmpl/') ? source : `providers/${source}`,
  );
  const own = new Set(paths.flatMap((path) => [...chunksOf(path)]));
  return [...own]
    .filter((chunk) => !anyway.has(chunk))
    .reduce((bytes, chunk) => bytes + (outputs[chunk]?.bytes ?? 0), 0);
}

/** What the processors do for a run, in milliseconds. What else uses the machine only adds to it, so the least of many runs holds. */
function costOf(args: readonly string[], input: string): number {
  const env = {
    ...process.env,
    AWS_SECRETSMANAGER_ENDPOINT: nowhere,
    AWS_SSM_ENDPOINT: nowhere,
    GOOGLE_SECRET_MANAGER_ENDPOINT: nowhere,
  };
  const before = childrenCpu();
  const { status, stderr } = spawnSync(process.execPath, args, { input, env });
  const isExpected = status === 0 || stderr.includes('ECONNREFUSED');
  if (!isExpected) throw new Error(`exit ${status}: ${stderr.toString()}`);
  return childrenCpu() - before;
}

const bare: number[] = [];
const measured = cases.map((given) => ({
  given,
  input: inputOf(given.provider),
  costs: [] as number[],
}));
// In turns, so that a busy minute is everybody's.
for (let run = 0; run < runs; run += 1) {
  bare.push(costOf(['-e', '0'], ''));
  for (const { input, costs } of measured) costs.push(costOf([`${dist}/eso-render.mjs`], input));
}

process.stdout.write(
  `the least of ${runs} runs, Node ${process.versions.node}, node -e 0 is ${Math.min(...bare)} ms; what a run loads for its provider, and the processor's time up to the first call\n\n| provider | loaded | processor | ratio |\n| --- | --- | --- | --- |\n`,
);
for (const { given, costs } of measured) {
  const size = `${(bytesOf(given) / 1e3).toFixed(0)} kB`;
  process.stdout.write(
    `| ${given.name} | ${size} | ${Math.min(...costs)} ms | ${(Math.min(...costs) / Math.min(...bare)).toFixed(1)} |\n`,
  );
}
