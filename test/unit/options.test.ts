// Tests the settings of a run: which source wins, and what the defaults are.
import { expect, test } from 'vitest';
import { type RunFlags, runOptions } from '../../plugin/options.ts';

type Config = Parameters<typeof runOptions>[1][number];

const noFlags: RunFlags = {
  namespace: undefined,
  controllerClass: undefined,
  allowEmpty: undefined,
  keepStores: undefined,
  deadlineMs: undefined,
  ambientCredentials: undefined,
  secretsDirectory: undefined,
  trustedServers: [],
  kube: undefined,
  kubeContext: undefined,
  kubeconfig: undefined,
};

function config(spec: Config['spec']): Config {
  return { apiVersion: 'eso-render.dev/v1alpha1', kind: 'RenderConfig', spec };
}

test('the defaults', () => {
  expect(runOptions(noFlags, [], {})).toEqual({
    namespace: 'default',
    controllerClass: 'default',
    allowEmpty: false,
    keepStores: false,
    deadlineMs: 45_000,
    ambientCredentials: true,
    secretsDirectory: undefined,
    trustedServers: [],
    kube: undefined,
    stores: [],
    serviceAccounts: [],
  });
});

test.each([
  {
    reason: "Argo CD's destination",
    flags: {},
    configs: [],
    env: { ARGOCD_APP_NAMESPACE: 'argo' },
    expected: 'argo',
  },
  {
    reason: "not what Argo CD's user sets",
    flags: {},
    configs: [],
    env: { ARGOCD_ENV_NAMESPACE: 'x', NAMESPACE: 'y' },
    expected: 'default',
  },
  {
    reason: 'an empty destination is none',
    flags: {},
    configs: [],
    env: { ARGOCD_APP_NAMESPACE: '' },
    expected: 'default',
  },
  {
    reason: 'the file',
    flags: {},
    configs: [config({ namespace: 'file' })],
    env: { ARGOCD_APP_NAMESPACE: 'argo' },
    expected: 'file',
  },
  {
    reason: 'functionConfig before the file',
    flags: {},
    configs: [config({ namespace: 'function' }), config({ namespace: 'file' })],
    env: {},
    expected: 'function',
  },
  {
    reason: 'a functionConfig that does not say',
    flags: {},
    configs: [config({}), config({ namespace: 'file' })],
    env: {},
    expected: 'file',
  },
  {
    reason: 'the flag before all',
    flags: { namespace: 'flag' },
    configs: [config({ namespace: 'function' })],
    env: {},
    expected: 'flag',
  },
])('the namespace: $reason', ({ flags, configs, env, expected }) => {
  expect(runOptions({ ...noFlags, ...flags }, configs, env).namespace).toBe(expected);
});

test('lists of all configurations come together', () => {
  const account = { namespace: 'a', name: 'b' };
  const { stores, serviceAccounts, deadlineMs } = runOptions(
    noFlags,
    [
      config({ stores: [{ kind: 'A' }], deadline: '5s' }),
      config({ stores: [{ kind: 'B' }], serviceAccounts: [account] }),
    ],
    {},
  );
  expect({ stores, serviceAccounts, deadlineMs }).toEqual({
    stores: [{ kind: 'A' }, { kind: 'B' }],
    serviceAccounts: [account],
    deadlineMs: 5000,
  });
});

test.each<{
  reason: string;
  flags?: Partial<RunFlags>;
  configs?: readonly Config['spec'][];
  expected: unknown;
}>([
  { reason: 'nobody asks for it', expected: undefined },
  { reason: 'a context alone', configs: [{ kube: { context: 'c' } }], expected: undefined },
  {
    reason: 'the flag, for its own namespace',
    flags: { kube: true, namespace: 'shop' },
    expected: { context: undefined, kubeconfig: undefined, namespaces: ['shop'] },
  },
  {
    reason: 'the file',
    configs: [{ kube: { enabled: true, context: 'c', kubeconfig: 'k', namespaces: ['*'] } }],
    expected: { context: 'c', kubeconfig: 'k', namespaces: ['*'] },
  },
  {
    reason: 'flags win over the file, each by itself',
    flags: { kube: true, kubeContext: 'd' },
    configs: [{ kube: { enabled: false, context: 'c', kubeconfig: 'k', namespaces: [] } }],
    expected: { context: 'd', kubeconfig: 'k', namespaces: [] },
  },
])('the cluster as a source: $reason', ({ flags = {}, configs = [], expected }) => {
  expect(runOptions({ ...noFlags, ...flags }, configs.map(config), {}).kube).toEqual(expected);
});
