// Tests that a provider is found by the key that it has in a store's spec.
import { expect, test } from 'vitest';
import { providerNamed } from '../../../plugin/providers/registry.ts';

test.each(['aws', 'fake'])('%s leads to the provider of that name', (name) => {
  expect(providerNamed(name)?.name).toBe(name);
});

test.each([
  { name: 'barbican', reason: 'ESO knows it, this program does not' },
  { name: 'constructor', reason: 'no key of an object is a provider' },
])('"$name" is none: $reason', ({ name }) => {
  expect(providerNamed(name)).toBeUndefined();
});
