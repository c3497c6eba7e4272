// Owns the options of a run: their defaults, and which source wins: flags, then functionConfig, then the configuration file.
import type { RenderConfig } from './eso/types.ts';
import { parseDuration } from './eso/duration.ts';

/** Everything that a run is told. */
export type RunOptions = {
  /** Where an object without a namespace is; look-up only, it is not written. */
  readonly namespace: string;
  readonly controllerClass: string;
  /** An ExternalSecret for which nothing was found may leave nothing, and an input may become an empty output. */
  readonly allowEmpty: boolean;
  readonly keepStores: boolean;
  /** For all reads together. */
  readonly deadlineMs: number;
  /** A store without `auth` may use the identity of this process. */
  readonly ambientCredentials: boolean;
  /** Secrets that stores name, as files `<directory>/<namespace>/<name>/<key>`. */
  readonly secretsDirectory: string | undefined;
  /** Servers that a manifest may name and that may be given what is the operator's own: URLs. */
  readonly trustedServers: readonly string[];
  /** The cluster as a source; undefined where it is off. */
  readonly kube: KubeOptions | undefined;
  /** Stores of the configuration, as plain objects. */
  readonly stores: readonly unknown[];
  readonly serviceAccounts: NonNullable<RenderConfig['spec']['serviceAccounts']>;
};

/** Which cluster is read, and for whom. */
export type KubeOptions = {
  /** Of the kubeconfig; its current one where absent. */
  readonly context: string | undefined;
  /** A file; where absent, kubectl's own, or that of the pod. */
  readonly kubeconfig: string | undefined;
  /** Namespaces of the ExternalSecrets for which it is read; `*` is all. */
  readonly namespaces: readonly string[];
};

/** What the command line says; a flag that is not given is undefined. */
export type RunFlags = {
  readonly namespace: string | undefined;
  readonly controllerClass: string | undefined;
  readonly allowEmpty: boolean | undefined;
  readonly keepStores: boolean | undefined;
  readonly deadlineMs: number | undefined;
  readonly ambientCredentials: boolean | undefined;
  readonly secretsDirectory: string | undefined;
  readonly trustedServers: readonly string[];
  readonly kube: boolean | undefined;
  readonly kubeContext: string | undefined;
  readonly kubeconfig: string | undefined;
};

/** Argo CD's own name of the destination's namespace; what an Argo CD user can set is `ARGOCD_ENV_*`, and is not read. */
const argoNamespace = 'ARGOCD_APP_NAMESPACE';

const defaultDeadlineMs = 45_000;

/** `configs` in falling precedence: functionConfig before the file. */
export function runOptions(
  flags: RunFlags,
  configs: readonly RenderConfig[],
  env: Readonly<Record<string, string | undefined>>,
): RunOptions {
  const specs = configs.map(({ spec }) => spec);
  const first = <T>(pick: (spec: RenderConfig['spec']) => T | undefined): T | undefined =>
    specs.map(pick).find((value) => value !== undefined);
  const deadline = first(({ deadline }) => deadline);
  const namespace =
    flags.namespace ?? first(({ namespace }) => namespace) ?? (env[argoNamespace] || 'default');
  return {
    namespace,
    controllerClass: flags.controllerClass ?? 'default',
    allowEmpty: flags.allowEmpty ?? first(({ allowEmpty }) => allowEmpty) ?? false,
    keepStores: flags.keepStores ?? first(({ keepStores }) => keepStores) ?? false,
    deadlineMs:
      flags.deadlineMs ??
      (deadline === undefined ? undefined : parseDuration(deadline)) ??
      defaultDeadlineMs,
    ambientCredentials:
      flags.ambientCredentials ?? first(({ ambientCredentials }) => ambientCredentials) ?? true,
    secretsDirectory: flags.secretsDirectory ?? first(({ secretsDirectory }) => secretsDirectory),
    trustedServers: [
      ...flags.trustedServers,
      ...specs.flatMap(({ trustedServers }) => trustedServers ?? []),
    ],
    kube: kubeOptions(
      flags,
      first(({ kube }) => kube),
      namespace,
    ),
    stores: specs.flatMap(({ stores }) => stores ?? []),
    serviceAccounts: specs.flatMap(({ serviceAccounts }) => serviceAccounts ?? []),
  };
}

/** Off unless it is asked for; and then only for the namespace that is the application's own. */
function kubeOptions(
  flags: RunFlags,
  config: RenderConfig['spec']['kube'],
  namespace: string,
): KubeOptions | undefined {
  const isOn = flags.kube ?? config?.enabled ?? false;
  if (!isOn) return undefined;
  return {
    context: flags.kubeContext ?? config?.context,
    kubeconfig: flags.kubeconfig ?? config?.kubeconfig,
    namespaces: config?.namespaces ?? [namespace],
  };
}
