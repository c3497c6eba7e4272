// Owns one run of the command: which verb over which input. Loads the renderer only where there is something to render.
import { isUtf8 } from 'node:buffer';
import { aboutText } from './about.ts';
import { type InputCommand, parseCommand } from './cli.ts';
import { exitCode, UsageError } from './errors.ts';
import { sourceType } from './hosts/directory.ts';
import { type InputFile, isDirectory, readInput } from './hosts/input.ts';
import { isResourceList } from './hosts/is-resource-list.ts';
import { isBlank, joinStreams } from './hosts/join.ts';
import type { Environment, RunOutcome } from './outcome.ts';
import { reportText } from './report.ts';
import { RenderError, type Result } from './results.ts';
import { mentions, namesOwnKind, ownWords } from './yaml/mention.ts';

/** Never rejects for what a user can cause. */
export async function run(argv: readonly string[], env: Environment): Promise<RunOutcome> {
  let format: 'text' | 'json' = 'text';
  try {
    const command = parseCommand(argv);
    if (!('input' in command)) return written(await aboutText(command));
    format = command.format;
    return await runOnInput(command, env);
  } catch (error) {
    if (error instanceof UsageError)
      return { stdout: '', stderr: `eso-render: ${error.message}\n`, exitCode: exitCode.usage };
    if (error instanceof RenderError)
      return {
        stdout: '',
        stderr: reportText(error.results, format),
        exitCode: error.exitCode,
      };
    throw error;
  }
}

function written(stdout: string | Uint8Array): RunOutcome {
  return { stdout, stderr: '', exitCode: exitCode.ok };
}

async function runOnInput(command: InputCommand, env: Environment): Promise<RunOutcome> {
  switch (command.verb) {
    case 'discover':
      return written(await discovered(command.input, env));
    case 'parameters': {
      const { dynamicAnnouncements } = await import('./hosts/argo/announce.ts');
      return written(dynamicAnnouncements(command.input, env));
    }
    case 'generate':
    case 'exec':
      return runOnMadeInput(command, env);
    case 'render':
    case 'validate':
    case 'plan':
      refuseSources(command);
      return runOnFiles(readInput(command.input, { recurse: command.recurse }), command, env);
  }
}

/** For Argo CD's discovery: prints something if, and only if, `generate` would render something here. */
async function discovered(folder: string, env: Environment): Promise<string> {
  const { discover } = await import('./hosts/argo/discover.ts');
  const found = await discover(folder, env);
  return found === undefined ? '' : `${found}\n`;
}

async function runOnMadeInput(command: InputCommand, env: Environment): Promise<RunOutcome> {
  const { madeInput } = await import('./made-input.ts');
  const made = await madeInput(command, env);
  const outcome = await runOnFiles(made.files, made.command, env);
  return { ...outcome, stderr: reportText(made.notes, command.format) + outcome.stderr };
}

async function runOnFiles(
  files: readonly InputFile[],
  command: InputCommand,
  env: Environment,
): Promise<RunOutcome> {
  refuseBinary(files);
  const input = files.find(({ file }) => file === undefined);
  // A plan is text for people, whoever's input it is about: to it a ResourceList is a List.
  if (input !== undefined && command.verb !== 'plan' && isResourceList(input.bytes)) {
    const { runResourceList } = await import('./run-resource-list.ts');
    return runResourceList(input.bytes, command, env);
  }
  if (command.flags.allowEmpty !== true) refuseBlank(files, command.input);
  const isRendered = command.verb !== 'validate' && command.verb !== 'plan';
  if (isRendered && !files.some(concerns))
    return written(joinStreams(files.map(({ bytes }) => bytes)));
  const { runStream } = await import('./run-stream.ts');
  return runStream(files, command, env);
}

function concerns({ bytes }: InputFile): boolean {
  return mentions(bytes, ownWords) || namesOwnKind(bytes);
}

/** A chart's or a kustomization's files are no manifests yet: taken for such, templates and patches would be rendered, or passed on. */
function refuseSources({ verb, input }: InputCommand): void {
  if (!isDirectory(input)) return;
  const type = sourceType(input);
  if (type === 'directory') return;
  const [name, build] =
    type === 'helm' ? ['Helm chart', 'helm template'] : ['kustomization', 'kustomize build'];
  const command = verb === 'render' ? 'eso-render' : `eso-render ${verb}`;
  throw refusal({
    code: 'UNSUPPORTED',
    message: `"${input}" is a ${name}, and no folder of manifests: ${build} ${input} | ${command}`,
  });
}

/** No host takes it, and in UTF-16 an ExternalSecret would not be seen. */
function refuseBinary(files: readonly InputFile[]): void {
  const results = files
    .filter(({ bytes }) => !isUtf8(bytes) || bytes.includes(0))
    .map(({ file }) => ({
      code: 'INPUT' as const,
      severity: 'error' as const,
      message: 'this is not text in UTF-8: manifests are YAML or JSON',
      place: { ...(file === undefined ? {} : { file }), document: 1, line: 1, column: 1 },
    }));
  if (results.length > 0) throw new RenderError(results);
}

/** Nothing in is nearly always a mistake in front of us, and nothing out would make a host with prune delete the application. */
function refuseBlank(files: readonly InputFile[], input: string): void {
  if (files.some(({ bytes }) => !isBlank(bytes))) return;
  const [only, ...others] = files;
  const what =
    only === undefined
      ? `there is no manifest (*.yaml, *.yml, *.json) in "${input}"`
      : `the ${others.length === 0 ? (only.file ?? 'input') : 'input'} holds no manifest`;
  throw refusal({ code: 'INPUT', message: `${what}; --allow-empty says that this is meant` });
}

function refusal(result: Pick<Result, 'code' | 'message'>): RenderError {
  return new RenderError([{ ...result, severity: 'error' }]);
}
