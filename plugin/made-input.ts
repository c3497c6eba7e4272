// Owns the verbs whose input is made first: generate, and exec.
import type { InputCommand } from './cli.ts';
import { configuration } from './configuration.ts';
import { generate, outputFile, type ToolOptions } from './hosts/argo/generate.ts';
import { outputOf } from './hosts/argo/program.ts';
import type { InputFile } from './hosts/input.ts';
import type { Environment } from './outcome.ts';
import type { Result } from './results.ts';

export type MadeInput = {
  readonly files: readonly InputFile[];
  readonly notes: readonly Result[];
  /** The command with what is left of its deadline. */
  readonly command: InputCommand;
};

/** Something to read with: a provider that answers at once has to have its chance. */
const leastMs = 1000;

/** @throws UsageError, RenderError as the programs and folders say. */
export async function madeInput(command: InputCommand, env: Environment): Promise<MadeInput> {
  const begin = performance.now();
  let timeLeft: (() => number) | undefined;
  const toolOptions = async (): Promise<ToolOptions> => {
    const { deadlineMs, tools } = configuration(command, env);
    timeLeft = () => Math.max(leastMs, Math.round(deadlineMs - (performance.now() - begin)));
    return { tools, timeLeft };
  };
  const made =
    command.verb === 'exec'
      ? await execute(command.program, env, await toolOptions())
      : await generate(env, toolOptions);
  if (timeLeft === undefined) return { ...made, command };
  return { ...made, command: { ...command, flags: { ...command.flags, deadlineMs: timeLeft() } } };
}

/** The operator's own command: it has the environment and the standard input that we have. */
async function execute(
  argv: readonly string[],
  env: Environment,
  { timeLeft }: ToolOptions,
): Promise<Pick<MadeInput, 'files' | 'notes'>> {
  const [title = ''] = argv;
  return outputFile(title, await outputOf({ argv, title, env, input: 'inherit' }, timeLeft()));
}
