// Owns the command line: arguments to a Command, and the help text. No I/O.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { parseDuration } from './eso/duration.ts';
import { UsageError } from './errors.ts';
import type { RunFlags } from './options.ts';

const verbs = ['render', 'generate', 'validate', 'plan', 'discover'] as const;
type Verb = (typeof verbs)[number];

/** A command that works on an input. */
export type InputCommand = {
  readonly verb: Verb;
  /** File, folder, or `-` for standard input. */
  readonly input: string;
  readonly recurse: boolean;
  readonly config: string | undefined;
  readonly format: 'text' | 'json';
  readonly flags: RunFlags;
  readonly storeFiles: readonly string[];
};

export type Command = InputCommand | { readonly verb: 'help' | 'version' };

const options = {
  'allow-empty': { type: 'boolean' },
  config: { type: 'string' },
  'controller-class': { type: 'string' },
  deadline: { type: 'string' },
  format: { type: 'string' },
  'generator-seed-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  'keep-stores': { type: 'boolean' },
  kube: { type: 'boolean' },
  'kube-context': { type: 'string' },
  kubeconfig: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  'no-ambient-credentials': { type: 'boolean' },
  recurse: { type: 'boolean', short: 'R' },
  'secrets-directory': { type: 'string' },
  'store-file': { type: 'string', multiple: true },
  'trusted-server': { type: 'string', multiple: true },
  version: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export const helpText = `eso-render: renders ExternalSecrets to Secrets, where manifests are rendered.

Usage:
  eso-render [FILE|DIR|-]      render manifests to standard output; a ResourceList on
                               standard input is answered as a ResourceList
  eso-render generate          the Argo CD plugin's entry: render the current folder
  eso-render validate [INPUT]  check everything that needs no provider
  eso-render plan [INPUT]      print what would be read, from where, for which Secret
  eso-render discover [DIR]    print the first file that holds an ExternalSecret

Options:
  -n, --namespace NAME         namespace of objects that name none
                               (default: $ARGOCD_APP_NAMESPACE, else "default")
  -R, --recurse                go into the folders of DIR
      --config FILE            a RenderConfig (eso-render.dev/v1alpha1); $ESO_RENDER_CONFIG
      --store-file FILE        stores for what the input does not have (repeatable)
      --secrets-directory DIR  Secrets that stores name, as DIR/<namespace>/<name>/<key>
      --kube                   look up in the cluster what neither the input nor the
                               configuration has: stores, Secrets, tokens, labels
      --kube-context NAME      the context of the kubeconfig (turns --kube on)
      --kubeconfig FILE        default: $KUBECONFIG, ~/.kube/config, else that of this
                               pod (turns --kube on)
      --generator-seed-file FILE
                               what random generators make their values from, 32 bytes
                               or more; the same file gives the same values
      --trusted-server URL     a server that a manifest may name and that may be given
                               what this process holds itself (repeatable)
      --no-ambient-credentials a store without auth may not use this process's identity
      --deadline DURATION      for all reads together (default: 45s)
      --allow-empty            nothing found, or an empty output, is meant
      --keep-stores            leave stores and generators in the output
      --controller-class NAME  render for stores of this class (default: "default")
      --format text|json       how findings are written to standard error
      --version, -h, --help

Exit: 0 fine, 1 the manifests or the secrets have errors, 2 wrong usage or
configuration, 3 a bug of ours. Nothing is written to standard output on failure.
`;

/** @throws UsageError naming the argument that is wrong. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { verb: 'help' };
  if (values.version === true) return { verb: 'version' };
  const first = positionals[0];
  const verb = verbs.find((name) => name === first) ?? 'render';
  const rest = verb === first ? positionals.slice(1) : positionals;
  if (rest.length > 1)
    throw new UsageError(`one input at most, and there are ${rest.length}: ${rest.join(' ')}`);
  if (verb === 'generate' && rest.length > 0)
    throw new UsageError('generate renders the current folder and takes no input');
  return {
    verb,
    input: rest[0] ?? (verb === 'generate' || verb === 'discover' ? '.' : '-'),
    recurse: values.recurse ?? false,
    config: values.config,
    format: formatOf(values.format),
    flags: flagsOf(values),
    storeFiles: values['store-file'] ?? [],
  };
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read');
  }
}

function formatOf(format: string | undefined): 'text' | 'json' {
  if (format === undefined || format === 'text' || format === 'json') return format ?? 'text';
  throw new UsageError(`--format is text or json, not "${format}"`);
}

function flagsOf(values: Values): RunFlags {
  return {
    namespace: values.namespace,
    controllerClass: values['controller-class'],
    allowEmpty: values['allow-empty'],
    keepStores: values['keep-stores'],
    ambientCredentials: values['no-ambient-credentials'] === true ? false : undefined,
    secretsDirectory: values['secrets-directory'],
    generatorSeedFile: values['generator-seed-file'],
    trustedServers: (values['trusted-server'] ?? []).map(serverOf),
    kube: values.kube ?? (hasKubeFlag(values) ? true : undefined),
    kubeContext: values['kube-context'],
    kubeconfig: values.kubeconfig,
    deadlineMs: values.deadline === undefined ? undefined : durationOf(values.deadline),
  };
}

function hasKubeFlag(values: Values): boolean {
  return values['kube-context'] !== undefined || values.kubeconfig !== undefined;
}

function serverOf(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UsageError(
    `--trusted-server is a URL such as https://vault.example.com, not "${text}"`,
  );
}

function durationOf(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds <= 0)
    throw new UsageError(`--deadline is a duration such as 45s or 1m30s, not "${text}"`);
  return milliseconds;
}
