// Owns a kube-apiserver with its etcd: real validation, authentication and RBAC, no controllers and no nodes.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { vi } from 'vitest';
import { must } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { built, goProgram, type Tool } from '../support/tools.ts';

const kubernetes = { version: 'v1.37.2', package: 'k8s.io/component-base/version' };

export async function kubeApiserver(): Promise<Tool> {
  const [major = '', minor = ''] = kubernetes.version.slice(1).split('.');
  const stamp = { gitVersion: kubernetes.version, gitMajor: major, gitMinor: minor };
  const ldflags = Object.entries(stamp).map(
    ([name, text]) => `-X ${kubernetes.package}.${name}=${text}`,
  );
  return goProgram(join(import.meta.dirname, 'apiserver'), {
    duration: '6 to 25 minutes',
    ldflags: ['-s -w', ...ldflags].join(' '),
  });
}

/** Debian's etcd, unpacked and not installed. */
export async function etcd(): Promise<Tool> {
  return built('usr/bin/etcd', {
    key: 'etcd-server-debian',
    duration: 'a few seconds',
    build: async (folder) => {
      await must(['apt-get', 'download', 'etcd-server'], { cwd: folder });
      const packages = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
      await must(['dpkg', '-x', ...packages, '.'], { cwd: folder });
    },
  });
}

export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Readonly<
    Record<string, unknown>
  >;
} & Readonly<Record<string, unknown>>;

export type ApiServer = {
  readonly url: string;
  /** The certificates that vouch for the server's own: PEM, and the file of it. */
  readonly ca: string;
  readonly caFile: string;
  /** The bearer token of an administrator. */
  readonly adminToken: string;
  /** The bearer token of a user who may do what RBAC lets him. */
  readonly tokenOf: (user: string) => string;
  /** A client certificate of such a user, which the server trusts: PEM. */
  readonly certificateOf: (
    user: string,
  ) => Promise<{ readonly cert: string; readonly key: string }>;
  /** As the administrator; a request that fails rejects. */
  readonly create: (objects: readonly KubeObject[]) => Promise<void>;
  /** A token of a ServiceAccount, as its TokenRequest gives it. */
  readonly serviceAccountToken: (
    account: { readonly namespace: string; readonly name: string },
    audiences: readonly string[],
  ) => Promise<string>;
  readonly remove: (path: string) => Promise<void>;
  /** Waits until the resource of a new CRD is served. */
  readonly established: (path: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type ApiServerOptions = {
  readonly kubeApiserver: string;
  readonly etcd: string;
  /** Who has a token, beside the administrator. */
  readonly users?: readonly string[];
};

const adminToken = 'admin-token-of-the-tests';

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'eso-render-apiserver-'));
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const etcdUrl = `http://127.0.0.1:${client}`;
  const started: ServerProcess[] = [
    await startServer([options.etcd, ...etcdFlags(folder, etcdUrl, `http://127.0.0.1:${peer}`)], {
      cwd: folder,
      ready: /ready to serve client requests/u,
    }),
  ];
  await writeCredentials(folder, options.users ?? []);
  const flags = apiServerFlags(folder, etcdUrl, secure);
  started.push(
    await startServer([options.kubeApiserver, ...flags], {
      cwd: folder,
      ready: /Serving securely on/u,
    }),
  );
  const url = `https://127.0.0.1:${secure}`;
  const caFile = join(folder, 'certificates', 'apiserver.crt');
  const ca = readFileSync(caFile, 'utf8');
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 20 });
  const admin = (method: string, path: string, body?: unknown): Promise<unknown> =>
    ask(agent, { method, url: `${url}${path}`, body });
  await vi.waitFor(() => admin('GET', '/api/v1/namespaces/default'), {
    timeout: 60_000,
    interval: 200,
  });
  return {
    url,
    ca,
    caFile,
    adminToken,
    tokenOf,
    certificateOf: (user) => certificateOf(folder, user),
    create: async (objects) => {
      await Promise.all(objects.map((object) => admin('POST', collectionOf(object), object)));
    },
    serviceAccountToken: async ({ namespace, name }, audiences) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
      const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' };
      const answer = await admin('POST', path, { ...asked, spec: { audiences } });
      return (answer as { readonly status: { readonly token: string } }).status.token;
    },
    remove: async (path) => {
      await admin('DELETE', path);
    },
    established: async (path) => {
      await vi.waitFor(() => admin('GET', path), { timeout: 60_000, interval: 100 });
    },
    stop: async () => {
      agent.destroy();
      for (const server of started.toReversed()) await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function tokenOf(user: string): string {
  return `token-of-${user}-in-the-tests`;
}

/** The kinds that tests create all have a plural in -s. */
function collectionOf({ apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { namespace } = metadata;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `${group}${place}/${kind.toLowerCase()}s`;
}

type Question = { readonly method: string; readonly url: string; readonly body: unknown };

function ask(agent: Agent, { method, url, body }: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${adminToken}`,
      'content-type': 'application/json',
    };
    request(url, { method, agent, headers }, (answer) => {
      json(answer).then((value) => {
        if ((answer.statusCode ?? 500) < 300) return resolve(value);
        return reject(new Error(`${method} ${url}: ${JSON.stringify(value)}`));
      }, reject);
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function etcdFlags(folder: string, client: string, peer: string): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // Nothing of it outlives the tests.
    '--unsafe-no-fsync',
  ];
}

function apiServerFlags(folder: string, etcdUrl: string, port: number): readonly string[] {
  const key = join(folder, 'service-account.key');
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
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    `--client-ca-file=${join(folder, 'client-ca.crt')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--disable-admission-plugins=ServiceAccount',
  ];
}

async function writeCredentials(folder: string, users: readonly string[]): Promise<void> {
  await mkdir(join(folder, 'certificates'));
  await must(['openssl', 'genrsa', '-out', join(folder, 'service-account.key'), '2048']);
  const tokens = users.map((user) => `${tokenOf(user)},${user},${user}`);
  await writeFile(
    join(folder, 'tokens.csv'),
    [`${adminToken},admin,admin,system:masters`, ...tokens, ''].join('\n'),
  );
  const ca = ['-keyout', join(folder, 'client-ca.key'), '-out', join(folder, 'client-ca.crt')];
  await must([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=ca',
    ...ca,
  ]);
}

async function certificateOf(
  folder: string,
  user: string,
): Promise<{ readonly cert: string; readonly key: string }> {
  const file = (ending: string): string => join(folder, `${user}.${ending}`);
  const asking = ['-keyout', file('key'), '-out', file('csr'), '-subj', `/CN=${user}`];
  await must(['openssl', 'req', '-newkey', 'rsa:2048', '-nodes', ...asking]);
  const signer = ['-CA', join(folder, 'client-ca.crt'), '-CAkey', join(folder, 'client-ca.key')];
  const signing = ['-in', file('csr'), '-out', file('crt'), '-days', '1', '-CAcreateserial'];
  await must(['openssl', 'x509', '-req', ...signing, ...signer]);
  return { cert: await readFile(file('crt'), 'utf8'), key: await readFile(file('key'), 'utf8') };
}
