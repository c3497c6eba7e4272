// Owns the options of a run: their defaults, which source wins, and what only the operator may say.
import type { RenderConfig } from './eso/types.ts';
import { parseDuration } from './eso/duration.ts';
import type { Environment } from './outcome.ts';

/** Everything that a run is told. */
export type RunOptions = {
  /** Where an object without a namespace is; look-up only, it is not written. */
  readonly namespace: string;
  readonly controllerClass: string;
  /** An ExternalSecret for which nothing was found may leave nothing, and an input may become an empty output. */
  readonly allowEmpty: boolean;
  /** Secrets may go to a host that writes what it is answered into files. */
  readonly allowPlaintext: boolean;
  readonly keepStores: boolean;
  /** An ExternalSecret may make an object of another kind than Secret. */
  readonly allowGenericTargets: boolean;
  /** For all reads together. */
  readonly deadlineMs: number;
  /** A store without `auth` may use the identity of this process. */
  readonly ambientCredentials: boolean;
  /** Secrets that stores name, as files `<directory>/<namespace>/<name>/<key>`. */
  readonly secretsDirectory: string | undefined;
  /** ConfigMaps and Secrets that templates name, as files `<directory>/<namespace>/<name>/<key>`. */
  readonly templatesDirectory: string | undefined;
  /** File with what random generators make their values from. */
  readonly generatorSeedFile: string | undefined;
  /** Kinds of generators that may be used though each render gets or makes something anew with them (docs/adr/0020). */
  readonly allowedGenerators: readonly string[];
  readonly owner: Owner;
  /** Servers that a manifest may name and that may be given what is the operator's own: URLs. */
  readonly trustedServers: readonly string[];
  /** The cluster as a source; undefined where it is off. */
  readonly kube: KubeOptions | undefined;
  /** The programs that make manifests for `generate`. */
  readonly tools: Tools;
  /** The operator's before those of a functionConfig. */
  readonly serviceAccounts: NonNullable<RenderConfig['spec']['serviceAccounts']>;
};

/** Programs by name, looked up on the PATH, or by path. */
type Tools = {
  readonly kustomize: string;
  readonly helm: string;
  /** They may fetch: remote bases, dependencies of a chart. */
  readonly remote: boolean;
};

/** Whom a run is for, by the words of its host and its operator: the author of the manifests has none in it. */
type Owner = {
  /** Argo CD's Application; '' without Argo CD. */
  readonly application: string;
  readonly namespace: string;
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
  readonly allowPlaintext: boolean | undefined;
  readonly keepStores: boolean | undefined;
  readonly allowGenericTargets: boolean | undefined;
  readonly deadlineMs: number | undefined;
  readonly ambientCredentials: boolean | undefined;
  readonly secretsDirectory: string | undefined;
  readonly templatesDirectory: string | undefined;
  readonly generatorSeedFile: string | undefined;
  readonly allowedGenerators: readonly string[];
  readonly trustedServers: readonly string[];
  readonly kube: boolean | undefined;
  readonly kubeContext: string | undefined;
  readonly kubeconfig: string | undefined;
};

/** Argo CD's own name of the destination's namespace; what an Argo CD user can set is `ARGOCD_ENV_*`, and is not read. */
const argoNamespace = 'ARGOCD_APP_NAMESPACE';
const argoApplication = 'ARGOCD_APP_NAME';

const defaultDeadlineMs = 45_000;

/** The configuration by its authors: a functionConfig lies among the manifests, and the file is the operator's own. */
export type Configs = {
  readonly functionConfig?: AuthorsConfig | undefined;
  readonly file?: RenderConfig | undefined;
};

/** Fields of a RenderConfig that only the operator may set: they widen what a run may reach, or say where it goes. */
export const operatorsFields = [
  'allowGenericTargets',
  'generators',
  'kube',
  'secretsDirectory',
  'templatesDirectory',
  'tools',
  'trustedServers',
] as const;
type OperatorsField = (typeof operatorsFields)[number];

/** What a functionConfig may say: nothing that gives its author what is the operator's (docs/adr/0013). */
type AuthorsConfig = {
  readonly spec: Omit<RenderConfig['spec'], OperatorsField>;
};

/** Flags win over the functionConfig, and that over the file, but for what widens what the operator allows. */
export function runOptions(
  flags: RunFlags,
  { functionConfig, file }: Configs,
  env: Environment,
): RunOptions {
  const operators = file?.spec ?? {};
  const authors = functionConfig?.spec ?? {};
  const spec = { ...operators, ...authors };
  const deadline = spec.deadline === undefined ? undefined : parseDuration(spec.deadline);
  const isOn = (name: 'allowEmpty' | 'allowPlaintext' | 'keepStores'): boolean =>
    flags[name] ?? spec[name] ?? false;
  return {
    namespace: namespaceOf([flags, authors, operators], env),
    controllerClass: flags.controllerClass ?? 'default',
    allowEmpty: isOn('allowEmpty'),
    allowPlaintext: isOn('allowPlaintext'),
    keepStores: isOn('keepStores'),
    deadlineMs: flags.deadlineMs ?? deadline ?? defaultDeadlineMs,
    ambientCredentials: [flags, operators, authors].every((one) => one.ambientCredentials ?? true),
    serviceAccounts: [operators, authors].flatMap((one) => one.serviceAccounts ?? []),
    ...operatorsOptions(flags, operators, {
      application: env[argoApplication] ?? '',
      namespace: namespaceOf([flags, operators], env),
    }),
  };
}

type Named = { readonly namespace?: string | undefined };

/** The first of `sources` that names one. */
function namespaceOf(sources: readonly Named[], env: Environment): string {
  const named = sources.find(({ namespace }) => namespace !== undefined)?.namespace;
  return named ?? (env[argoNamespace] || 'default');
}

/** What a functionConfig has no say in. */
function operatorsOptions(
  flags: RunFlags,
  {
    allowGenericTargets,
    secretsDirectory,
    templatesDirectory,
    generators,
    trustedServers = [],
    kube,
    tools,
  }: RenderConfig['spec'],
  owner: Owner,
): Pick<
  RunOptions,
  | 'allowGenericTargets'
  | 'allowedGenerators'
  | 'generatorSeedFile'
  | 'kube'
  | 'owner'
  | 'secretsDirectory'
  | 'templatesDirectory'
  | 'tools'
  | 'trustedServers'
> {
  return {
    tools: { kustomize: 'kustomize', helm: 'helm', remote: false, ...tools },
    owner,
    allowGenericTargets: flags.allowGenericTargets ?? allowGenericTargets ?? false,
    secretsDirectory: flags.secretsDirectory ?? secretsDirectory,
    templatesDirectory: flags.templatesDirectory ?? templatesDirectory,
    generatorSeedFile: flags.generatorSeedFile ?? generators?.seedFile,
    allowedGenerators: [...flags.allowedGenerators, ...(generators?.allow ?? [])],
    trustedServers: [...flags.trustedServers, ...trustedServers],
    kube: kubeOptions(flags, kube, owner.namespace),
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
