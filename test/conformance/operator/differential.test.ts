// Owns the comparison with the operator's own code, on ExternalSecrets that are made up anew in each run, against the same servers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../../plugin/run.ts';
import { type AwsSeed, seedAws } from '../../servers/aws-seed.ts';
import { type Moto, startMoto } from '../../servers/moto.ts';
import { type OpenBao, startOpenBao } from '../../servers/openbao.ts';
import { seedVault, type VaultSeed } from '../../servers/vault-seed.ts';
import { type OutputSecret, secretsIn } from '../../support/secrets.ts';
import { describeWith } from '../../support/tools.ts';
import { recordedLines } from '../recorded.ts';
import { streamOf } from '../store-input.ts';
import { type Area, areas, vaultServer } from './areas.ts';
import { askOperator, operator, type OperatorAnswer } from './oracle.ts';
import type { Spec } from './spec-arbitrary.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const count = Number(process.env['CASES'] ?? 400);
/** The operator's Vault provider makes a client of it, and asks that nothing. */
const kubeconfig = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'none', cluster: { server: 'http://127.0.0.1:1' } }],
  contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
  users: [{ name: 'none', user: {} }],
  'current-context': 'none',
});

/** As often is the operator asked again where it may take things in any order: it goes over Go's maps. */
const attempts = 40;

function streams({ manifests, spec }: Area): readonly string[] {
  const stream = fc.tuple(manifests, spec).map(([store, one]) => streamOf([...store, wanted(one)]));
  return fc.sample(stream, { seed, numRuns: count });
}

function wanted(spec: Spec): Spec {
  const metadata = { name: 'wanted', namespace: 'shop', labels: { app: 'shop' } };
  return { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata, spec };
}

/** An outcome as both can have it; what is not found under Retain is an error here (docs/differences.md). */
function operatorText({ outcome, refused, secrets }: OperatorAnswer): string {
  if (outcome === 'secret') return refused ? 'error' : secretText(secrets ?? []);
  return outcome;
}

function secretText(secrets: readonly OutputSecret[]): string {
  return secrets
    .map(({ name, namespace, type, immutable, labels, annotations, data }) =>
      JSON.stringify([
        namespace,
        name,
        type === '' ? 'Opaque' : type,
        immutable,
        ...[labels, annotations, data].map((map) =>
          Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        ),
      ]),
    )
    .join('\n');
}

async function oursText(
  file: string,
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  await writeFile(file, input);
  const { exitCode, stdout, stderr } = await run([file], env);
  if (exitCode !== 0) return stderr.startsWith('error EMPTY ') ? 'none' : 'error';
  const made = secretsIn(stdout.toString()).filter(({ name }) => name !== 'credentials');
  return made.length === 0 ? 'none' : secretText(made);
}

describeWith(`against the operator, seed ${seed}`, { operator: await operator() }, (path) => {
  let moto: Moto;
  let bao: OpenBao;
  let folder: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [moto, bao, folder] = await Promise.all([
      startMoto(),
      startOpenBao(),
      mkdtemp(join(tmpdir(), 'operator-')),
    ]);
    const [aws] = recordedLines('aws.jsonl') as readonly [{ readonly seed: readonly AwsSeed[] }];
    const [vault] = recordedLines('vault.jsonl') as readonly [{ readonly seed: VaultSeed }];
    await Promise.all([seedAws({ url: moto.url }, aws.seed), seedVault(bao, vault.seed)]);
    env = {
      AWS_SECRETSMANAGER_ENDPOINT: moto.url,
      AWS_SSM_ENDPOINT: moto.url,
      AWS_STS_ENDPOINT: moto.url,
      KUBECONFIG: join(folder, 'kubeconfig'),
    };
    await writeFile(env['KUBECONFIG'] ?? '', kubeconfig);
  });

  afterAll(async () => {
    await Promise.all([moto.stop(), bao.stop(), rm(folder, { recursive: true })]);
  });

  test.each(areas)('$reason', async (area) => {
    const inputs = streams(area).map((stream) => stream.replaceAll(vaultServer, bao.url));
    const ask = async (some: readonly string[]): Promise<readonly string[]> =>
      (await askOperator(path('operator'), some, env)).map(operatorText);
    const answers = await ask(inputs);
    const compared = [];
    for (const [i, input] of inputs.entries()) {
      const ours = await oursText(join(folder, 'input.yaml'), input, env);
      const again = Array.from({ length: ours === answers[i] ? 0 : attempts }, () => input);
      const same = ours === answers[i] || (await ask(again)).includes(ours);
      compared.push({ input, ours, operator: answers[i], same });
    }
    expect(compared).toHaveLength(count);
    expect(
      compared.filter(({ operator: text = '' }) => text.startsWith('[')).length,
    ).toBeGreaterThan(count / 20);
    expect(compared.filter(({ same }) => !same)).toEqual([]);
  });
});
