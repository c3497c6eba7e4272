// Owns what is compared with the operator: stores, and what there is to read in each. The backends hold what the recorded cases have.
import * as fc from 'fast-check';
import { secretManifest, storeManifest } from '../store-input.ts';
import {
  externalSecretSpec,
  findByName,
  findByTags,
  type Names,
  type Spec,
} from './spec-arbitrary.ts';

export type Area = {
  readonly reason: string;
  /** Store and credentials. */
  readonly manifests: fc.Arbitrary<readonly Spec[]>;
  readonly spec: fc.Arbitrary<Spec>;
};

const documents: readonly (readonly [key: string, value: string])[] = [
  [
    'json',
    '{"user":"admin","n":1.50,"i":12345678901234567890,"t":true,"nul":null,"list":["a","b"],"dot.key":"lit","dot":{"key":"nested"},"html":"<&>","e":{"f":[1, 2]}}',
  ],
  ['plain', 'hello'],
  ['base64', 'dGVzdA=='],
  ['base64url', '_-8='],
  ['list', '[1,{"x":"y"}]'],
  ['odd', '{"a/b":"1","c d":"2","é":"3","½":"4"}'],
  ['collide', '{"a/b":"1","a b":"2"}'],
  ['broken', '{"a":'],
  ['null', 'null'],
  ['app/one', '{"v":"1"}'],
  ['app/two', 'two'],
];

const properties = [
  'user',
  'n',
  'i',
  't',
  'nul',
  'list',
  'list.0',
  'list.#',
  'dot.key',
  'dot\\.key',
  'html',
  'e',
  'e.f.1',
  'a',
  'b',
  'x.y',
  'zz',
  '@this',
  '@keys',
  '{user,n}',
  'username',
  'password',
  'port',
  'nested',
  'nested.a.b',
  'v',
  'big',
  'f',
  'json.x',
  'key',
];

const fake: Names = {
  keys: [...documents.map(([key]) => key), 'none'],
  properties,
  versions: ['v1'],
  metadata: true,
  finds: findByName(['^app/', '.*', 'zz', '(', '(?i)APP', '^(odd|json)$'], []),
};

const secretsManager: Names = {
  keys: [
    'prod/db',
    'plain',
    'bin',
    'binjson',
    'app/one',
    'app/two',
    'arr',
    'gone',
    'pre-db',
    'db',
    'b64',
    'none',
  ],
  properties,
  versions: ['AWSCURRENT', 'AWSPREVIOUS', 'none', 'uuid/11111111-1111-1111-1111-111111111111'],
  metadata: true,
  finds: fc.oneof(
    findByName(['^app/', 'db$', '^pre-', 'zz', '(', 'one|two'], ['app', 'app/', 'prod']),
    findByTags([{ team: 'a' }, { team: 'a', tier: 'web' }, { team: 'zz' }], ['app', 'prod']),
  ),
};

const parameterStore: Names = {
  keys: [
    '/prod/db/user',
    '/prod/db/pass',
    '/prod/json',
    '/prod/list',
    'flat',
    'pre-flat',
    '/flat',
    '/prod/db',
    'none',
  ],
  properties,
  versions: ['1', '2', '9', 'stable', 'none'],
  metadata: true,
  finds: fc.oneof(
    findByName(['.*', 'db', 'user$', '^flat', 'zz', '('], ['/prod', '/prod/', '/dev', '/none']),
    findByTags([{ env: 'prod' }, { env: 'prod', k: 'v' }, { env: 'zz' }], ['/prod', '/dev']),
  ),
};

const vault: Names = {
  keys: [
    'app/db',
    'app/web',
    'app/deleted',
    'top',
    'data/odd',
    'odd',
    'empty',
    'none',
    'kv/app/db',
    'kv/data/app/db',
    'data/app/db',
    '/top',
    'app',
    'sub/x',
    'kv1/app',
    's',
  ],
  properties,
  versions: ['1', '2', '9', '0'],
  metadata: false,
  finds: findByName(['.*', '^app/', 'db$', 'zz', '('], ['app', 'app/', 'none', 'sub']),
};

const key = (name: string): Spec => ({ name: 'credentials', key: name });

const awsAuth = {
  secretRef: { accessKeyIDSecretRef: key('id'), secretAccessKeySecretRef: key('secret') },
};

function aws(service: string, names: Names, prefixes: readonly string[]): Area {
  const store = fc
    .constantFrom(undefined, undefined, undefined, ...prefixes)
    .map((prefix) => [
      storeManifest({ aws: { service, region: 'us-east-1', auth: awsAuth, prefix } }),
      secretManifest('credentials', { id: 'AKIAX', secret: 's' }),
    ]);
  return { reason: `AWS ${service}`, manifests: store, spec: externalSecretSpec(names) };
}

const vaultMount = fc.constantFrom<Spec>(
  { path: 'kv', version: 'v2' },
  { path: 'kv', version: 'v2' },
  { path: 'kv' },
  { path: 'kv1', version: 'v1' },
  { path: 'team/kv', version: 'v2' },
  { path: 'none', version: 'v2' },
);

/** Stands in the cases for the server of the run. */
export const vaultServer = 'http://vault.invalid';

const vaultAuth = { tokenSecretRef: key('token') };

export const areas: readonly Area[] = [
  {
    reason: 'fake',
    manifests: fc.constant([
      storeManifest({ fake: { data: documents.map(([name, value]) => ({ key: name, value })) } }),
    ]),
    spec: externalSecretSpec(fake),
  },
  aws('SecretsManager', secretsManager, ['pre-', 'app/']),
  aws('ParameterStore', parameterStore, ['pre-', '/prod']),
  {
    reason: 'Vault',
    manifests: vaultMount.map((mount) => [
      storeManifest({ vault: { server: vaultServer, auth: vaultAuth, ...mount } }),
      secretManifest('credentials', { token: 'root' }),
    ]),
    spec: externalSecretSpec(vault),
  },
];
