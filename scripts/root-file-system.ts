// Owns the files of the image: `node scripts/root-file-system.ts EXECUTABLE FOLDER` puts together what distribution/Dockerfile copies.
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const [executable = '', folder = ''] = process.argv.slice(2);

/** Argo CD runs its sidecars as 999, kustomize and kpt run functions as nobody. */
const users = [
  'root:x:0:0:root:/:/nonexistent',
  'argocd:x:999:999:argocd:/tmp:/nonexistent',
  'nobody:x:65534:65534:nobody:/tmp:/nonexistent',
];
const groups = ['root:x:0:', 'argocd:x:999:', 'nogroup:x:65534:'];

const texts: Readonly<Record<string, string>> = {
  'etc/passwd': `${users.join('\n')}\n`,
  'etc/group': `${groups.join('\n')}\n`,
  'etc/nsswitch.conf': 'hosts: files dns\n',
  'etc/ssl/certs/ca-certificates.crt': `${rootCertificates.join('\n')}\n`,
};

const documents = 'usr/share/doc/eso-render';
const copies: Readonly<Record<string, string>> = {
  'usr/local/bin/eso-render': executable,
  'home/argocd/cmp-server/config/plugin.yaml': join(root, 'plugin.yaml'),
  [`${documents}/LICENSE`]: join(root, 'LICENSE'),
  [`${documents}/NODE-LICENSE.txt`]: join(root, 'distribution/licenses/node.txt'),
  [`${documents}/THIRD-PARTY-LICENSES.txt`]: join(root, 'dist/THIRD-PARTY-LICENSES.txt'),
  [`${documents}/sbom.cdx.json`]: `${executable}.cdx.json`,
};

for (const [name, text] of Object.entries(texts)) await writeFile(await placeOf(name), text);
for (const [name, source] of Object.entries(copies)) await copyFile(source, await placeOf(name));
for (const library of await librariesOf(executable))
  await copyFile(library, await placeOf(library));
await mkdir(join(folder, 'tmp'), { recursive: true });
await chmod(join(folder, 'tmp'), 0o1777);

async function placeOf(name: string): Promise<string> {
  const place = join(folder, name);
  await mkdir(dirname(place), { recursive: true });
  return place;
}

/** The loader and the libraries that Node needs, where the loader looks for them. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program]);
  return [...stdout.matchAll(/(\/\S+) \(0x/gu)].map(([, path = '']) => path);
}
