// Owns the merging of dicts as mergo 1.0 does it for map[string]interface {}.
import { spend, type Budget } from '../budget.ts';
import { LimitError } from '../errors.ts';
import { isTrue, type Value } from '../values.ts';

export type MergeStyle = {
  /** Whether the source wins where both have a value. */
  readonly overwrites: boolean;
  readonly budget: Budget;
  readonly depth?: number;
};

/** A dict can hold itself. */
const maxDepth = 500;

/**
 * Writes the entries of `source` into `target`: dicts are merged, other values taken where the target
 * has none or an empty one. Lists are never joined. What is taken is shared, not copied.
 */
export function mergeInto(
  target: Map<string, Value>,
  source: ReadonlyMap<string, Value>,
  style: MergeStyle,
): void {
  const { depth = 0 } = style;
  if (depth > maxDepth) {
    throw new LimitError('a value is nested too deep to be merged');
  }
  spend(style.budget, source.size + 1);
  for (const [key, value] of source) {
    const present = target.get(key);
    if (value.kind === 'map' && present?.kind === 'map') {
      mergeDicts(present.entries, value.entries, { ...style, depth: depth + 1 });
    }
    if (isTaken(present, value, style)) {
      target.set(key, value);
    }
  }
}

function mergeDicts(
  target: Map<string, Value> | undefined,
  source: ReadonlyMap<string, Value> | undefined,
  style: MergeStyle,
): void {
  if (target !== undefined && source !== undefined) {
    mergeInto(target, source, style);
  }
}

function isTaken(present: Value | undefined, value: Value, { overwrites }: MergeStyle): boolean {
  if (value.kind === 'invalid') {
    return overwrites;
  }
  if (present === undefined || isEmptyForMerge(present)) {
    return true;
  }
  return overwrites && !(value.kind === 'map' && present.kind === 'map');
}

/** mergo takes complex numbers and structs for full, whatever they are. */
function isEmptyForMerge(value: Value): boolean {
  return value.kind !== 'complex' && !isTrue(value);
}
