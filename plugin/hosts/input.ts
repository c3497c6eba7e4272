// Owns reading what is named on the command line: standard input, a file, or a folder of manifests.
import { readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { readDirectory } from './directory.ts';

/** Bytes, and the name under which messages speak of them; none for standard input. */
export type InputFile = { readonly file?: string; readonly bytes: Uint8Array };

/** @throws UsageError where it is not there or cannot be read. */
export function readInput(
  input: string,
  options: { readonly recurse: boolean },
): readonly InputFile[] {
  if (input === '-') return [{ bytes: readStandardInput() }];
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

/** The names in a folder; none where it is not there. */
export function listIfThere(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw new UsageError(`cannot read the folder "${path}": ${errorCode(error)}`);
  }
}

export function readOrRefuse(path: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${errorCode(error)}`);
  }
}

const chunkBytes = 1024 * 1024;

/** To its end. Whoever shares the pipe may have made it non-blocking: then there is nothing to read for a moment. */
function readStandardInput(): Uint8Array {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const length = readChunk(chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

function readChunk(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw new UsageError(`cannot read standard input: ${code}`);
      waitMs(5);
    }
  }
}

function waitMs(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown';
}
