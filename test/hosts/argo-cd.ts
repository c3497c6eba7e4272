// Owns an Argo CD without a cluster: the plugin's sidecar (cmp-server), the repo-server, and a client for each.
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, run } from '../support/command.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

/** What the plugin answered to the calls of one generation. */
type PluginAnswer = {
  readonly discovery: boolean;
  readonly supported: boolean;
  readonly parameters: unknown;
  readonly manifests: readonly string[] | null;
  readonly error?: string;
};

/** What the application controller gets: manifests as JSON texts, or the error that the user is shown. */
type RepoAnswer = {
  readonly manifests?: readonly string[];
  readonly sourceType?: string;
  readonly error?: string;
};

/** What the UI shows of an application's source. */
type Details = {
  readonly type: string;
  readonly parameters: readonly Readonly<Record<string, unknown>>[] | null;
  readonly error?: string;
};

/** An application's source apart from repository and path: `{ plugin: { name } }`, `{ helm: … }`, or nothing. */
export type Source = Readonly<Record<string, unknown>>;

type Asking = {
  /** As a refresh does, which takes what is cached; otherwise as a hard refresh. */
  readonly cached?: boolean;
  readonly count?: number;
  /** How long the controller waits: a Go duration. */
  readonly timeout?: string;
  /** The application's name. */
  readonly name?: string;
};

export type ArgoCd = {
  /** Asks the sidecar as the repo-server does, `count` times at once. */
  readonly askPlugin: (
    repo: string,
    app: string,
    count?: number,
  ) => Promise<readonly PluginAnswer[]>;
  /** Asks the repo-server as the controller does. A plugin is its name; none is one that the repo-server finds. */
  readonly manifests: (
    repo: string,
    app: string,
    source?: string | Source,
    asking?: Asking,
  ) => Promise<RepoAnswer>;
  readonly details: (repo: string, app: string, source: Source) => Promise<Details>;
  readonly stop: () => Promise<void>;
};

export type ArgoCdOptions = {
  readonly argohost: string;
  /** None for an Argo CD without a plugin. */
  readonly pluginYaml?: string;
  /** Those of further sidecars. */
  readonly otherPlugins?: readonly string[];
  /** An empty folder for everything that the servers write. */
  readonly folder: string;
  /** The sidecar's environment; its PATH must lead to the plugin's command. */
  readonly env: Readonly<Record<string, string>>;
};

export async function startArgoCd(options: ArgoCdOptions): Promise<ArgoCd> {
  const { argohost, folder } = options;
  const env = await prepareFolder(options);
  const [redisPort, repoPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const redis = `127.0.0.1:${redisPort}`;
  const address = `127.0.0.1:${repoPort}`;
  const started: ServerProcess[] = [];
  const start = async (
    args: readonly string[],
    ready: RegExp,
    own: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const server = { env: { ...env, ...own }, cwd: folder, ready };
    started.push(await startServer([argohost, ...args], server));
  };
  const logs = ['--loglevel', 'info', '--logformat', 'text'];
  const metrics = ['--metrics-address', '127.0.0.1', '--metrics-port', `${metricsPort}`];
  const plain = ['--disable-tls', '--client-ca-path='];
  const repoServer = ['--redis', redis, '--address', '127.0.0.1', '--port', `${repoPort}`];
  for (const { config, work } of await pluginFolders(options))
    await start(['cmp-server', '--config-dir-path', config, ...logs], /serving on/u, work);
  await start(['redis', redis], /listening/u);
  await start(['repo-server', ...repoServer, ...plain, ...metrics, ...logs], /is listening on/u);

  const where = (repo: string, app: string, source: Source): readonly string[] => {
    const place = ['-address', address, '-repo', `file://${repo}`, '-path', app];
    return [...place, '-source', JSON.stringify(source)];
  };
  return {
    askPlugin: async (repo, app, count = 1) => {
      const socket = join(folder, 'sock', 'eso-render.sock');
      const where = ['-socket', socket, '-repo', repo, '-app', app, '-n', `${count}`];
      return answerOf<readonly PluginAnswer[]>([argohost, 'plugin', ...where]);
    },
    manifests: async (repo, app, source = '', asking = {}) => {
      const { cached = false, count = 1, timeout = '60s', name = 'demo' } = asking;
      const given = typeof source === 'string' ? { plugin: { name: source } } : source;
      const how = ['-n', `${count}`, '-timeout', timeout, '-name', name, `-cached=${cached}`];
      return answerOf<RepoAnswer>([argohost, 'manifests', ...where(repo, app, given), ...how]);
    },
    details: async (repo, app, source) =>
      answerOf<Details>([argohost, 'details', ...where(repo, app, source)]),
    stop: async () => {
      for (const server of started.toReversed()) await server.stop();
      // The repo-server takes the read permission off its clones; rm needs it back when it is not root's.
      await must(['chmod', '-R', 'u+rwx', folder]);
    },
  };
}

/** A git repository of a folder, as Argo CD reads it. */
export async function commitAll(folder: string): Promise<void> {
  const git = ['git', '-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@example.com'];
  await must([...git, 'init', '--quiet', '--initial-branch=main']);
  await must([...git, 'add', '--all']);
  await must([...git, 'commit', '--quiet', '--message=manifests']);
}

/** Each sidecar has a configuration and a working folder of its own. */
async function pluginFolders({
  folder,
  pluginYaml,
  otherPlugins = [],
}: ArgoCdOptions): Promise<
  readonly { readonly config: string; readonly work: Readonly<Record<string, string>> }[]
> {
  const files = pluginYaml === undefined ? otherPlugins : [pluginYaml, ...otherPlugins];
  return Promise.all(
    files.map(async (file, index) => {
      const [config, work] = [join(folder, `config-${index}`), join(folder, `work-${index}`)];
      await mkdir(config);
      await mkdir(work);
      await copyFile(file, join(config, 'plugin.yaml'));
      return { config, work: { ARGOCD_CMP_WORKDIR: work } };
    }),
  );
}

async function prepareFolder({ folder, env }: ArgoCdOptions): Promise<Record<string, string>> {
  for (const name of ['sock', 'tls', 'tmp', 'bin']) await mkdir(join(folder, name));
  // The repo-server calls this program of Argo CD's image even where signatures are not looked at.
  const verify = join(folder, 'bin', 'git-verify-wrapper.sh');
  await writeFile(verify, '#!/bin/sh\nexit 0\n');
  await chmod(verify, 0o755);
  return {
    ...env,
    PATH: `${join(folder, 'bin')}:${env['PATH'] ?? process.env['PATH'] ?? ''}`,
    TMPDIR: join(folder, 'tmp'),
    ARGOCD_PLUGINSOCKFILEPATH: join(folder, 'sock'),
    ARGOCD_TLS_DATA_PATH: join(folder, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(folder, 'tls'),
    ARGOCD_GPG_ENABLED: 'false',
  };
}

/** The client's JSON. It exits with 1 for an answer that is an error, which is an answer all the same. */
async function answerOf<Answer>(command: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await run(command);
  if (code !== 0 && code !== 1) throw new Error(`${command.join(' ')}: exit ${code}\n${stderr}`);
  return JSON.parse(stdout) as Answer;
}
