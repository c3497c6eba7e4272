// Owns the kubeconfig: the cluster and the user that a context of it names. Nothing is followed: no file read, no program run.
import { resolve } from 'node:path';
import { SecretBytes } from '../secret-bytes.ts';
import { parseYaml } from '../yaml/parse.ts';
import { isRecord } from './object.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Bytes that stand in the kubeconfig itself, or the path of a file that it names. */
export type Material = { readonly data: SecretBytes } | { readonly file: string };

/** A program that gives the credentials (client.authentication.k8s.io). */
type ExecPlugin = {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly provideClusterInfo: boolean;
  /** `Always` asks a person. */
  readonly interactiveMode: string;
};

/** What a context says. */
export type KubeContext = {
  readonly name: string;
  readonly server: string;
  readonly ca: Material | undefined;
  /** Name to expect in the server's certificate; '' for that of the server. */
  readonly tlsServerName: string;
  /** insecure-skip-tls-verify */
  readonly skipsTlsVerify: boolean;
  readonly user: KubeUser;
  /** Fields that would change a request, and that are not supported here. */
  readonly unsupported: readonly string[];
};

type KubeUser = {
  readonly token: Material | undefined;
  readonly certificate: Material | undefined;
  readonly key: Material | undefined;
  readonly basic: { readonly username: string; readonly password: SecretBytes } | undefined;
  readonly exec: ExecPlugin | undefined;
};

/** `folder` is where the files that it names begin. */
export type KubeconfigFile = { readonly bytes: Uint8Array; readonly folder: string };

export type KubeconfigOutcome =
  | { readonly ok: true; readonly context: KubeContext }
  | { readonly ok: false; readonly message: string };

/**
 * The context of that name, or the current one. Of several files, the first that has a name counts for it, as with kubectl's
 * KUBECONFIG. Messages hold names only.
 */
export function readKubeconfig(
  files: readonly KubeconfigFile[],
  contextName?: string,
): KubeconfigOutcome {
  const configs: Config[] = [];
  for (const file of files) {
    const value = parsed(file.bytes);
    if (value === undefined) return { ok: false, message: 'it is not YAML of a kubeconfig' };
    configs.push({ value, folder: file.folder });
  }
  const current = configs.map(({ value }) => text(value['current-context'])).find(Boolean) ?? '';
  const name = contextName ?? current;
  if (name === '') return { ok: false, message: 'it has no current-context' };
  return contextNamed(configs, name);
}

type Config = { readonly value: Plain; readonly folder: string };

function parsed(bytes: Uint8Array): Plain | undefined {
  const outcome = parseYaml(new TextDecoder().decode(bytes));
  return outcome.ok && isRecord(outcome.document.value) ? outcome.document.value : undefined;
}

/** An entry of one of the lists, with the folder of its file. */
type Entry = { readonly fields: Plain; readonly folder: string };

function contextNamed(configs: readonly Config[], name: string): KubeconfigOutcome {
  const context = entryNamed(configs, 'contexts', name)?.fields;
  if (context === undefined) return { ok: false, message: `it has no context "${name}"` };
  const clusterName = text(context['cluster']);
  const userName = text(context['user']);
  const cluster = entryNamed(configs, 'clusters', clusterName);
  const user = entryNamed(configs, 'users', userName);
  if (cluster === undefined) return { ok: false, message: `it has no cluster "${clusterName}"` };
  if (user === undefined && userName !== '') {
    return { ok: false, message: `it has no user "${userName}"` };
  }
  return assembled(name, cluster, user ?? { fields: {}, folder: '' });
}

function entryNamed(
  configs: readonly Config[],
  list: 'contexts' | 'clusters' | 'users',
  name: string,
): Entry | undefined {
  for (const { value, folder } of configs) {
    const item = listOf(value[list]).find((one) => isRecord(one) && one['name'] === name);
    const fields = isRecord(item) ? item[list.slice(0, -1)] : undefined;
    if (isRecord(fields)) return { fields, folder };
  }
  return undefined;
}

function assembled(name: string, cluster: Entry, user: Entry): KubeconfigOutcome {
  const server = text(cluster.fields['server']);
  if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
    return { ok: false, message: `the server of context "${name}" is not an http or https URL` };
  }
  return {
    ok: true,
    context: {
      name,
      server,
      ca: material(cluster, 'certificate-authority'),
      tlsServerName: text(cluster.fields['tls-server-name']),
      skipsTlsVerify: cluster.fields['insecure-skip-tls-verify'] === true,
      user: userOf(user),
      unsupported: [
        ...given(cluster, ['proxy-url']),
        ...given(user, ['auth-provider', 'as', 'as-uid', 'as-groups', 'as-user-extra']),
      ],
    },
  };
}

function userOf(user: Entry): KubeUser {
  const username = text(user.fields['username']);
  const password = SecretBytes.ofText(text(user.fields['password']));
  return {
    token: tokenOf(user),
    certificate: material(user, 'client-certificate'),
    key: material(user, 'client-key'),
    basic: username === '' ? undefined : { username, password },
    exec: execOf(user),
  };
}

/** `<field>-data`, base64, wins over the file that `<field>` names (client-go). */
function material({ fields, folder }: Entry, field: string): Material | undefined {
  const data = text(fields[`${field}-data`]);
  if (data !== '') return { data: new SecretBytes(Buffer.from(data, 'base64')) };
  const file = text(fields[field]);
  return file === '' ? undefined : { file: resolve(folder, file) };
}

/** A token file wins over a token (client-go). */
function tokenOf({ fields, folder }: Entry): Material | undefined {
  const file = text(fields['tokenFile']);
  if (file !== '') return { file: resolve(folder, file) };
  const token = text(fields['token']);
  return token === '' ? undefined : { data: SecretBytes.ofText(token) };
}

function execOf({ fields, folder }: Entry): ExecPlugin | undefined {
  const plugin = fields['exec'];
  if (!isRecord(plugin)) return undefined;
  const command = text(plugin['command']);
  return {
    apiVersion: text(plugin['apiVersion']),
    // A plain name is looked for on the PATH.
    command: command.includes('/') ? resolve(folder, command) : command,
    args: listOf(plugin['args']).map(text),
    env: Object.fromEntries(
      listOf(plugin['env'])
        .filter(isRecord)
        .map((one) => [text(one['name']), text(one['value'])]),
    ),
    provideClusterInfo: plugin['provideClusterInfo'] === true,
    interactiveMode: text(plugin['interactiveMode']),
  };
}

function given({ fields }: Entry, names: readonly string[]): readonly string[] {
  return names.filter((name) => (fields[name] ?? '') !== '');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
