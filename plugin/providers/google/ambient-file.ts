// Owns reading the files that application default credentials are made of, which are this machine's own and no store's.
// oxlint-disable-next-line eslint/no-restricted-imports -- Google's libraries find this machine's own identity in files
import { readFile } from 'node:fs/promises';
import { ProviderError } from '../provider.ts';

/** Throws {@link ProviderError} `credentials` where it cannot be read. */
export async function readAmbientFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new ProviderError('credentials', `cannot read ${path} (${codeOf(error)})`);
  }
}

/** As {@link readAmbientFile}; undefined where there is none. */
export async function readAmbientFileIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new ProviderError('credentials', `cannot read ${path} (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
