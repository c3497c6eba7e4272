// Owns a kube-apiserver with its etcd: real validation, no controllers and no nodes.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type Ended, must, run } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

export type ApiServer = {
  /** Runs kubectl as an administrator. */
  readonly kubectl: (args: readonly string[], input?: string) => Promise<Ended>;
  readonly stop: () => Promise<void>;
};

export type ApiServerOptions = {
  readonly kubeApiserver: string;
  readonly etcd: string;
  readonly kubectl: string;
  /** An empty folder for everything that the servers write. */
  readonly folder: string;
};

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { folder, kubectl } = options;
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${client}`;
  const started: ServerProcess[] = [
    await startServer([options.etcd, ...etcdFlags(folder, etcdUrl, `http://127.0.0.1:${peer}`)], {
      cwd: folder,
      ready: /ready to serve client requests/u,
    }),
  ];
  const flags = await apiServerFlags(folder, etcdUrl, secure);
  started.push(
    await startServer([options.kubeApiserver, ...flags], {
      cwd: folder,
      ready: /Serving securely on/u,
    }),
  );
  const connection = [
    '--server',
    `https://127.0.0.1:${secure}`,
    '--insecure-skip-tls-verify',
    '--token',
    'admin',
  ];
  await vi.waitFor(async () => must([kubectl, ...connection, 'get', '--raw', '/readyz']), {
    timeout: 60_000,
    interval: 500,
  });
  return {
    kubectl: async (args, input) =>
      run([kubectl, ...connection, ...args], input === undefined ? {} : { input }),
    stop: async () => {
      for (const server of started.toReversed()) await server.stop();
    },
  };
}

function etcdFlags(folder: string, client: string, peer: string): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

async function apiServerFlags(
  folder: string,
  etcdUrl: string,
  port: number,
): Promise<readonly string[]> {
  const key = join(folder, 'service-account.key');
  const tokens = join(folder, 'tokens.csv');
  await mkdir(join(folder, 'certificates'));
  await must(['openssl', 'genrsa', '-out', key, '2048']);
  await writeFile(tokens, 'admin,admin,1,system:masters\n');
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // Without it a loopback address may not be advertised.
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
  ];
}
