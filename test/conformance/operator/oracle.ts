// Owns the operator itself as a program: its own code at v0.16.2, the last that Go's proxy has whole, built once and asked in batches.
//
// Later versions differ in what no case here has: `find` by name and tags in AWS, metadata of secrets in Vault, `merge`,
// `nullBytePolicy`, `valuesDecodingStrategy`, `CreateOrMerge`, targets in other letter case. The older SDK for AWS also checks
// the length of a version's ID itself.
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { must } from '../../support/command.ts';
import type { OutputSecret } from '../../support/secrets.ts';
import { built, goEnv, type Tool } from '../../support/tools.ts';

const module = 'github.com/external-secrets/external-secrets';
const source = import.meta.dirname;

export type OperatorAnswer = {
  readonly outcome: 'secret' | 'none' | 'error';
  readonly error: string;
  /** The API server would not take one of the Secrets. */
  readonly refused: boolean;
  readonly secrets: readonly OutputSecret[] | null;
};

/** The program, or why there is none. */
export async function operator(): Promise<Tool> {
  return built('operator', {
    key: `operator-${(await hashOfSource()).slice(0, 16)}`,
    duration: '3 to 10 minutes',
    build,
  });
}

/** What the operator makes of each input, in order. `env` has the endpoints of the servers. */
export async function askOperator(
  program: string,
  inputs: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly OperatorAnswer[]> {
  const input = inputs.map((one) => JSON.stringify({ input: one })).join('\n');
  const output = await must([program, join(dirname(program), 'definitions')], { env, input });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as OperatorAnswer);
}

async function hashOfSource(): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** Go refuses to replace files of a module in its own cache, so a copy is changed and built. */
async function build(folder: string): Promise<void> {
  const work = join(folder, 'work');
  const copy = join(work, 'copy');
  await cp(source, work, { recursive: true });
  const go = (...args: readonly string[]): Promise<string> =>
    must(['nice', 'go', ...args], { cwd: work, env: goEnv });
  const { Dir } = JSON.parse(await go('mod', 'download', '-json', module)) as { Dir: string };
  await cp(Dir, copy, { recursive: true });
  await must(['chmod', '-R', 'u+w', copy]);
  await cp(join(source, '_changed'), copy, { recursive: true });
  await go('mod', 'edit', '-replace', `${module}=./copy`);
  await go('build', '-trimpath', '-ldflags', '-s -w', '-o', join(folder, 'operator'), '.');
  await rename(join(copy, 'config/crds/bases'), join(folder, 'definitions'));
  await rm(work, { recursive: true });
}
