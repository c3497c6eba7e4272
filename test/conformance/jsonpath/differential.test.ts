// Owns the comparison with PaesslerAG/jsonpath v0.1.1, the library of the operator, on cases that are made up anew in each run.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeValue, encodeValue } from '../../../plugin/gojson/value.ts';
import { getByPath } from '../../../plugin/jsonpath/get.ts';
import { document, flatList, grammaticalPath, rangePath, tokenSoup } from './path-arbitrary.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const count = Number(process.env['CASES'] ?? 20_000);

type Case = { readonly path: string; readonly document: unknown };
type Answer = { readonly ok: boolean; readonly value: unknown };

function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

function buildOracle(): string {
  const program = join(mkdtempSync(join(tmpdir(), 'jsonpath-')), 'oracle');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: import.meta.dirname, stdio: 'pipe' });
  return program;
}

function askGo(program: string, cases: readonly Case[]): readonly Answer[] {
  const input = cases.map((one) => JSON.stringify(one)).join('\n');
  const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

function ours({ path, document }: Case): Answer {
  const decoded = decodeValue(Buffer.from(JSON.stringify(document)));
  if (!decoded.ok) throw new Error('not a document');
  const outcome = getByPath(path, decoded.value);
  if (!outcome.ok) return { ok: false, value: null };
  return {
    ok: true,
    value: JSON.parse(encodeValue(outcome.value, { escapeHtml: false }).toString()),
  };
}

/** Go gives what it finds in an object in any order, so lists are compared as bags. */
function bagged({ ok, value }: Answer): string {
  const text = Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value;
  return JSON.stringify([ok, text]);
}

function isSame(go: Answer | undefined, ours: Answer): boolean {
  return go !== undefined && bagged(go) === bagged(ours);
}

/** Whether Go answers so too at times: two lists that it compares may stand in any order. */
function isOneOfMany(oracle: string, one: Case, ours: Answer): boolean {
  const again = Array.from({ length: 200 }, () => one);
  return askGo(oracle, again).some((go) => isSame(go, ours));
}

describe.skipIf(!hasGo())(`against Go, seed ${seed} (skipped where no Go is installed)`, () => {
  let oracle = '';
  beforeAll(() => {
    oracle = buildOracle();
  });

  test.each([
    { reason: 'paths by the grammar', path: grammaticalPath, document },
    { reason: 'tokens in any order', path: tokenSoup, document },
    { reason: 'ranges', path: rangePath, document: flatList },
  ])('$reason', ({ path, document }) => {
    const cases = fc.sample(fc.record({ path, document }), { seed, numRuns: count });
    const answers = askGo(oracle, cases);
    const compared = cases.map((one, index) => ({ one, go: answers[index], ours: ours(one) }));
    const different = compared.filter(
      ({ one, go, ours }) => !isSame(go, ours) && !isOneOfMany(oracle, one, ours),
    );
    expect(compared).toHaveLength(count);
    expect(compared.filter(({ go }) => go?.ok === true).length).toBeGreaterThan(count / 20);
    expect(different).toEqual([]);
  });
});
