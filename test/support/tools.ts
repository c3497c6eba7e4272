// Owns the programs that tests run and that are not ours: where each comes from, or why it is missing.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { cached, type Recipe } from './cache.ts';
import { must, run } from './command.ts';

export type Tool = { readonly path: string } | { readonly missing: string };

/** For Go's own builds. */
export const goEnv: Readonly<Record<string, string>> = {
  GOFLAGS: '-buildvcs=false',
  GOTOOLCHAIN: 'auto',
};

/** No registry has kpt or kubectl: one that is installed, or none. */
export function installed(name: 'kpt' | 'kubectl'): Tool {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const path = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return path === undefined ? { missing: `${name} is not on the PATH` } : { path };
}

/** The oldest Node that the bundle is for, where one is installed beside the tests' own. */
export async function nodeTwenty(): Promise<{ readonly path?: string; readonly missing?: string }> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const path of folders
    .map((folder) => join(folder, 'node'))
    .filter((one) => existsSync(one))) {
    const { stdout } = await run([path, '--version']);
    if (stdout.startsWith('v20.')) return { path };
  }
  return { missing: 'Node 20 is not on the PATH' };
}

/** `describe` for what needs tools: skipped where one is missing, with the reason in its name and on standard error. */
export function describeWith<Name extends string>(
  title: string,
  tools: Readonly<Record<Name, Tool>>,
  suite: (path: (name: Name) => string) => void,
): void {
  const all: readonly Tool[] = Object.values(tools);
  const missing = all.flatMap((tool) => ('missing' in tool ? [tool.missing] : []));
  const reason = missing.length === 0 ? '' : ` (skipped: ${missing.join('; ')})`;
  if (reason !== '') process.stderr.write(`${title}${reason}\n`);
  describe.skipIf(missing.length > 0)(`${title}${reason}`, () => {
    suite((name) => {
      const tool: Tool = tools[name];
      return 'path' in tool ? tool.path : '';
    });
  });
}

/** The Go program of a folder: a few lines that make a real server out of its own modules. */
export async function goProgram(
  cwd: string,
  { duration, ldflags }: { readonly duration: string; readonly ldflags: string },
): Promise<Tool> {
  const name = basename(cwd);
  const hash = createHash('sha256').update(ldflags);
  for (const file of (await readdir(cwd)).toSorted()) hash.update(await readFile(join(cwd, file)));
  return built(name, {
    key: `${name}-${hash.digest('hex').slice(0, 16)}`,
    duration,
    build: (folder) => {
      const output = ['-o', join(folder, name)];
      return must(['nice', 'go', 'build', '-trimpath', '-ldflags', ldflags, ...output, '.'], {
        cwd,
        env: goEnv,
      });
    },
  });
}

/** A program of the cache, or why there is none. */
export async function built(program: string, recipe: Recipe): Promise<Tool> {
  try {
    return { path: join(await cached(recipe), program) };
  } catch (error) {
    return { missing: `${recipe.key} cannot be built: ${messageOf(error)}` };
  }
}

/** The command and the last line of what it said: the reason stands in the name of a skipped test. */
function messageOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return lines.length === 1 ? `${lines[0]}` : `${lines[0]}: ${lines.at(-1)}`;
}
