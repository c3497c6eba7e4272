// Owns the step from a generator to keys and values: generate, rewrite, check the keys. Nothing is converted or decoded (ESO 2.2).
import type { Generator, Spec } from '../generators/generator.ts';
import { type RandomStream, randomStream } from '../generators/random.ts';
import type { ErrorCode } from '../errors.ts';
import type { Path } from '../place.ts';
import type { ReadOutcome } from '../providers/provider.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import type { Pointer } from './collect.ts';
import { type SecretMap, validateKeys } from './keys.ts';
import { rewriteKeys } from './rewrite.ts';
import type { RenderText } from './text.ts';
import type { Rewrite } from './types.ts';

/** A generatorRef of `dataFrom`. */
export type GenerateEntry = {
  readonly kind: 'generate';
  readonly path: Path;
  /** Where the answer is that the generator needs; absent where it needs none. */
  readonly pointer?: Pointer;
  readonly generator: Generator;
  readonly spec: Spec;
  /** The generator as messages name it. */
  readonly title: string;
  /** All that makes this use another one than every other, and its values with it. */
  readonly use: readonly unknown[];
  readonly rewrite: readonly Rewrite[];
};

/** What generators are given by the run. */
export type Generation = {
  /** The operator's; at least 32 bytes. */
  readonly seed: SecretBytes | undefined;
  /** Whom the run is for. Another's values are others, whatever names he writes into his manifests. */
  readonly owner: { readonly application: string; readonly namespace: string };
  /** Milliseconds since 1970. */
  readonly now: number;
};

export type GenerateOutcome =
  | { readonly ok: true; readonly map: SecretMap; readonly volatile: string | undefined }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

export type Fetched = Extract<ReadOutcome, { readonly outcome: 'value' }>;

export function generateMap(
  entry: GenerateEntry,
  {
    generation,
    fetched,
    renderText,
  }: {
    readonly generation: Generation;
    readonly fetched: Fetched | undefined;
    readonly renderText: RenderText;
  },
): GenerateOutcome {
  const { generator, spec, use, title, rewrite } = entry;
  const { seed, now, owner } = generation;
  if (generator.needsSeed && seed === undefined) return noSeed(title);
  const ownUse = [owner.application, owner.namespace, ...use];
  const random = generator.needsSeed && seed !== undefined ? randomStream(seed, ownUse) : unseeded;
  const generated = generator.generate(spec, {
    random,
    now,
    fetched: fetched?.value,
    part: fetched?.part,
  });
  if (!generated.ok) return wrong(`${title}: ${generated.message}`);
  const rewritten = rewriteKeys(generated.map, rewrite, renderText);
  if (!rewritten.ok)
    return wrong(`${title}: rewrite[${rewritten.operation}]: ${rewritten.message}`);
  const valid = validateKeys(rewritten.map);
  if (!valid.ok) return wrong(`${title}: ${valid.message}`);
  return { ok: true, map: valid.map, volatile: generated.volatile };
}

/** For generators that say that they need none. */
const unseeded: RandomStream = {
  bytes: () => {
    throw new Error('a generator that needs no seed asks for randomness');
  },
  below: () => {
    throw new Error('a generator that needs no seed asks for randomness');
  },
};

function noSeed(title: string): GenerateOutcome {
  return {
    ok: false,
    code: 'INVALID',
    message: `${title} makes random values, which would be others in every render: give a seed of 32 bytes or more, from which they are made, with --generator-seed-file or in RenderConfig.spec.generators.seedFile`,
  };
}

function wrong(message: string): GenerateOutcome {
  return { ok: false, code: 'VALUE', message };
}
