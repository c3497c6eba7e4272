// Tests the settings of a run: which source wins, and what the defaults are.
import { expect, test } from 'vitest';
import { type RunFlags, runOptions } from '../../plugin/options.ts';

type Config = NonNullable<Parameters<typeof runOptions>[1]['file']>;

const noFlags: RunFlags = {
  namespace: undefined,
  controllerClass: undefined,
  allowEmpty: undefined,
  allowPlaintext: undefined,
  keepStores: undefined,
  allowGenericTargets: undefined,
  deadlineMs: undefined,
  ambientCredentials: undefined,
  secretsDirectory: undefined,
  templatesDirectory: undefined,
  generatorSeedFile: undefined,
  allowedGenerators: [],
  trustedServers: [],
  kube: undefined,
  kubeContext: undefined,
  kubeconfig: undefined,
};

function config(spec: Config['spec']): Config {
  return { apiVersion: 'eso-render.dev/v1alpha1', kind: 'RenderConfig', spec };
}

test('the defaults', () => {
  expect(runOptions(noFlags, {}, {})).toEqual({
    namespace: 'default',
    controllerClass: 'default',
    allowEmpty: false,
    allowPlaintext: false,
    keepStores: false,
    allowGenericTargets: false,
    deadlineMs: 45_000,
    ambientCredentials: true,
    secretsDirectory: undefined,
    templatesDirectory: undefined,
    generatorSeedFile: undefined,
    allowedGenerators: [],
    owner: { application: '', namespace: 'default' },
    trustedServers: [],
    kube: undefined,
    tools: { kustomize: 'kustomize', helm: 'helm', remote: false },
    serviceAccounts: [],
  });
});

test.each([
  {
    reason: "Argo CD's destination",
    flags: {},
    configs: {},
    env: { ARGOCD_APP_NAMESPACE: 'argo' },
    expected: 'argo',
  },
  {
    reason: "not what Argo CD's user sets",
    flags: {},
    configs: {},
    env: { ARGOCD_ENV_NAMESPACE: 'x', NAMESPACE: 'y' },
    expected: 'default',
  },
  {
    reason: 'an empty destination is none',
    flags: {},
    configs: {},
    env: { ARGOCD_APP_NAMESPACE: '' },
    expected: 'default',
  },
  {
    reason: 'the file',
    flags: {},
    configs: { file: config({ namespace: 'file' }) },
    env: { ARGOCD_APP_NAMESPACE: 'argo' },
    expected: 'file',
  },
  {
    reason: 'functionConfig before the file',
    flags: {},
    configs: {
      functionConfig: config({ namespace: 'function' }),
      file: config({ namespace: 'file' }),
    },
    env: {},
    expected: 'function',
  },
  {
    reason: 'a functionConfig that does not say',
    flags: {},
    configs: { functionConfig: config({}), file: config({ namespace: 'file' }) },
    env: {},
    expected: 'file',
  },
  {
    reason: 'the flag before all',
    flags: { namespace: 'flag' },
    configs: { functionConfig: config({ namespace: 'function' }) },
    env: {},
    expected: 'flag',
  },
])('the namespace: $reason', ({ flags, configs, env, expected }) => {
  expect(runOptions({ ...noFlags, ...flags }, configs, env).namespace).toBe(expected);
});

test('generators are allowed by flags and by the file, and not by a functionConfig', () => {
  const configs = {
    file: config({ generators: { allow: ['STSSessionToken'] } }),
    functionConfig: config({ generators: { allow: ['VaultDynamicSecret'] } }),
  };
  const flags = { ...noFlags, allowedGenerators: ['ECRAuthorizationToken'] };

  expect(runOptions(flags, configs, {}).allowedGenerators).toEqual([
    'ECRAuthorizationToken',
    'STSSessionToken',
  ]);
});

test("service accounts are the operator's before those of a functionConfig", () => {
  const account = { namespace: 'a', name: 'b' };
  const { serviceAccounts, deadlineMs } = runOptions(
    noFlags,
    {
      functionConfig: config({ serviceAccounts: [account], deadline: '5s' }),
      file: config({ serviceAccounts: [{ ...account, tokenFile: 'f' }], deadline: '6s' }),
    },
    {},
  );
  expect({ serviceAccounts, deadlineMs }).toEqual({
    serviceAccounts: [{ ...account, tokenFile: 'f' }, account],
    deadlineMs: 5000,
  });
});

test.each([
  { reason: 'nobody says anything', says: [undefined, undefined], expected: true },
  { reason: 'a functionConfig may forbid it', says: [true, false], expected: false },
  { reason: 'and not allow what is forbidden', says: [false, true], expected: false },
])("the process's own identity: $reason", ({ says: [file, functionConfig], expected }) => {
  const configOf = (allowed: boolean | undefined): Config =>
    config(allowed === undefined ? {} : { ambientCredentials: allowed });
  const configs = { functionConfig: configOf(functionConfig), file: configOf(file) };
  expect(runOptions(noFlags, configs, {}).ambientCredentials).toBe(expected);
});

test.each<{
  reason: string;
  flags?: Partial<RunFlags>;
  file?: Config['spec'];
  functionConfig?: Config['spec'];
  expected: unknown;
}>([
  { reason: 'nobody asks for it', expected: undefined },
  { reason: 'a context alone', file: { kube: { context: 'c' } }, expected: undefined },
  {
    reason: 'the flag, for its own namespace',
    flags: { kube: true, namespace: 'shop' },
    expected: { context: undefined, kubeconfig: undefined, namespaces: ['shop'] },
  },
  {
    reason: 'the file',
    file: { kube: { enabled: true, context: 'c', kubeconfig: 'k', namespaces: ['*'] } },
    expected: { context: 'c', kubeconfig: 'k', namespaces: ['*'] },
  },
  {
    reason: 'flags win over the file, each by itself',
    flags: { kube: true, kubeContext: 'd' },
    file: { kube: { enabled: false, context: 'c', kubeconfig: 'k', namespaces: [] } },
    expected: { context: 'd', kubeconfig: 'k', namespaces: [] },
  },
  {
    reason: 'not for the namespace that a functionConfig names',
    file: { kube: { enabled: true } },
    functionConfig: { namespace: 'another' },
    expected: { context: undefined, kubeconfig: undefined, namespaces: ['default'] },
  },
])(
  'the cluster as a source: $reason',
  ({ flags = {}, file = {}, functionConfig = {}, expected }) => {
    const configs = { functionConfig: config(functionConfig), file: config(file) };
    expect(runOptions({ ...noFlags, ...flags }, configs, {}).kube).toEqual(expected);
  },
);

test('whom a run is for is said by the host and the operator, and not by a functionConfig', () => {
  const configs = {
    functionConfig: config({ namespace: 'another' }),
    file: config({ namespace: 'file' }),
  };
  const env = { ARGOCD_APP_NAME: 'shop', ARGOCD_APP_NAMESPACE: 'argo' };
  expect(runOptions(noFlags, configs, env).owner).toEqual({
    application: 'shop',
    namespace: 'file',
  });
});
