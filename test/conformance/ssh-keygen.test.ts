// Owns the check of generated SSH keys by OpenSSH itself.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../plugin/generators/random.ts';
import { generator } from '../../plugin/generators/ssh-key.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';

const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'ssh-keygen-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasSshKeygen)('ssh-keygen (skipped where it is not installed)', () => {
  test.each([
    { keyType: 'ed25519', comment: 'shop@example.com' },
    { keyType: 'ecdsa', keySize: 256 },
    { keyType: 'ecdsa', keySize: 384, comment: 'shop' },
    { keyType: 'ecdsa', keySize: 521 },
    { keyType: 'rsa', keySize: 1024 },
    { keyType: 'rsa', keySize: 2048, comment: 'shop' },
    { keyType: 'rsa', keySize: 4096 },
  ])('reads $keyType $keySize, and makes the same public key of it', (spec) => {
    for (const round of [0, 1, 2]) {
      const random = randomStream(SecretBytes.ofText('a seed of the conformance tests'), [round]);
      const made = generator.generate(spec, {
        random,
        now: 0,
        fetched: undefined,
        part: undefined,
      });
      const text = (key: string): string =>
        made.ok ? Buffer.from(made.map.get(key)?.reveal() ?? []).toString() : made.message;
      const file = join(folder, `key-${round}`);
      writeFileSync(file, text('privateKey'), { mode: 0o600 });
      const { stdout, stderr } = spawnSync('ssh-keygen', ['-y', '-P', '', '-f', file], {
        encoding: 'utf8',
      });

      expect({ stdout, stderr }).toEqual({ stdout: text('publicKey'), stderr: '' });
    }
  });
});
