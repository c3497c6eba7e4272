// Owns the verbs whose input is made first: generate, and exec.
import type { InputCommand } from './cli.ts';
import { configuration } from './configuration.ts';
import { generate, type Generated, outputFile, type ToolOptions } from './hosts/argo/generate.ts';
import { withPauseAdvice } from './hosts/argo/pause.ts';
import { outputOf } from './hosts/argo/program.ts';
import type { Environment } from './outcome.ts';
import { RenderError } from './results.ts';

export type MadeInput = Generated & {
  /** The command with what is left of its deadline. */
  readonly command: InputCommand;
};

/** Something to read with: a provider that answers at once has to have its chance. */
const leastMs = 1000;

/** @throws UsageError, RenderError as the programs and folders say. */
export async function madeInput(command: InputCommand, env: Environment): Promise<MadeInput> {
  const begin = performance.now();
  let timeLeft: (() => number) | undefined;
  const toolOptions = (): ToolOptions => {
    const { deadlineMs, tools } = configuration(command, env);
    timeLeft = () => Math.max(1, Math.round(deadlineMs - (performance.now() - begin)));
    return { tools, timeLeft };
  };
  const made =
    command.verb === 'exec'
      ? await execute(command.program, env, toolOptions())
      : await advised(generate(env, toolOptions), env);
  if (timeLeft === undefined) return { ...made, command };
  const deadlineMs = Math.max(leastMs, timeLeft());
  return { ...made, command: { ...command, flags: { ...command.flags, deadlineMs } } };
}

async function advised(generating: Promise<Generated>, env: Environment): Promise<Generated> {
  try {
    return await generating;
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    throw new RenderError(withPauseAdvice(error.results, env), error.exitCode);
  }
}

/** The operator's own command: it has the environment and the standard input that we have. */
async function execute(
  argv: readonly string[],
  env: Environment,
  { timeLeft }: ToolOptions,
): Promise<Generated> {
  const [title = ''] = argv;
  return outputFile(title, await outputOf({ argv, title, env, input: 'inherit' }, timeLeft()));
}
