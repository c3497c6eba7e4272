// Owns reading what is named on the command line: standard input, a file, or a folder of manifests.
import { readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { isatty } from 'node:tty';
import { UsageError } from '../errors.ts';
import { RenderError } from '../results.ts';
import { pathAdvice } from '../wrong-arguments.ts';
import { causeOf, errorCode } from './cause.ts';
import { type ManifestFile, readDirectory } from './directory.ts';

/** Bytes, and the name under which messages speak of them; none for standard input. */
export type InputFile = { readonly file?: string; readonly bytes: Uint8Array };

/** @throws UsageError where it is not there or cannot be read. */
export function readInput(
  input: string,
  options: { readonly recurse: boolean },
): readonly InputFile[] {
  if (input === '-') return [{ bytes: readStandardInput() }];
  if (isDirectory(input)) return readFolder(input, options);
  return [{ file: input, bytes: readOrRefuse(input, { advice: pathAdvice(input) }) }];
}

/** Names are as the user would type them: the folder's in front. */
function readFolder(
  input: string,
  options: { readonly recurse: boolean },
): readonly ManifestFile[] {
  const prefix = input === '.' ? '' : `${input.replace(/\/+$/u, '')}/`;
  try {
    return readDirectory(input, options).map(({ file, bytes }) => ({
      file: `${prefix}${file}`,
      bytes,
    }));
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    throw new RenderError(
      error.results.map(({ place, ...result }) => ({
        ...result,
        ...(place === undefined ? {} : { place: { ...place, file: `${prefix}${place.file}` } }),
      })),
    );
  }
}

/** The bytes of a file, or undefined where it is not there. */
export function readFileIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw new UsageError(`cannot read "${path}": ${causeOf(error)}`);
  }
}

/** The names in a folder; none where it is not there. */
export function listIfThere(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw new UsageError(`cannot read the folder "${path}": ${causeOf(error)}`);
  }
}

/** `advice` is what is said of a path that is not there: `; …`. */
export function readOrRefuse(
  path: string,
  { advice = '' }: { readonly advice?: string } = {},
): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const isAbsent = errorCode(error) === 'ENOENT';
    throw new UsageError(`cannot read "${path}": ${causeOf(error)}${isAbsent ? advice : ''}`);
  }
}

const chunkBytes = 1024 * 1024;

/** To its end. Nobody types manifests: a terminal would be waited for in silence. Whoever shares the pipe may have made it non-blocking: then there is nothing to read for a moment. */
function readStandardInput(): Uint8Array {
  if (isatty(0))
    throw new UsageError(
      'standard input is a terminal: name a file or a folder, pipe manifests in, or see eso-render --help',
    );
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
      if (code !== 'EAGAIN') throw new UsageError(`cannot read standard input: ${causeOf(error)}`);
      waitMs(5);
    }
  }
}

function waitMs(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

export function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
