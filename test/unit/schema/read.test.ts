// Owns the check of the typed readers: which kinds they take, and that what they give has its defaults.
import { expect, test } from 'vitest';
import {
  readClusterExternalSecret,
  readExternalSecret,
  readRenderConfig,
  readSecretStore,
} from '../../../plugin/schema/read.ts';

const metadata = { name: 'a' };
const store = {
  apiVersion: 'external-secrets.io/v1',
  metadata,
  spec: { provider: { akeyless: {} } },
};

test.each([
  { reason: 'a SecretStore', value: { ...store, kind: 'SecretStore' }, ok: true },
  { reason: 'a ClusterSecretStore', value: { ...store, kind: 'ClusterSecretStore' }, ok: true },
  { reason: 'another kind', value: { ...store, kind: 'ExternalSecret' }, ok: false },
  { reason: 'no kind', value: store, ok: false },
  { reason: 'no apiVersion', value: { ...store, kind: 'SecretStore', apiVersion: 1 }, ok: false },
  { reason: 'no object', value: 'SecretStore', ok: false },
  { reason: 'nothing', value: undefined, ok: false },
])('readSecretStore, $reason: ok is $ok', ({ value, ok }) => {
  expect(readSecretStore(value).ok).toBe(ok);
});

test('an ExternalSecret has its defaults', () => {
  const outcome = readExternalSecret({
    apiVersion: 'external-secrets.io/v1beta1',
    kind: 'ExternalSecret',
    metadata,
    spec: { dataFrom: [{ extract: { key: 'k' } }] },
  });
  expect(outcome).toMatchObject({
    ok: true,
    value: {
      spec: {
        target: { creationPolicy: 'Owner', deletionPolicy: 'Retain' },
        dataFrom: [{ extract: { decodingStrategy: 'None' } }],
      },
    },
  });
});

test('the ExternalSecret in a ClusterExternalSecret has them too', () => {
  const outcome = readClusterExternalSecret({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterExternalSecret',
    metadata,
    spec: { externalSecretSpec: { target: { template: {} } } },
  });
  expect(outcome).toMatchObject({
    ok: true,
    value: { spec: { externalSecretSpec: { target: { template: { engineVersion: 'v2' } } } } },
  });
});

test('a RenderConfig of another version is refused at its apiVersion', () => {
  expect(
    readRenderConfig({ apiVersion: 'eso-render.dev/v1', kind: 'RenderConfig', spec: {} }),
  ).toEqual({
    ok: false,
    problems: [
      { path: ['apiVersion'], message: 'RenderConfig is read as eso-render.dev/v1alpha1' },
    ],
  });
});
