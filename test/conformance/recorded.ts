// Owns the recorded cases: what External Secrets Operator made of an input, and where this program differs by design.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Ended } from '../support/command.ts';
import { type OutputSecret, secretsIn } from '../support/secrets.ts';

export type RecordedCase = {
  readonly id: string;
  readonly category: string;
  readonly input: string;
  readonly expect: {
    readonly outcome: 'secret' | 'none' | 'error';
    readonly secrets: readonly OutputSecret[];
    /** The API server would not take the Secret: this program refuses it before it writes anything. */
    readonly apiServerRefuses?: boolean;
  };
};

/** The lines of a file of cases, parsed. */
export function recordedLines(file: string): readonly unknown[] {
  const lines = readFileSync(join(import.meta.dirname, 'cases', file), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line): unknown => JSON.parse(line));
}

export function recordedCases(file: string): readonly RecordedCase[] {
  return recordedLines(file).filter(
    (line): line is RecordedCase => typeof line === 'object' && line !== null && 'input' in line,
  );
}

/** A host's annotations are not compared: some are never copied, others carried over even under a template (docs/differences.md). */
const hostAnnotation = /^(?:argocd\.argoproj\.io|helm\.sh)\//;

/** What the program must do, given what the operator did. */
export function expectRecorded({ input, expect: recorded }: RecordedCase, ended: Ended): void {
  const { code, stdout, stderr } = ended;
  if (recorded.outcome === 'error' || recorded.apiServerRefuses === true) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error [A-Z_]+ /);
    return;
  }
  // Nothing is emitted, or it is refused where the operator would keep a Secret that nobody here can see (docs/differences.md).
  if (recorded.outcome === 'none' && code === 1) {
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error EMPTY /);
    return;
  }
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(byName(secretsIn(stdout).map(comparable))).toEqual(
    byName([...untouched(input, recorded.secrets), ...recorded.secrets].map(comparable)),
  );
}

/** Secrets of the input that are nobody's target, and so stand in the output too. */
function untouched(input: string, made: readonly OutputSecret[]): readonly OutputSecret[] {
  return secretsIn(input).filter(
    ({ name, namespace }) =>
      !made.some((secret) => secret.name === name && secret.namespace === namespace),
  );
}

function byName(secrets: readonly OutputSecret[]): readonly OutputSecret[] {
  return secrets.toSorted((a, b) =>
    `${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1,
  );
}

function comparable(secret: OutputSecret): OutputSecret {
  const annotations = Object.entries(secret.annotations).filter(
    ([key]) => !hostAnnotation.test(key),
  );
  return {
    ...secret,
    type: secret.type === '' ? 'Opaque' : secret.type,
    annotations: Object.fromEntries(annotations),
  };
}
