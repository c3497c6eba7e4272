// Owns moto, the stand-in for AWS: installed once into the cache, and started on a free port.
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../support/cache.ts';
import { freePort } from '../support/free-port.ts';
import { startServer } from '../support/server-process.ts';
import { must } from '../support/command.ts';

/** `url` is for AWS_SECRETSMANAGER_ENDPOINT, AWS_SSM_ENDPOINT and AWS_STS_ENDPOINT. */
export type Moto = { readonly url: string; readonly stop: () => Promise<void> };

const version = '5.2.5';
const packages = [
  `moto[secretsmanager,ssm]==${version}`,
  'flask==3.1.3',
  'flask-cors==6.0.5',
  'werkzeug==3.1.9',
  'boto3==1.44.5',
  'botocore==1.44.5',
];

/** Starts an empty one. The caller stops it. */
export async function startMoto(): Promise<Moto> {
  const stamp = createHash('sha256').update(packages.join()).digest('hex').slice(0, 12);
  const folder = await cached({
    key: `moto-${version}-${stamp}`,
    duration: 'installing takes 15 seconds',
    build: installMoto,
  });
  const port = await freePort();
  const address = ['-H', '127.0.0.1', '-p', `${port}`];
  const server = await startServer([pythonIn(folder), '-m', 'moto.server', ...address], {
    cwd: tmpdir(),
    ready: /Running on/,
  });
  return { ...server, url: `http://127.0.0.1:${port}` };
}

async function installMoto(folder: string): Promise<void> {
  await must(['python3', '-m', 'venv', folder]);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await must([pythonIn(folder), ...install, ...packages]);
}

/** The scripts beside it name the folder that they were installed into, which has moved since. */
function pythonIn(folder: string): string {
  return join(folder, 'bin', 'python');
}
