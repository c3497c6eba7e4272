// Owns the cache of programs that tests need: outside the clone, each built once and moved into its place in one step.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

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
  await mkdir(cache, { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!existsSync(folder)) await make(folder, { cache, duration, build });
    return folder;
  } finally {
    await unlock();
  }
}

async function make(
  folder: string,
  { cache, duration, build }: Omit<Recipe, 'key'> & { readonly cache: string },
): Promise<void> {
  process.stderr.write(`building ${folder}: ${duration} the first time\n`);
  const unfinished = await mkdtemp(join(cache, 'unfinished-'));
  try {
    await build(unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Waits while another process builds the same: tests of several files ask for it at once. Answers what ends the lock. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch {
      if (!(await isHeld(file))) await rm(file, { force: true });
      await wait(500);
    }
  }
}

/** Whether who made the lock still runs. */
async function isHeld(file: string): Promise<boolean> {
  try {
    const pid = await readFile(file, 'utf8');
    // Empty: it is being written.
    return pid === '' || process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

function cacheFolder(): string {
  const { ESO_RENDER_CACHE, XDG_CACHE_HOME } = process.env;
  return ESO_RENDER_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'eso-render');
}
