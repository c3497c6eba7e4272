// Owns what of the spec of an `aws` store, or of a generator of AWS, makes a difference at run time: whom it speaks to, and as whom (ESO 3.4).
import type { SecretKeyRef, ServiceAccountRef, StoreScope } from '../provider.ts';
import { fieldsOf, listOf, secretKeyRef, serviceAccountRef, textOf, textsOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Everything that decides over a request and its identity, and nothing else: two stores with an equal one are one. */
export type AwsConfig = {
  /** SecretsManager, ParameterStore or CertificateManager; of a generator ECR, ECRPublic or STS. */
  readonly service: string;
  readonly region: string;
  /** Stands before every key that is read. */
  readonly prefix: string;
  readonly auth: AwsAuth;
  /** Assumed one after another. */
  readonly roles: readonly AwsRole[];
};

export type AwsAuth =
  | { readonly kind: 'serviceAccount'; readonly ref: ServiceAccountRef }
  | {
      readonly kind: 'secret';
      readonly accessKeyID: SecretKeyRef;
      readonly secretAccessKey: SecretKeyRef;
      readonly sessionToken: SecretKeyRef | undefined;
    }
  /** The SDK's default chain. */
  | { readonly kind: 'ambient' };

export type AwsRole = {
  readonly arn: string;
  readonly externalID: string;
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
};

type SessionTag = { readonly key: string; readonly value: string };

/** The session tags that `sessionTagsPolicy` adds and nobody else may set. */
export const ownSessionTags: readonly string[] = ['esoNamespace', 'esoStoreName', 'esoStoreKind'];

const titles: ReadonlyMap<string, string> = new Map([
  ['SecretsManager', 'AWS Secrets Manager'],
  ['ParameterStore', 'AWS Parameter Store'],
  ['CertificateManager', 'AWS Certificate Manager'],
  ['ECR', 'Amazon ECR'],
  ['ECRPublic', 'Amazon ECR Public'],
  ['STS', 'AWS STS'],
]);

export function awsConfig(spec: Spec, scope: StoreScope): AwsConfig {
  return {
    service: textOf(spec['service']),
    region: textOf(spec['region']),
    prefix: textOf(spec['prefix']),
    auth: authOf(fieldsOf(spec['auth']), scope),
    roles: rolesOf(spec, scope),
  };
}

/** A generator's role has neither external ID nor tags, and a key goes before a ServiceAccount. */
export function awsGeneratorConfig(service: string, spec: Spec, scope: StoreScope): AwsConfig {
  const { region, role } = spec;
  const { secretRef, jwt } = fieldsOf(spec['auth']);
  const auth = secretRef === undefined ? { jwt } : { secretRef };
  return awsConfig({ service, region, role, auth }, scope);
}

/** `AWS Secrets Manager, eu-west-1`. */
export function awsTitle({ service, region }: AwsConfig): string {
  return `${titles.get(service) ?? service}, ${region}`;
}

function authOf(auth: Spec, scope: StoreScope): AwsAuth {
  if (auth['jwt'] !== undefined) {
    const ref = serviceAccountRef(fieldsOf(auth['jwt'])['serviceAccountRef'], scope);
    return { kind: 'serviceAccount', ref };
  }
  if (auth['secretRef'] === undefined) return { kind: 'ambient' };
  const refs = fieldsOf(auth['secretRef']);
  const sessionToken = refs['sessionTokenSecretRef'];
  return {
    kind: 'secret',
    accessKeyID: secretKeyRef(refs['accessKeyIDSecretRef'], scope),
    secretAccessKey: secretKeyRef(refs['secretAccessKeySecretRef'], scope),
    sessionToken: sessionToken === undefined ? undefined : secretKeyRef(sessionToken, scope),
  };
}

/** Only `role` is assumed with an external ID and tags. */
function rolesOf(spec: Spec, scope: StoreScope): readonly AwsRole[] {
  const bare = { externalID: '', tags: [], transitiveTagKeys: [] };
  const roles = textsOf(spec['additionalRoles']).map((arn) => ({ arn, ...bare }));
  const arn = textOf(spec['role']);
  if (arn === '') return roles;
  const last = {
    arn,
    externalID: textOf(spec['externalID']),
    tags: sessionTags(spec, scope),
    transitiveTagKeys: textsOf(spec['transitiveTagKeys']),
  };
  return [...roles, last];
}

/** Under a policy ESO's own tags take the place of `sessionTags`. */
function sessionTags(spec: Spec, { namespace, name, kind }: StoreScope): readonly SessionTag[] {
  const policy = textOf(spec['sessionTagsPolicy']);
  if (policy !== 'Simple' && policy !== 'Custom') {
    return listOf(spec['sessionTags'])
      .map(fieldsOf)
      .map(({ key, value }) => ({ key: textOf(key), value: textOf(value) }));
  }
  const own = [
    { key: 'esoNamespace', value: namespace },
    { key: 'esoStoreName', value: name },
    { key: 'esoStoreKind', value: kind },
  ];
  return policy === 'Custom' ? [...own, ...customTags(fieldsOf(spec['customSessionTags']))] : own;
}

/** Sorted, so that the order in the manifest makes no difference; an empty key or value is dropped. */
function customTags(tags: Spec): readonly SessionTag[] {
  return Object.keys(tags)
    .sort()
    .map((key) => ({ key, value: textOf(tags[key]) }))
    .filter(({ key, value }) => key !== '' && value !== '' && !ownSessionTags.includes(key));
}
