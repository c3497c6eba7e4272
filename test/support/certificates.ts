// Makes a certificate authority of a test's own, and certificates that it vouches for (openssl).
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from './command.ts';

/** PEM texts. */
type KeyPair = { readonly cert: string; readonly key: string };

export type Authority = {
  /** PEM. */
  readonly ca: string;
  /** For a server on the loopback interface, and under the names of `hosts`, or for a client of that name. */
  readonly issue: (
    use: 'server' | 'client',
    name: string,
    hosts?: readonly string[],
  ) => Promise<KeyPair>;
  readonly remove: () => Promise<void>;
};

function extensionOf(use: 'server' | 'client', hosts: readonly string[]): string {
  if (use === 'client') return 'extendedKeyUsage=clientAuth';
  return ['subjectAltName=IP:127.0.0.1', ...hosts.map((host) => `DNS:${host}`)].join(',');
}

export async function createAuthority(name: string): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  const own = await request(folder, name, []);
  const issuer = ['-CA', join(folder, `${name}.crt`), '-CAkey', join(folder, `${name}.key`)];
  return {
    ca: own.cert,
    issue: (use, subject, hosts = ['localhost']) => {
      const isLeaf = ['-addext', 'basicConstraints=critical,CA:FALSE'];
      return request(folder, subject, [...issuer, '-addext', extensionOf(use, hosts), ...isLeaf]);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A new key with its certificate, good for a day. */
async function request(folder: string, name: string, options: readonly string[]): Promise<KeyPair> {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${name}`];
  await must(['openssl', 'req', '-x509', ...made, '-keyout', key, '-out', cert, ...options]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}
