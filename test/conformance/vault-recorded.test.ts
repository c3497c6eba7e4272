// Runs the recorded cases of Vault: what the operator made of them, against a server of the same API.
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type OpenBao, startOpenBao } from '../servers/openbao.ts';
import { seedVault, type VaultSeed } from '../servers/vault-seed.ts';
import { esoRender } from '../support/eso-render.ts';
import { expectRecorded, recordedCases, recordedLines } from './recorded.ts';

/** Where the server was when the cases were recorded. */
const recordedServer = 'http://127.0.0.1:18900';

describe('what the operator made of them, against the same server', () => {
  let bao: OpenBao;

  beforeAll(async () => {
    bao = await startOpenBao();
    const [first] = recordedLines('vault.jsonl') as readonly [{ readonly seed: VaultSeed }];
    await seedVault(bao, first.seed);
  });

  afterAll(async () => bao.stop());

  test.each(recordedCases('vault.jsonl').map((recorded) => [recorded.id, recorded] as const))(
    '%s',
    async (_id, recorded) => {
      const input = recorded.input.replaceAll(recordedServer, bao.url);
      expectRecorded(recorded, await esoRender('bundle', [], { input }));
    },
  );
});
