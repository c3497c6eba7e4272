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
  /** Stores of the configuration, as plain objects. */
  readonly stores: readonly unknown[];
  readonly serviceAccounts: NonNullable<RenderConfig['spec']['serviceAccounts']>;
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
  return {
    namespace:
      flags.namespace ?? first(({ namespace }) => namespace) ?? (env[argoNamespace] || 'default'),
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
    stores: specs.flatMap(({ stores }) => stores ?? []),
    serviceAccounts: specs.flatMap(({ serviceAccounts }) => serviceAccounts ?? []),
  };
}
