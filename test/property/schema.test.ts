// Owns properties of the schema check over random manifests: it ends, it repeats itself, it shows no value.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRecord } from '../../plugin/k8s/object.ts';
import { validateKind } from '../../plugin/schema/validate.ts';
import manifests from '../unit/schema/manifests.json' with { type: 'json' };

const kinds = ['ExternalSecret', 'ClusterExternalSecret', 'SecretStore', 'ClusterSecretStore'];
const versions = ['external-secrets.io/v1', 'external-secrets.io/v1beta1', 'x/v9', '__proto__'];

const canary = 'CANARY-5f3a!';

/** Names that open the nested parts of the schemas, and names that are dangerous in JavaScript. */
const fieldNames = [
  'spec data dataFrom target template templateFrom provider fake aws metadata key value name kind',
  '__proto__ constructor a/b~c',
].flatMap((names) => names.split(' '));

const fieldName = fc.oneof(fc.constantFrom(...fieldNames), fc.string());

const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.oneof(fc.string(), fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fieldName, tie('value')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const intruder: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  canary,
  [canary],
  { key: canary },
  { [canary]: canary },
  { data: [canary, { value: [canary] }] },
);

/** A manifest that ESO knows, with something else in the place of one of its nodes. */
const damaged = fc
  .tuple(
    fc.constantFrom(...manifests),
    fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
    intruder,
  )
  .map(([{ manifest }, steps, value]) => ({
    ...manifest,
    spec: replaceNode(manifest.spec, steps, value),
  }));

function replaceNode(node: unknown, [step, ...rest]: readonly number[], value: unknown): unknown {
  if (step === undefined || typeof node !== 'object' || node === null) return value;
  const keys = Object.keys(node);
  const chosen = step % Math.max(1, keys.length);
  if (Array.isArray(node)) {
    return node.map((item: unknown, index) =>
      index === chosen ? replaceNode(item, rest, value) : item,
    );
  }
  const entries = Object.entries(node).map(([key, item]: [string, unknown], index) => [
    key,
    index === chosen ? replaceNode(item, rest, value) : item,
  ]);
  return Object.fromEntries(entries);
}

describe('validateKind', () => {
  test('ends for every value, and changes none', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds, 'RenderConfig', 'toString'),
        fc.constantFrom(...versions),
        anything,
        (kind, apiVersion, spec) => {
          const value = { apiVersion, kind, metadata: { name: 'a' }, spec };
          const before = structuredClone(value);
          const { problems } = validateKind(kind, apiVersion, value);
          expect(value).toEqual(before);
          expect(problems.every(({ message }) => message !== '')).toBe(true);
        },
      ),
    );
  });

  test('says one thing about one place', () => {
    fc.assert(
      fc.property(damaged, (value) => {
        const { problems } = validateKind(value.kind, value.apiVersion, value);
        const places = problems.map(({ path }) => JSON.stringify(path));
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });

  test('repeats itself, and takes what it has filled in', () => {
    fc.assert(
      fc.property(damaged, (given) => {
        const first = validateKind(given.kind, given.apiVersion, given);
        expect(validateKind(given.kind, given.apiVersion, given)).toEqual(first);
        const again = validateKind(given.kind, given.apiVersion, first.value);
        expect(again).toEqual(first);
      }),
    );
  });

  test('shows no value but that of an enum field', () => {
    let refused = 0;
    fc.assert(
      fc.property(damaged, (value) => {
        const { problems } = validateKind(value.kind, value.apiVersion, value);
        refused += problems.length;
        const shown = problems.filter(
          ({ message }) =>
            message.includes(canary) && !message.includes('is not allowed here; allowed: '),
        );
        expect(shown).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  test('shows nothing at all of what is below provider.fake.data', () => {
    fc.assert(
      fc.property(anything, fc.string({ minLength: 4 }), (noise, name) => {
        const item = isRecord(noise) ? { ...noise, [canary + name]: canary } : { [canary]: noise };
        const value = {
          apiVersion: 'external-secrets.io/v1',
          kind: 'SecretStore',
          metadata: { name: 'a' },
          spec: { provider: { fake: { data: [item, canary] } } },
        };
        const { problems } = validateKind('SecretStore', 'external-secrets.io/v1', value);
        expect(problems.length).toBeGreaterThan(0);
        expect(JSON.stringify(problems)).not.toContain(canary);
      }),
    );
  });
});
