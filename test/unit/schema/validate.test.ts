// Owns the check of what validateKind reports, where, in which words, and which defaults it fills in.
import { describe, expect, test } from 'vitest';
import { validateKind } from '../../../plugin/schema/validate.ts';

type Json = Readonly<Record<string, unknown>>;

const v1 = 'external-secrets.io/v1';
const v1beta1 = 'external-secrets.io/v1beta1';

function externalSecret(spec: Json, apiVersion = v1): Json {
  return { apiVersion, kind: 'ExternalSecret', metadata: { name: 'db' }, spec };
}

function secretStore(provider: unknown, more: Json = {}, apiVersion = v1): Json {
  const spec = { provider, ...more };
  return { apiVersion, kind: 'SecretStore', metadata: { name: 'store' }, spec };
}

function check(value: Json): readonly string[] {
  const { problems } = validateKind(String(value['kind']), String(value['apiVersion']), value);
  return problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function specOf(value: Json): unknown {
  const outcome = validateKind(String(value['kind']), String(value['apiVersion']), value);
  expect(outcome.problems).toEqual([]);
  return (outcome.value as { spec: unknown }).spec;
}

const data = [{ secretKey: 'user', remoteRef: { key: 'prod/db' } }];
const withRemoteRef = (more: Json, apiVersion = v1): Json =>
  externalSecret({ data: [{ secretKey: 'user', remoteRef: { key: 'k', ...more } }] }, apiVersion);
const withTemplateFrom = (from: Json): Json =>
  externalSecret({ data, target: { template: { templateFrom: [from] } } });

describe('what is refused', () => {
  test.each<{ reason: string; value: Json; problems: readonly string[] }>([
    {
      reason: 'a misspelt field, which is not also reported as missing',
      value: externalSecret({ data: [{ secretKey: 'user', remoteRf: { key: 'k' } }] }),
      problems: ['spec.data.0.remoteRf: unknown field; did you mean "remoteRef"?'],
    },
    {
      reason: 'a field that is like no other',
      value: withRemoteRef({ zzz: 'x' }),
      problems: [
        'spec.data.0.remoteRef.zzz: unknown field; allowed: key, property, version, metadataPolicy, nullBytePolicy, conversionStrategy, decodingStrategy',
      ],
    },
    {
      reason: 'a boolean where YAML 1.1 made one of y',
      value: withRemoteRef({ property: true }),
      problems: [
        'spec.data.0.remoteRef.property: must be text, and is a boolean: YAML reads y, n, yes, no, on and off without quotes as true or false; quote it',
      ],
    },
    {
      reason: 'a number where text is wanted',
      value: withRemoteRef({ version: 3 }),
      problems: [
        'spec.data.0.remoteRef.version: must be text, and is a number: YAML reads 017, 1_0, 1e3 and 0x1F without quotes as numbers; quote it',
      ],
    },
    {
      reason: 'a template without quotes, which YAML reads as a map',
      value: externalSecret({ data, target: { template: { data: { url: { '.user': null } } } } }),
      problems: [
        'spec.target.template.data.url: must be text, and is an object: quote it if it is a template that begins with {{',
      ],
    },
    {
      reason: 'null in a list, where nothing is pruned',
      value: externalSecret({ data: [null] }),
      problems: ['spec.data.0: must be an object, and is null: give it a value, or leave it out'],
    },
    {
      reason: 'null on a required field, which counts as absent',
      value: withRemoteRef({ key: null }),
      problems: ['spec.data.0.remoteRef.key: is missing, and required'],
    },
    {
      reason: 'a list where text is wanted',
      value: withRemoteRef({ property: ['a'] }),
      problems: ['spec.data.0.remoteRef.property: must be text, and is a list'],
    },
    {
      reason: 'text where a boolean is wanted',
      value: externalSecret({ data, target: { immutable: 'true' } }),
      problems: ['spec.target.immutable: must be true or false, and is text: remove the quotes'],
    },
    {
      reason: 'an enum value in the wrong case',
      value: externalSecret({ data, target: { creationPolicy: 'owner' } }),
      problems: [
        'spec.target.creationPolicy: "owner" is not allowed here; allowed: Owner, Orphan, Merge, None, CreateOrMerge; did you mean "Owner"?',
      ],
    },
    {
      reason: 'an empty enum value is not an absent one',
      value: withRemoteRef({ decodingStrategy: '' }),
      problems: [
        'spec.data.0.remoteRef.decodingStrategy: must not be empty; allowed: Auto, Base64, Base64URL, None',
      ],
    },
    {
      reason: 'an empty creationPolicy, engineVersion and name (trap 9)',
      value: externalSecret({
        data,
        target: { creationPolicy: '', name: '', template: { engineVersion: '' } },
      }),
      problems: [
        'spec.target.name: must not be empty',
        'spec.target.creationPolicy: must not be empty; allowed: Owner, Orphan, Merge, None, CreateOrMerge',
        'spec.target.template.engineVersion: must not be empty; allowed: v2',
      ],
    },
    {
      reason: 'a rewrite without operation, and an empty sourceRef (trap 8)',
      value: externalSecret({ dataFrom: [{ rewrite: [{}], sourceRef: {} }] }),
      problems: [
        'spec.dataFrom.0.rewrite.0: exactly one of merge, regexp, transform must be given, and none is',
        'spec.dataFrom.0.sourceRef: exactly one of storeRef, generatorRef must be given, and none is',
      ],
    },
    {
      reason: 'a rewrite with two operations',
      value: externalSecret({
        dataFrom: [
          { rewrite: [{ regexp: { source: 'a', target: 'b' }, transform: { template: 'x' } }] },
        ],
      }),
      problems: [
        'spec.dataFrom.0.rewrite.0: exactly one of merge, regexp, transform must be given, and there are 2: regexp, transform',
      ],
    },
    {
      reason: 'a name that is not a DNS name',
      value: externalSecret({ data, secretStoreRef: { name: 'UPPER' } }),
      problems: [
        'spec.secretStoreRef.name: must be lower-case letters, digits, "-" and "." only, each part between dots with a letter or digit at both ends',
      ],
    },
    {
      reason: 'a key that is too long',
      value: externalSecret({ data: [{ secretKey: 'k'.repeat(254), remoteRef: { key: 'k' } }] }),
      problems: ['spec.data.0.secretKey: must have at most 253 characters'],
    },
    {
      reason: 'a template source without items',
      value: withTemplateFrom({ configMap: { name: 'a' } }),
      problems: ['spec.target.template.templateFrom.0.configMap.items: is missing, and required'],
    },
    {
      reason: 'sync windows without a window',
      value: externalSecret({ data, syncWindows: { kind: 'allow', windows: [] } }),
      problems: ['spec.syncWindows.windows: must have at least 1 element'],
    },
    {
      reason: 'a target in lower case, in v1beta1 only',
      value: externalSecret(
        { data, target: { template: { templateFrom: [{ literal: 'a: b', target: 'labels' }] } } },
        v1beta1,
      ),
      problems: [
        'spec.target.template.templateFrom.0.target: "labels" is not allowed here; allowed: Data, Annotations, Labels; did you mean "Labels"?',
      ],
    },
    {
      reason: 'CreateOrMerge, which v1beta1 has not',
      value: externalSecret({ data, target: { creationPolicy: 'CreateOrMerge' } }, v1beta1),
      problems: [
        'spec.target.creationPolicy: "CreateOrMerge" is not allowed here; allowed: Owner, Orphan, Merge, None',
      ],
    },
    {
      reason: 'an apiVersion that has no schema',
      value: externalSecret({ data }, 'external-secrets.io/v1alpha1'),
      problems: [
        'apiVersion: ExternalSecret is read as external-secrets.io/v1 or external-secrets.io/v1beta1',
      ],
    },
    {
      reason: 'a kind that is the name of a JavaScript property',
      value: { apiVersion: v1, kind: 'constructor' },
      problems: [
        'kind: no kind that has a schema: ACRAccessToken, ClusterExternalSecret, ClusterGenerator, ClusterSecretStore, ECRAuthorizationToken, ExternalSecret, Fake, GCRAccessToken, MFA, Password, RenderConfig, SecretStore, SSHKey, STSSessionToken, UUID, VaultDynamicSecret, Webhook',
      ],
    },
    {
      reason: 'a misspelt provider',
      value: secretStore({ asw: {} }),
      problems: ['spec.provider.asw: unknown field; did you mean "aws"?'],
    },
    {
      reason: 'no provider',
      value: secretStore({}),
      problems: ['spec.provider: exactly one field must be given, and none is'],
    },
    {
      reason: 'two providers',
      value: secretStore({ akeyless: {}, gcpsm: {} }),
      problems: [
        'spec.provider: exactly one field must be given, and there are 2: akeyless, gcpsm',
      ],
    },
    {
      reason: 'a provider that only v1beta1 had',
      value: secretStore({ device42: {} }),
      problems: ['spec.provider.device42: unknown field'],
    },
    {
      reason: 'AWS without region, with a service of v1 only',
      value: secretStore({ aws: { service: 'CertificateManager' } }, {}, v1beta1),
      problems: [
        'spec.provider.aws.region: is missing, and required',
        'spec.provider.aws.service: "CertificateManager" is not allowed here; allowed: SecretsManager, ParameterStore',
      ],
    },
    {
      reason: 'fake data: what a key is called there may be a secret',
      value: secretStore({ fake: { data: [{ hunter2: 'hunter3' }, { key: '', value: '' }] } }),
      problems: [
        'spec.provider.fake.data.0.key: is missing, and required',
        'spec.provider.fake.data.0.value: is missing, and required',
        'spec.provider.fake.data.0: has an unknown field (not shown, it may be a secret); allowed: key, value, version',
        'spec.provider.fake.data.1.key: must not be empty',
        'spec.provider.fake.data.1.value: must not be empty',
      ],
    },
    {
      reason: 'more retries than an int32 holds, even as a bigint',
      value: secretStore({ akeyless: {} }, { retrySettings: { maxRetries: 2n ** 64n } }),
      problems: ['spec.retrySettings.maxRetries: must be 2147483647 or less'],
    },
    {
      reason: 'refreshInterval as text in v1beta1, where only seconds were',
      value: secretStore({ akeyless: {} }, { refreshInterval: '1h' }, v1beta1),
      problems: ['spec.refreshInterval: must be a whole number, and is text: remove the quotes'],
    },
    {
      reason: 'a ClusterExternalSecret: its own fields, and those of the ExternalSecret in it',
      value: {
        apiVersion: v1,
        kind: 'ClusterExternalSecret',
        metadata: { name: 'ces' },
        spec: {
          externalSecretSpec: { data: [{}] },
          namespaces: ['a.b'],
          namespaceSelectors: {},
          refreshTime: '1d',
        },
      },
      problems: [
        'spec.externalSecretSpec.data.0.remoteRef: is missing, and required',
        'spec.externalSecretSpec.data.0.secretKey: is missing, and required',
        'spec.namespaces.0: must be lower-case letters, digits and "-" only, with a letter or digit at both ends',
        'spec.namespaceSelectors: must be a list, and is an object',
        'spec.refreshTime: must be a Go duration such as 1h30m or 10s',
      ],
    },
    {
      reason: 'a RenderConfig whose parts are incomplete',
      value: {
        apiVersion: 'eso-render.dev/v1alpha1',
        kind: 'RenderConfig',
        spec: { serviceAccounts: [{ name: 'a' }], alowEmpty: true, stores: ['x'] },
      },
      problems: [
        'spec.serviceAccounts.0.namespace: is missing, and required',
        'spec.alowEmpty: unknown field; did you mean "allowEmpty"?',
        'spec.stores.0: must be an object, and is text',
      ],
    },
    {
      reason: 'a deadline of zero',
      value: {
        apiVersion: 'eso-render.dev/v1alpha1',
        kind: 'RenderConfig',
        spec: { deadline: '0s' },
      },
      problems: [
        'spec.deadline: must be a duration above zero with its unit, such as 45s or 1m30s',
      ],
    },
    {
      reason: 'a caBundle without a byte: the API server takes it for no base64',
      value: secretStore({ vault: { server: 'https://vault', caBundle: '' } }),
      problems: ['spec.provider.vault.caBundle: must not be empty'],
    },
    {
      reason:
        'an empty mount, which is not the usual one: the operator logs in at auth/login, where nothing is',
      value: secretStore({
        vault: {
          server: 'https://vault',
          auth: {
            appRole: { path: '', roleId: 'r', secretRef: { name: 's', key: 'k' } },
            userPass: { path: '', username: 'u' },
            ldap: { path: '', username: 'u' },
            jwt: { path: '' },
            kubernetes: { mountPath: '', role: 'r' },
          },
        },
      }),
      problems: [
        'appRole.path',
        'userPass.path',
        'ldap.path',
        'jwt.path',
        'kubernetes.mountPath',
      ].map((field) => `spec.provider.vault.auth.${field}: must not be empty`),
    },
    {
      reason: 'no metadata and no spec',
      value: { apiVersion: v1, kind: 'ExternalSecret' },
      problems: ['metadata: is missing, and required', 'spec: is missing, and required'],
    },
  ])('$reason', ({ value, problems }) => {
    expect([...check(value)].sort()).toEqual([...problems].sort());
  });
});

const selector = { name: 'aws-creds', namespace: 'shop', key: 'accessKey' };

describe('what is taken', () => {
  test.each<{ reason: string; value: Json }>([
    {
      reason: 'AWS with every field',
      value: secretStore(
        {
          aws: {
            service: 'CertificateManager',
            region: 'eu-west-1',
            role: 'arn:aws:iam::123456789012:role/last',
            additionalRoles: ['arn:aws:iam::123456789012:role/first'],
            externalID: 'id',
            prefix: 'prod/',
            sessionTags: [{ key: 'team', value: 'shop' }],
            transitiveTagKeys: ['team'],
            sessionTagsPolicy: 'Custom',
            customSessionTags: { team: 'shop' },
            secretsManager: { forceDeleteWithoutRecovery: false, recoveryWindowInDays: 7 },
            auth: {
              secretRef: {
                accessKeyIDSecretRef: selector,
                secretAccessKeySecretRef: selector,
                sessionTokenSecretRef: selector,
              },
              jwt: { serviceAccountRef: { name: 'eso', namespace: 'eso', audiences: ['x'] } },
            },
          },
        },
        {
          controller: 'dev',
          retrySettings: { maxRetries: 3, retryInterval: '10s' },
          conditions: [
            {},
            { namespaces: ['shop'], namespaceRegexes: ['^a'] },
            { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
          ],
          refreshInterval: 60,
        },
      ),
    },
    {
      reason: 'fake with every field',
      value: secretStore({
        fake: { data: [{ key: 'k', value: 'v', version: '1' }], validationResult: 0 },
      }),
    },
    {
      reason: 'a ClusterExternalSecret with every field',
      value: {
        apiVersion: v1,
        kind: 'ClusterExternalSecret',
        metadata: { name: 'ces' },
        spec: {
          externalSecretSpec: { data },
          externalSecretName: 'db',
          externalSecretMetadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
          namespaceSelector: {},
          namespaceSelectors: [{ matchLabels: { team: 'shop' } }],
          namespaces: ['shop'],
          refreshTime: '1h',
        },
      },
    },
    {
      reason: 'a RenderConfig with every field',
      value: {
        apiVersion: 'eso-render.dev/v1alpha1',
        kind: 'RenderConfig',
        metadata: { name: 'c', annotations: { 'config.kubernetes.io/function': 'exec' } },
        spec: {
          namespace: 'shop',
          allowEmpty: true,
          allowPlaintext: true,
          keepStores: true,
          allowGenericTargets: true,
          deadline: '1m30s',
          ambientCredentials: false,
          secretsDirectory: '/secrets',
          templatesDirectory: '/templates',
          stores: [secretStore({ akeyless: {} })],
          externalSecrets: [externalSecret({ data })],
          serviceAccounts: [
            { namespace: 'eso', name: 'eso', tokenFile: '/token', annotations: { a: 'b' } },
          ],
        },
      },
    },
    {
      reason: 'a store reference without name (fails later)',
      value: externalSecret({ data: [{ ...data[0], sourceRef: { storeRef: {} } }] }),
    },
    { reason: 'an empty remote key (fails later)', value: withRemoteRef({ key: '' }) },
    {
      reason: 'an empty template target (fails later)',
      value: withTemplateFrom({ literal: 'a: b', target: '' }),
    },
    {
      reason: 'a duration that does not decode (fails later)',
      value: externalSecret({ data, refreshInterval: '1d' }),
    },
    {
      reason: 'nullBytePolicy in v1beta1, whose API server drops it',
      value: withRemoteRef({ nullBytePolicy: 'Fail' }, v1beta1),
    },
    {
      reason: 'a provider whose fields are not known',
      value: secretStore({ akeyless: { server: 'x', what: 1 } }),
    },
    {
      reason: 'a provider that was removed after v1beta1',
      value: secretStore({ alibaba: {} }, {}, v1beta1),
    },
    {
      reason: 'refreshInterval of a v1 store as text',
      value: secretStore({ akeyless: {} }, { refreshInterval: '1h' }),
    },
    {
      reason: 'status, and fields of metadata that are not ours',
      value: {
        ...externalSecret({ data }),
        status: { x: 1 },
        metadata: { name: 'a', uid: 'u', ownerReferences: [], creationTimestamp: null },
      },
    },
    {
      reason: 'null on a field that has no default, which the API server prunes',
      value: withRemoteRef({ property: null }),
    },
    {
      reason: 'null labels, which Go reads as none',
      value: {
        ...externalSecret({ data }),
        metadata: { name: 'a', labels: null, namespace: null },
      },
    },
    {
      reason: 'a RenderConfig with an empty spec',
      value: { apiVersion: 'eso-render.dev/v1alpha1', kind: 'RenderConfig', spec: {} },
    },
  ])('$reason', ({ value }) => {
    expect(check(value)).toEqual([]);
  });
});

describe('defaults', () => {
  const target = { creationPolicy: 'Owner', deletionPolicy: 'Retain' };
  const template = { engineVersion: 'v2', mergePolicy: 'Replace' };
  const merge = {
    into: '',
    priorityPolicy: 'Strict',
    conflictPolicy: 'Error',
    strategy: 'Extract',
  };
  test.each<{ reason: string; given: Json; filled: Json; apiVersion?: string }>([
    { reason: 'no target', given: { data }, filled: { data, target } },
    { reason: 'an empty target', given: { data, target: {} }, filled: { data, target } },
    {
      reason: 'target: null counts as absent',
      given: { data, target: null },
      filled: { data, target },
    },
    {
      reason: 'null on a field with a default counts as absent',
      given: { data, target: { creationPolicy: null, template: { mergePolicy: null } } },
      filled: { data, target: { ...target, template } },
    },
    {
      reason: 'templateAs and the target of templateFrom',
      given: {
        data,
        target: { template: { templateFrom: [{ secret: { name: 's', items: [{ key: 'k' }] } }] } },
      },
      filled: {
        data,
        target: {
          ...target,
          template: {
            ...template,
            templateFrom: [
              {
                target: 'Data',
                secret: { name: 's', items: [{ key: 'k', templateAs: 'Values' }] },
              },
            ],
          },
        },
      },
    },
    {
      reason: 'rewrite.merge, all of it',
      given: { dataFrom: [{ find: {}, rewrite: [{ merge: {} }] }] },
      filled: { dataFrom: [{ find: {}, rewrite: [{ merge }] }], target },
    },
    {
      reason: "a generator's apiVersion",
      given: { dataFrom: [{ sourceRef: { generatorRef: { kind: 'Fake', name: 'f' } } }] },
      filled: {
        dataFrom: [
          {
            sourceRef: {
              generatorRef: {
                apiVersion: 'generators.external-secrets.io/v1alpha1',
                kind: 'Fake',
                name: 'f',
              },
            },
          },
        ],
        target,
      },
    },
    {
      reason: 'the remoteRef and find of v1beta1, which v1 leaves empty',
      apiVersion: v1beta1,
      given: { data, dataFrom: [{ find: {} }] },
      filled: {
        data: [
          {
            secretKey: 'user',
            remoteRef: {
              key: 'prod/db',
              metadataPolicy: 'None',
              conversionStrategy: 'Default',
              decodingStrategy: 'None',
            },
          },
        ],
        dataFrom: [{ find: { conversionStrategy: 'Default', decodingStrategy: 'None' } }],
        target,
      },
    },
  ])('$reason', ({ given, filled, apiVersion = v1 }) => {
    expect(specOf(externalSecret(given, apiVersion))).toEqual({
      refreshInterval: '1h0m0s',
      ...filled,
    });
  });

  test('are filled into a copy', () => {
    const given = externalSecret({ data });
    specOf(given);
    expect(given).toEqual(externalSecret({ data }));
  });

  test('a RenderConfig has none: options.ts has them', () => {
    const config = { apiVersion: 'eso-render.dev/v1alpha1', kind: 'RenderConfig', spec: {} };
    expect(specOf(config)).toEqual({});
  });
});
