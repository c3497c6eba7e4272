// Tests for whom the cluster is read.
import { describe, expect, test } from 'vitest';
import { isReadFor, mayLookUp } from '../../../plugin/policy/cluster-objects.ts';

test.each([
  { namespace: 'shop', namespaces: ['shop'], is: true },
  { namespace: 'pay', namespaces: ['shop'], is: false },
  { namespace: 'pay', namespaces: ['*'], is: true },
  { namespace: 'pay', namespaces: [], is: false },
  { namespace: '*', namespaces: ['shop'], is: false },
])('$namespace with $namespaces: $is', ({ namespace, namespaces, is }) => {
  expect(isReadFor(namespace, namespaces)).toBe(is);
});

describe("an operator's ClusterSecretStore", () => {
  const operatorsSpec = {
    provider: {
      vault: {
        auth: { tokenSecretRef: { name: 'token', namespace: 'infra', key: 'k' } },
        list: [{ ref: { name: 'in-a-list', namespace: 'infra' } }],
        referent: { name: 'referent' },
      },
    },
    conditions: [{ namespaces: ['pay'] }],
  };

  test.each([
    { reason: 'what it names', ref: { namespace: 'infra', name: 'token' }, may: true },
    { reason: 'in a list too', ref: { namespace: 'infra', name: 'in-a-list' }, may: true },
    { reason: 'its own namespace', ref: { namespace: 'shop', name: 'anything' }, may: true },
    { reason: 'another object there', ref: { namespace: 'infra', name: 'other' }, may: false },
    { reason: 'that name elsewhere', ref: { namespace: 'pay', name: 'token' }, may: false },
    {
      reason: 'what it means in the namespace of whoever uses it',
      ref: { namespace: 'infra', name: 'referent' },
      may: false,
    },
  ])('may look up, $may: $reason', ({ ref, may }) => {
    expect(mayLookUp(ref, { namespaces: ['shop'], operatorsSpec })).toBe(may);
  });

  test('any other store may not', () => {
    const ref = { namespace: 'infra', name: 'token' };
    expect(mayLookUp(ref, { namespaces: ['shop'], operatorsSpec: undefined })).toBe(false);
  });
});
