// Owns the temporary folders of these tests: filled with files, and removed afterwards.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder; the caller removes it. */
export async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'eso-render-hosts-'));
}

/** A new folder with these files in it, removed when the test that asks for it ends. */
export async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await newFolder();
  onTestFinished(async () => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** A copy of a folder, removed when the test that asks for it ends. */
export async function copyOf(source: string): Promise<string> {
  const folder = await folderOf({});
  await cp(source, folder, { recursive: true });
  return folder;
}
