// Owns the check of the webhook's rules: where each is reported, in ESO's words, and where it does not hold.
import { describe, expect, test } from 'vitest';
import type {
  ExternalSecretSpec,
  SecretStore,
  Target,
  Template,
} from '../../../plugin/eso/types.ts';
import { storeProblems, webhookProblems } from '../../../plugin/eso/validate.ts';

const v1 = 'external-secrets.io/v1';
const data = [{ secretKey: 'user', remoteRef: { key: 'k' } }];
const owned = { creationPolicy: 'Owner', deletionPolicy: 'Retain' } as const satisfies Target;

function spec(more: Partial<ExternalSecretSpec>): ExternalSecretSpec {
  return { target: owned, data, ...more };
}

function templated(template: Partial<Template>, more: Partial<Target> = {}): ExternalSecretSpec {
  return spec({
    target: {
      ...owned,
      ...more,
      template: { engineVersion: 'v2', mergePolicy: 'Replace', ...template },
    },
  });
}

function targeting(target: string, more: Partial<Target> = {}): ExternalSecretSpec {
  return templated({ templateFrom: [{ literal: 'a: b', target }] }, more);
}

const policies = (
  creationPolicy: Target['creationPolicy'],
  deletionPolicy: Target['deletionPolicy'],
): ExternalSecretSpec => spec({ target: { creationPolicy, deletionPolicy } });

const generatorRef = {
  apiVersion: 'generators.external-secrets.io/v1alpha1',
  kind: 'Fake',
  name: 'f',
};
const serviceAccountToken = 'kubernetes.io/service-account-token';
const annotation = 'kubernetes.io/service-account.name';

type Row = {
  readonly reason: string;
  readonly spec: ExternalSecretSpec;
  readonly apiVersion?: string;
  readonly problems: readonly { readonly path: string; readonly says: string }[];
};

const refusedDelete = {
  path: 'target.deletionPolicy',
  says: "deletionPolicy=Delete must not be used when the controller doesn't own the secret",
};

describe('ExternalSecret', () => {
  test.each<Row>([
    { reason: 'a valid one', spec: spec({}), problems: [] },
    {
      reason: 'rule 1: Delete with Merge',
      spec: policies('Merge', 'Delete'),
      problems: [refusedDelete],
    },
    {
      reason: 'rule 1: Delete with None',
      spec: policies('None', 'Delete'),
      problems: [refusedDelete],
    },
    {
      reason: 'rule 1: Delete with CreateOrMerge',
      spec: policies('CreateOrMerge', 'Delete'),
      problems: [refusedDelete],
    },
    {
      reason: 'rule 1 lets Orphan pass, which fails later',
      spec: policies('Orphan', 'Delete'),
      problems: [],
    },
    {
      reason: 'rule 2: Merge with None',
      spec: policies('None', 'Merge'),
      problems: [
        {
          path: 'target.deletionPolicy',
          says: 'deletionPolicy=Merge must not be used with creationPolicy=None',
        },
      ],
    },
    {
      reason: 'rule 3: neither data nor dataFrom',
      spec: { target: owned, data: [] },
      problems: [{ path: '', says: 'either data or dataFrom should be specified' }],
    },
    {
      reason: 'rule 4: the token of a ServiceAccount that an annotation names',
      spec: templated({
        type: serviceAccountToken,
        metadata: { annotations: { [annotation]: 'admin' } },
      }),
      problems: [
        {
          path: `target.template.metadata.annotations.${annotation}`,
          says: `template.type="${serviceAccountToken}" with annotation "${annotation}" is not allowed`,
        },
      ],
    },
    {
      reason: 'rule 4: the same by way of templateFrom, in any case of letters',
      spec: templated({
        type: serviceAccountToken,
        templateFrom: [{ literal: 'a: b', target: 'aNNotations' }],
      }),
      problems: [
        {
          path: 'target.template.templateFrom.0.target',
          says: `template.type="${serviceAccountToken}" with templateFrom target="Annotations" is not allowed`,
        },
      ],
    },
    {
      reason: 'rule 4 lets the type alone pass',
      spec: templated({ type: serviceAccountToken }),
      problems: [],
    },
    {
      reason: 'rule 4: a bootstrap token',
      spec: templated({ type: 'bootstrap.kubernetes.io/token' }),
      problems: [
        {
          path: 'target.template.type',
          says: 'template.type="bootstrap.kubernetes.io/token" is not allowed',
        },
      ],
    },
    {
      reason: 'rule 5: a target that a Secret has not',
      spec: targeting('spec'),
      problems: [
        {
          path: 'target.template.templateFrom.0.target',
          says: 'templateFrom target="spec" is not allowed when targeting a Secret, must be one of "Data", "Annotations" or "Labels"',
        },
      ],
    },
    {
      reason: 'rule 5 and an empty target, which fails at render in ESO (trap 8)',
      spec: targeting(''),
      problems: [
        {
          path: 'target.template.templateFrom.0.target',
          says: 'templateFrom target="" is not allowed',
        },
      ],
    },
    { reason: 'rule 5: any case of letters', spec: targeting('LABELS'), problems: [] },
    {
      reason: 'rule 5 does not hold for another kind of target',
      spec: targeting('spec', { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } }),
      problems: [],
    },
    {
      reason: 'rule 5 holds where the manifest is a Secret',
      spec: targeting('spec', { manifest: { apiVersion: 'v1', kind: 'Secret' } }),
      problems: [
        {
          path: 'target.template.templateFrom.0.target',
          says: 'is not allowed when targeting a Secret',
        },
      ],
    },
    {
      reason: 'rule 5 is not in v1beta1, whose schema says it',
      spec: targeting('spec'),
      apiVersion: 'external-secrets.io/v1beta1',
      problems: [],
    },
    {
      reason: 'rule 6: extract and find together',
      spec: spec({ dataFrom: [{ extract: { key: 'k' }, find: {} }] }),
      problems: [
        {
          path: 'dataFrom.0',
          says: 'extract, find, or generatorRef cannot be set at the same time',
        },
      ],
    },
    {
      reason: 'rule 6: find and a generator together',
      spec: spec({ dataFrom: [{ find: {}, sourceRef: { generatorRef } }] }),
      problems: [
        {
          path: 'dataFrom.0',
          says: 'extract, find, or generatorRef cannot be set at the same time',
        },
      ],
    },
    {
      reason: 'rule 6: none of them',
      spec: spec({ dataFrom: [{ find: {} }, {}] }),
      problems: [
        { path: 'dataFrom.1', says: 'either extract, find, or sourceRef must be set to dataFrom' },
      ],
    },
    {
      reason: 'rule 6 lets a store alone pass, which gives nothing',
      spec: spec({ dataFrom: [{ sourceRef: { storeRef: { name: 's' } } }] }),
      problems: [],
    },
    {
      reason: 'rule 6 lets a find in another store pass',
      spec: spec({ dataFrom: [{ find: {}, sourceRef: { storeRef: { name: 's' } } }] }),
      problems: [],
    },
    {
      reason: 'rule 7: each repetition of a key',
      spec: spec({ data: [...data, ...data, ...data] }),
      problems: [
        { path: 'data.1.secretKey', says: 'duplicate secretKey found: user' },
        { path: 'data.2.secretKey', says: 'duplicate secretKey found: user' },
      ],
    },
    {
      reason: 'rule 7 only holds under Retain',
      spec: { ...policies('Owner', 'Delete'), data: [...data, ...data] },
      problems: [],
    },
    {
      reason: 'a day is no unit of a duration, and text is needed (trap 8)',
      spec: spec({
        refreshInterval: '1d',
        syncWindows: { windows: [{ duration: '1h' }, { duration: '' }] },
      }),
      problems: [
        { path: 'refreshInterval', says: 'must be a Go duration' },
        { path: 'syncWindows.windows.1.duration', says: 'must be a Go duration' },
      ],
    },
    {
      reason: 'several rules at once',
      spec: { ...policies('None', 'Merge'), data: [], dataFrom: [{}], refreshInterval: 'x' },
      problems: [
        { path: 'target.deletionPolicy', says: 'deletionPolicy=Merge' },
        { path: 'dataFrom.0', says: 'either extract' },
        { path: 'refreshInterval', says: 'must be a Go duration' },
      ],
    },
  ])('$reason', ({ spec, apiVersion = v1, problems }) => {
    const found = webhookProblems(apiVersion, spec);
    expect(found.map(({ path, message }) => ({ path: path.join('.'), says: message }))).toEqual(
      problems.map(({ path, says }) => ({ path, says: expect.stringContaining(says) as unknown })),
    );
  });
});

