// Owns reading the command line: arguments to a Command. No I/O.
import { parseArgs } from 'node:util';
import { options, shells, verbs } from './command-line.ts';
import { parseDuration } from './eso/duration.ts';
import { UsageError } from './errors.ts';
import type { RunFlags } from './options.ts';

type Verb = Exclude<(typeof verbs)[number]['name'], 'completion'>;

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
  /** A ResourceList is answered without its items: only where nothing is rendered. */
  readonly noItems: boolean;
};

/** A command that says something of the program itself. */
export type AboutCommand =
  | { readonly verb: 'help' | 'version' }
  | { readonly verb: 'completion'; readonly shell: (typeof shells)[number] };

export type Command = InputCommand | AboutCommand;

/** @throws UsageError naming the argument that is wrong. */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { verb: 'help' };
  if (values.version === true) return { verb: 'version' };
  const first = positionals[0];
  const verb = verbs.find(({ name }) => name === first)?.name ?? 'render';
  const rest = verb === first ? positionals.slice(1) : positionals;
  if (verb === 'completion') return { verb, shell: shellOf(rest) };
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
    noItems: noItemsOf(values, verb),
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

function shellOf(names: readonly string[]): (typeof shells)[number] {
  const shell = shells.find((name) => names.length === 1 && name === names[0]);
  if (shell !== undefined) return shell;
  throw new UsageError(`completion is for one of ${shells.join(', ')}, not "${names.join(' ')}"`);
}

function formatOf(format: string | undefined): 'text' | 'json' {
  if (format === undefined || format === 'text' || format === 'json') return format ?? 'text';
  throw new UsageError(`--format is text or json, not "${format}"`);
}

function noItemsOf(values: Values, verb: Verb): boolean {
  const noItems = values['no-items'] ?? false;
  if (noItems && verb !== 'validate')
    throw new UsageError('--no-items is for validate: without its items a host would delete them');
  return noItems;
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
    allowedGenerators: (values['allow-generator'] ?? []).map(guardedKind),
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

function guardedKind(text: string): string {
  const kinds = options['allow-generator'].value.completes;
  if (kinds.some((kind) => kind === text)) return text;
  throw new UsageError(`--allow-generator is one of ${kinds.join(', ')}, not "${text}"`);
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
