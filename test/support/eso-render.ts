// Owns running the program as a user does: as a process, from the sources and from the bundle.
import { join, resolve } from 'node:path';
import { type Ended, run, type RunOptions } from './command.ts';

const root: string = resolve(import.meta.dirname, '../..');

/** What is run, by name. Both are to behave alike. */
export const programs: Readonly<Record<'source' | 'bundle', readonly string[]>> = {
  source: [process.execPath, join(root, 'plugin/main.ts')],
  bundle: [process.execPath, join(root, 'dist/eso-render.mjs')],
};

export const programNames: readonly (keyof typeof programs)[] = ['source', 'bundle'];

/** Runs the program with the arguments; without `input` its standard input is empty. */
export async function esoRender(
  name: keyof typeof programs,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  return run([...programs[name], ...args], options);
}
