// Owns reading the command line: arguments to a Command. No I/O.
import { parseArgs } from 'node:util';
import { options, shells, verbs } from './command-line.ts';
import { parseDuration } from './eso/duration.ts';
import { UsageError } from './errors.ts';
import { isDnsLabel } from './k8s/names.ts';
import type { RunFlags } from './options.ts';
import { inputAdvice, wrongArguments } from './wrong-arguments.ts';

type Verb = Exclude<(typeof verbs)[number]['name'], 'completion'>;

/** A command that works on an input. */
export type InputCommand = {
  readonly verb: Verb;
  /** File, folder, or `-` for standard input. */
  readonly input: string;
  /** What `exec` runs: the program and its arguments. */
  readonly program: readonly string[];
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
  const program = verb === 'exec' ? programOf(argv, rest) : [];
  if (verb !== 'exec' && rest.length > 1) throw new UsageError(tooMany(rest));
  if ((verb === 'generate' || verb === 'parameters') && rest.length > 0)
    throw new UsageError(`${verb} is about the current folder and takes no input`);
  return {
    verb,
    input: inputOf(verb, rest),
    program,
    recurse: values.recurse ?? false,
    config: values.config,
    format: formatOf(values.format),
    flags: flagsOf(values),
    storeFiles: values['store-file'] ?? [],
    noItems: noItemsOf(values, verb),
  };
}

function tooMany(inputs: readonly string[]): string {
  const [first = ''] = inputs;
  const advice = inputAdvice(first);
  return `one input at most, and there are ${inputs.length}: ${inputs.join(' ')}${advice}`;
}

function inputOf(verb: Verb, [first]: readonly string[]): string {
  switch (verb) {
    case 'generate':
    case 'parameters':
    case 'exec':
      return '.';
    case 'discover':
      return first ?? '.';
    case 'render':
    case 'validate':
    case 'plan':
      return first ?? '-';
  }
}

/** What stands behind `--`: nothing of it is an option of ours. */
function programOf(argv: readonly string[], rest: readonly string[]): readonly string[] {
  const at = argv.indexOf('--');
  const program = at === -1 ? [] : argv.slice(at + 1);
  if (program.length > 0 && program.length === rest.length) return program;
  throw new UsageError('exec takes one command, behind "--": eso-render exec -- COMMAND ARGUMENT…');
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch {
    throw new UsageError(wrongArguments(argv));
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
    namespace: values.namespace === undefined ? undefined : namespaceOf(values.namespace),
    controllerClass: values['controller-class'],
    allowEmpty: values['allow-empty'],
    allowPlaintext: values['allow-plaintext'],
    keepStores: values['keep-stores'],
    allowGenericTargets: values['allow-generic-targets'],
    ambientCredentials: values['no-ambient-credentials'] === true ? false : undefined,
    secretsDirectory: values['secrets-directory'],
    templatesDirectory: values['templates-directory'],
    generatorSeedFile: values['generator-seed-file'],
    allowedGenerators: (values['allow-generator'] ?? []).map(guardedKind),
    trustedServers: (values['trusted-server'] ?? []).map(serverOf),
    kube: values.kube ?? (hasKubeFlag(values) ? true : undefined),
    kubeContext: values['kube-context'],
    kubeconfig: values.kubeconfig,
    deadlineMs: values.deadline === undefined ? undefined : durationOf(values.deadline),
  };
}

function namespaceOf(text: string): string {
  if (isDnsLabel(text)) return text;
  throw new UsageError(`--namespace is the name of a namespace, not "${text}"`);
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
