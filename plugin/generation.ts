// Owns what a run gives its generators: the operator's seed, and the time.
import type { Generation } from './eso/generate.ts';
import type { Plan } from './eso/plan.ts';
import { UsageError } from './errors.ts';
import type { RunOptions } from './options.ts';
import { SecretBytes } from './secret-bytes.ts';

const leastBytes = 32;

/**
 * The seed is read only where a generator of the plan needs it. Line ends behind it are none of it: an editor, or a mounted
 * Secret, may add them.
 * @throws UsageError where it cannot be read, or is too short
 */
export function generationFor(
  { recipes }: Plan,
  { generatorSeedFile: file, owner }: Pick<RunOptions, 'generatorSeedFile' | 'owner'>,
  readFile: (path: string) => Uint8Array | undefined,
): Generation {
  const isNeeded = recipes.some(({ entries }) =>
    entries.some((entry) => entry.kind === 'generate' && entry.generator.needsSeed),
  );
  const seed = isNeeded && file !== undefined ? readSeed(file, readFile) : undefined;
  return { seed, owner, now: Date.now() };
}

function readSeed(file: string, readFile: (path: string) => Uint8Array | undefined): SecretBytes {
  const bytes = readFile(file);
  if (bytes === undefined) throw new UsageError(`the generator seed file does not exist: ${file}`);
  const seed = withoutLineEnds(bytes);
  if (seed.length >= leastBytes) return new SecretBytes(seed);
  throw new UsageError(
    `the generator seed file holds ${seed.length} bytes, and ${leastBytes} at least are needed: ${file}; openssl rand -base64 48 makes good ones`,
  );
}

function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  const end = bytes.findLastIndex((byte) => byte !== 0x0a && byte !== 0x0d);
  return bytes.subarray(0, end + 1);
}
