// Owns reading what is named on the command line: standard input, a file, or a folder of manifests.
import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { readDirectory } from './directory.ts';

/** Bytes, and the name under which messages speak of them; none for standard input. */
export type InputFile = { readonly file?: string; readonly bytes: Uint8Array };

/** @throws UsageError where it is not there or cannot be read. */
export function readInput(
  input: string,
  options: { readonly recurse: boolean },
): readonly InputFile[] {
  if (input === '-') return [{ bytes: readOrRefuse(0, 'standard input') }];
  if (!isDirectory(input)) return [{ file: input, bytes: readOrRefuse(input, `"${input}"`) }];
  const prefix = input === '.' ? '' : `${input.replace(/\/+$/u, '')}/`;
  return readDirectory(input, options).map(({ file, bytes }) => ({
    file: `${prefix}${file}`,
    bytes,
  }));
}

/** The bytes of a file, or undefined where it is not there. */
export function readFileIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw new UsageError(`cannot read "${path}": ${errorCode(error)}`);
  }
}

export function readOrRefuse(path: string | number, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${errorCode(error)}`);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown';
}
