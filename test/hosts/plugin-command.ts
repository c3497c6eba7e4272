// Owns the built plugin as a command on the PATH, as it is in an image.
import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export const pluginYaml: string = join(root, 'plugin.yaml');
export const examples: string = join(root, 'examples');

/**
 * Puts the bundle of `npm run build` and a command `eso-render` into a folder, and programs beside it; answers the
 * environment in which they are found.
 */
export async function installCommand(
  folder: string,
  programs: readonly string[] = [],
): Promise<{ readonly PATH: string }> {
  // Apart from the clone, as in an image: there are no node_modules beside it.
  await cp(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  const bundle = join(folder, 'dist', 'eso-render.mjs');
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const command = join(bin, 'eso-render');
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`);
  await chmod(command, 0o755);
  for (const program of programs) await symlink(program, join(bin, basename(program)));
  return { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
}
