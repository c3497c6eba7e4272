// Owns the cache of programs that tests need: outside the clone, each built once and moved into its place in one step.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Recipe = {
  /** Names everything that the result depends on, apart from the machine. */
  readonly key: string;
  /** How long it takes where nothing of it is there yet, for people who wait. */
  readonly duration: string;
  /** Builds into an empty folder, which is then moved: no absolute path of it may stay in the result. */
  readonly build: (folder: string) => Promise<unknown>;
};

/** The folder with what the recipe builds. Rejects where it cannot be built. */
export async function cached({ key, duration, build }: Recipe): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, `${key}-${process.platform}-${process.arch}`);
  if (existsSync(folder)) return folder;
  process.stderr.write(`building ${folder}: ${duration} the first time\n`);
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'unfinished-'));
  try {
    await build(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been faster; then the folder is there and cannot be replaced.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function cacheFolder(): string {
  const { ESO_RENDER_CACHE, XDG_CACHE_HOME } = process.env;
  return ESO_RENDER_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'eso-render');
}