describe('SecretStore', () => {
  test.each<{ reason: string; spec: Partial<SecretStore['spec']>; problems: readonly string[] }>([
    { reason: 'nothing but a provider', spec: {}, problems: [] },
    {
      reason: 'RE2 that JavaScript does not know',
      spec: { conditions: [{ namespaceRegexes: ['(?i)^team-'] }] },
      problems: [],
    },
    {
      reason: 'look-ahead, which RE2 does not know',
      spec: { conditions: [{}, { namespaceRegexes: ['ok', '(?=x)'] }] },
      problems: ['spec.conditions.1.namespaceRegexes.1'],
    },
    { reason: 'seconds', spec: { refreshInterval: 60 }, problems: [] },
    { reason: 'seconds as text', spec: { refreshInterval: '60' }, problems: [] },
    { reason: 'a duration', spec: { refreshInterval: '1h30m' }, problems: [] },
    { reason: 'neither', spec: { refreshInterval: '1d' }, problems: ['spec.refreshInterval'] },
    { reason: 'an empty text', spec: { refreshInterval: '' }, problems: ['spec.refreshInterval'] },
    { reason: 'below zero', spec: { refreshInterval: -1 }, problems: ['spec.refreshInterval'] },
    {
      reason: 'below zero as a duration',
      spec: { refreshInterval: '-1s' },
      problems: ['spec.refreshInterval'],
    },
    {
      reason: 'a pause between retries',
      spec: { retrySettings: { maxRetries: 3, retryInterval: '10s' } },
      problems: [],
    },
    {
      reason: 'a pause without unit',
      spec: { retrySettings: { retryInterval: '10' } },
      problems: ['spec.retrySettings.retryInterval'],
    },
  ])('$reason', ({ spec, problems }) => {
    const store: SecretStore = {
      apiVersion: v1,
      kind: 'ClusterSecretStore',
      metadata: { name: 'store' },
      spec: { provider: { fake: { data: [] } }, ...spec },
    };
    expect(storeProblems(store).map(({ path }) => path.join('.'))).toEqual(problems);
  });
});
