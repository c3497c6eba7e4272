// Owns which cluster a run reads, and as whom: by the operator's kubeconfig, or as the pod that this process runs in.
import { delimiter, dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { readFileIfThere } from '../hosts/input.ts';
import {
  type KubeconfigFile,
  type KubeContext,
  type Material,
  readKubeconfig,
} from '../k8s/kubeconfig.ts';
import type { KubeOptions } from '../options.ts';
import type { Environment } from '../outcome.ts';
import { SecretBytes } from '../secret-bytes.ts';

export type ClusterAccess = {
  /** `cluster "kind-shop" (https://10.0.0.1:6443)`, for messages. */
  readonly title: string;
  /** Its material is data: what was in files has been read. */
  readonly context: KubeContext;
};

/** The bytes of a file, or undefined where it is not there. */
type ReadFile = (path: string) => Uint8Array | undefined;

const podFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * `--kubeconfig`; else `$KUBECONFIG` or `~/.kube/config`, as kubectl has it; else the ServiceAccount of this pod. A program
 * that the kubeconfig names is not run yet.
 *
 * @throws UsageError where there is none of them, or what it names cannot be read.
 */
export function clusterAccess(
  options: KubeOptions,
  env: Environment,
  readFile: ReadFile = readFileIfThere,
): ClusterAccess {
  const files = kubeconfigFiles(options.kubeconfig, env, readFile);
  if (files.length > 0) return dereferenced(kubeconfigAccess(files, options.context), readFile);
  if ((env['KUBERNETES_SERVICE_HOST'] ?? '') !== '' && options.context === undefined) {
    return dereferenced(podAccess(env), readFile);
  }
  throw new UsageError(
    'the cluster is to be read, and there is no kubeconfig: --kubeconfig, $KUBECONFIG or ~/.kube/config',
  );
}

function kubeconfigFiles(
  given: string | undefined,
  env: Environment,
  readFile: ReadFile,
): readonly KubeconfigFile[] {
  const fileAt = (path: string): KubeconfigFile | undefined => {
    const bytes = readFile(path);
    return bytes === undefined ? undefined : { bytes, folder: dirname(path) };
  };
  if (given !== undefined) {
    const file = fileAt(given);
    if (file === undefined) throw new UsageError(`cannot read the kubeconfig "${given}": ENOENT`);
    return [file];
  }
  const home = env['HOME'] ?? '';
  const paths = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  if (paths.length === 0 && home !== '') paths.push(join(home, '.kube', 'config'));
  return paths.map(fileAt).filter((file) => file !== undefined);
}

function kubeconfigAccess(
  files: readonly KubeconfigFile[],
  contextName: string | undefined,
): ClusterAccess {
  const outcome = readKubeconfig(files, contextName);
  if (!outcome.ok) throw new UsageError(`the kubeconfig cannot be used: ${outcome.message}`);
  const { context } = outcome;
  if (context.unsupported.length > 0) {
    throw new UsageError(
      `the kubeconfig cannot be used: ${context.unsupported.join(', ')} of context "${context.name}" is not supported`,
    );
  }
  return { title: titleOf(`cluster "${context.name}"`, context), context };
}

function podAccess(env: Environment): ClusterAccess {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const name = host.includes(':') ? `[${host}]` : host;
  const context: KubeContext = {
    name: '',
    server: `https://${name}:${env['KUBERNETES_SERVICE_PORT'] || '443'}`,
    ca: { file: join(podFolder, 'ca.crt') },
    tlsServerName: '',
    skipsTlsVerify: false,
    user: {
      token: { file: join(podFolder, 'token') },
      certificate: undefined,
      key: undefined,
      basic: undefined,
      exec: undefined,
    },
    unsupported: [],
  };
  return { title: titleOf('the cluster of this pod', context), context };
}

function titleOf(name: string, { server }: KubeContext): string {
  return `${name} (${new URL(server).origin})`;
}

/** With what is in files in the place of their names. */
function dereferenced({ title, context }: ClusterAccess, readFile: ReadFile): ClusterAccess {
  const read = (material: Material | undefined): Material | undefined => {
    if (material === undefined || 'data' in material) return material;
    const bytes = readFile(material.file);
    if (bytes !== undefined) return { data: new SecretBytes(bytes) };
    throw new UsageError(`${title}: cannot read "${material.file}": ENOENT`);
  };
  const { user } = context;
  return {
    title,
    context: {
      ...context,
      ca: read(context.ca),
      user: {
        ...user,
        token: trimmed(read(user.token)),
        certificate: read(user.certificate),
        key: read(user.key),
      },
    },
  };
}

/** A token in a file may end with its line (client-go). */
function trimmed(token: Material | undefined): Material | undefined {
  if (token === undefined || !('data' in token)) return token;
  return { data: SecretBytes.ofText(new TextDecoder().decode(token.data.reveal()).trim()) };
}
