// Owns the check that manifests are taken and refused as ESO 2.9.0 and its CRDs took and refused them.
import { describe, expect, test } from 'vitest';
import { storeProblems, webhookProblems } from '../../../plugin/eso/validate.ts';
import { readExternalSecret, readSecretStore } from '../../../plugin/schema/read.ts';
import manifests from './manifests.json' with { type: 'json' };

type Refusal = 'nothing' | 'schema' | 'webhook';

function refusalOf(manifest: { readonly kind: string }): Refusal {
  if (manifest.kind === 'ExternalSecret') {
    const outcome = readExternalSecret(manifest);
    if (!outcome.ok) return 'schema';
    const { apiVersion, spec } = outcome.value;
    return webhookProblems(apiVersion, spec).length === 0 ? 'nothing' : 'webhook';
  }
  const outcome = readSecretStore(manifest);
  if (!outcome.ok) return 'schema';
  return storeProblems(outcome.value).length === 0 ? 'nothing' : 'webhook';
}

describe('ESO took or refused it, and so do we', () => {
  test.each(manifests)('$id: refused by $refusedBy', ({ manifest, refusedBy }) => {
    expect(refusalOf(manifest)).toBe(refusedBy);
  });

  test('all outcomes are among the manifests', () => {
    const outcomes = new Set(manifests.map(({ refusedBy }) => refusedBy));
    expect(outcomes).toEqual(new Set(['nothing', 'schema', 'webhook']));
  });
});
