// Owns what the command line looks like: verbs, options and exit codes, in one description for parser, help, completions and man page.

/** What a value is, for a shell that completes it; a list is of the words there are. */
export type Value = {
  readonly name: string;
  readonly completes: 'file' | 'folder' | 'nothing' | readonly string[];
};

export type VerbDescription = {
  readonly name: string;
  readonly input: string;
  readonly help: string;
  readonly completes: Value['completes'];
};

/** As `parseArgs` takes it, and with what people are told. */
export type OptionDescription = {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  readonly multiple?: true;
  /** Of an option of type `string`. */
  readonly value?: Value;
  readonly help: string;
};

export const shells = ['bash', 'zsh', 'fish'] as const;

export const synopsis = 'renders ExternalSecrets to Secrets, where manifests are rendered';

export const verbs = [
  {
    name: 'render',
    input: '[FILE|DIR|-]',
    help: 'render manifests to standard output (what is done without a verb too); a ResourceList on standard input is answered as a ResourceList',
    completes: 'file',
  },
  {
    name: 'generate',
    input: '',
    help: "the Argo CD plugin's entry: build the current folder as Argo CD would (kustomization, Helm chart or manifests), and render it",
    completes: 'nothing',
  },
  {
    name: 'exec',
    input: '-- COMMAND [ARGUMENT…]',
    help: 'run a command and render what it prints; its failure is ours, and so is printing nothing',
    completes: 'file',
  },
  {
    name: 'validate',
    input: '[FILE|DIR|-]',
    help: 'check everything that needs no provider',
    completes: 'file',
  },
  {
    name: 'plan',
    input: '[FILE|DIR|-]',
    help: 'print what would be read, from where, for which Secret',
    completes: 'file',
  },
  {
    name: 'discover',
    input: '[DIR]',
    help: 'print the first file that makes an ExternalSecret part of what generate prints',
    completes: 'folder',
  },
  {
    name: 'parameters',
    input: '',
    help: 'print the parameters of generate that depend on the current folder, those of a Helm chart, as Argo CD announces them',
    completes: 'nothing',
  },
  {
    name: 'completion',
    input: 'bash|zsh|fish',
    help: 'print the completions of this command for a shell',
    completes: ['bash', 'zsh', 'fish'],
  },
] as const;

export const options = {
  namespace: {
    type: 'string',
    short: 'n',
    value: { name: 'NAME', completes: 'nothing' },
    help: 'namespace of objects that name none (default: $ARGOCD_APP_NAMESPACE, else "default")',
  },
  recurse: { type: 'boolean', short: 'R', help: 'go into the folders of DIR' },
  config: {
    type: 'string',
    value: { name: 'FILE', completes: 'file' },
    help: 'a RenderConfig (eso-render.dev/v1alpha1; default: $ESO_RENDER_CONFIG)',
  },
  'store-file': {
    type: 'string',
    multiple: true,
    value: { name: 'FILE', completes: 'file' },
    help: 'stores for what the input does not have (repeatable)',
  },
  'secrets-directory': {
    type: 'string',
    value: { name: 'DIR', completes: 'folder' },
    help: 'Secrets that stores name, as DIR/<namespace>/<name>/<key>',
  },
  'templates-directory': {
    type: 'string',
    value: { name: 'DIR', completes: 'folder' },
    help: 'ConfigMaps and Secrets that templates name, as DIR/<namespace>/<name>/<key>',
  },
  kube: {
    type: 'boolean',
    help: 'look up in the cluster what neither the input nor the configuration has: stores, Secrets, tokens, labels',
  },
  'kube-context': {
    type: 'string',
    value: { name: 'NAME', completes: 'nothing' },
    help: 'the context of the kubeconfig (turns --kube on)',
  },
  kubeconfig: {
    type: 'string',
    value: { name: 'FILE', completes: 'file' },
    help: 'default: $KUBECONFIG, ~/.kube/config, else that of this pod (turns --kube on)',
  },
  'generator-seed-file': {
    type: 'string',
    value: { name: 'FILE', completes: 'file' },
    help: 'what random generators make their values from, 32 bytes or more; the same file gives the same values',
  },
  'allow-generator': {
    type: 'string',
    multiple: true,
    value: {
      name: 'KIND',
      completes: [
        'ACRAccessToken',
        'ECRAuthorizationToken',
        'GCRAccessToken',
        'STSSessionToken',
        'VaultDynamicSecret',
      ],
    },
    help: 'a kind of generator that may be used though it gets or makes something anew in every render (repeatable)',
  },
  'trusted-server': {
    type: 'string',
    multiple: true,
    value: { name: 'URL', completes: 'nothing' },
    help: 'a server that a manifest may name and that may be given what this process holds itself (repeatable)',
  },
  'no-ambient-credentials': {
    type: 'boolean',
    help: "a store without auth may not use this process's identity",
  },
  deadline: {
    type: 'string',
    value: { name: 'DURATION', completes: 'nothing' },
    help: 'for the commands that are run and all reads together (default: 45s)',
  },
  'allow-empty': { type: 'boolean', help: 'nothing found, or an empty output, is meant' },
  'allow-plaintext': {
    type: 'boolean',
    help: 'kpt may write Secrets into the files of a package',
  },
  'allow-generic-targets': {
    type: 'boolean',
    help: 'an ExternalSecret may make an object of another kind than Secret (target.manifest), whose values hosts do not mask',
  },
  'keep-stores': { type: 'boolean', help: 'leave stores and generators in the output' },
  'controller-class': {
    type: 'string',
    value: { name: 'NAME', completes: 'nothing' },
    help: 'render for stores of this class (default: "default")',
  },
  format: {
    type: 'string',
    value: { name: 'text|json', completes: ['text', 'json'] },
    help: 'how findings are written to standard error',
  },
  'no-items': {
    type: 'boolean',
    help: "with validate: answer a ResourceList without its items, as kustomize's validators have to",
  },
  version: { type: 'boolean', help: 'print version, commit and build' },
  help: { type: 'boolean', short: 'h', help: 'print this text' },
} as const;

export const exitCodes: Readonly<Record<number, string>> = {
  0: 'fine',
  1: 'the manifests or the secrets have errors',
  2: 'wrong usage or configuration',
  3: 'a bug of ours',
};

export const commandsExitCode = 'Where a command that is run fails, its exit code is ours.';

export const nothingOnFailure = 'Nothing is written to standard output on failure.';

/** The options as a list: what a generator of text walks over. */
export function optionList(): readonly (readonly [name: string, option: OptionDescription])[] {
  return Object.entries<OptionDescription>(options);
}

export function verbList(): readonly VerbDescription[] {
  return verbs;
}

/** `-n, --namespace NAME`, as every text for people spells an option. */
export function usageOf(name: string, { short, value }: OptionDescription): string {
  const spelled = value === undefined ? `--${name}` : `--${name} ${value.name}`;
  return short === undefined ? spelled : `-${short}, ${spelled}`;
}
