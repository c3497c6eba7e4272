// Owns the CA certificates that a store names: `caBundle` in its spec, or `caProvider`, a key of a Secret or ConfigMap.
import { X509Certificate } from 'node:crypto';
import {
  ProviderError,
  type Credentials,
  type SecretKeyRef,
  type SpecProblem,
  type StoreScope,
} from './provider.ts';
import { fieldsOf, referenceProblems, textOf } from './spec.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Where the certificates are. */
export type CaSource =
  | { readonly from: 'bundle'; readonly base64: string }
  | { readonly from: 'Secret' | 'ConfigMap'; readonly ref: SecretKeyRef };

/** The fields `caBundle` and `caProvider` of `spec` (ESO 1.4); the bundle wins. Undefined: neither is there. */
export function caSource(spec: Spec, scope: StoreScope): CaSource | undefined {
  const base64 = textOf(spec['caBundle']);
  if (base64 !== '') return { from: 'bundle', base64 };
  if (spec['caProvider'] === undefined) return undefined;
  const provider = fieldsOf(spec['caProvider']);
  const own = scope.kind === 'ClusterSecretStore' ? textOf(provider['namespace']) : '';
  const ref = {
    namespace: own === '' ? scope.namespace : own,
    name: textOf(provider['name']),
    key: textOf(provider['key']),
  };
  return { from: provider['type'] === 'ConfigMap' ? 'ConfigMap' : 'Secret', ref };
}

/**
 * The certificates as PEM, or undefined where the store names none. A text that is no PEM is taken for base64 of one, as
 * ESO does. Throws {@link ProviderError} `credentials`.
 */
export async function readCa(
  source: CaSource | undefined,
  credentials: Pick<Credentials, 'secretKey' | 'configMapKey'>,
): Promise<string | undefined> {
  if (source === undefined) return undefined;
  const text = new TextDecoder().decode(await caBytes(source, credentials));
  const pem = [text, Buffer.from(text, 'base64').toString()].find(holdsCertificate);
  if (pem !== undefined) return pem;
  const where =
    source.from === 'bundle'
      ? 'caBundle'
      : `caProvider (key "${source.ref.key}" of ${source.from} "${source.ref.namespace}/${source.ref.name}")`;
  throw new ProviderError('credentials', `${where} holds no certificate in PEM form`);
}

async function caBytes(
  source: CaSource,
  credentials: Pick<Credentials, 'secretKey' | 'configMapKey'>,
): Promise<Uint8Array> {
  switch (source.from) {
    case 'bundle':
      return Buffer.from(source.base64, 'base64');
    case 'ConfigMap':
      return credentials.configMapKey(source.ref);
    default:
      return (await credentials.secretKey(source.ref)).reveal();
  }
}

/** Whether the first certificate can be read; the others are for TLS to judge. */
function holdsCertificate(pem: string): boolean {
  try {
    return pem.includes('-----BEGIN') && new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** ESO's rules for `caProvider`: a ClusterSecretStore has to name a namespace, a SecretStore none but its own. */
export function caProblems(
  spec: Spec,
  store: Parameters<typeof referenceProblems>[2],
): readonly SpecProblem[] {
  if (spec['caProvider'] === undefined) return [];
  if (store.kind === 'SecretStore') return referenceProblems(spec, ['caProvider'], store);
  if (textOf(fieldsOf(spec['caProvider'])['namespace']) !== '') return [];
  return [
    {
      path: ['caProvider', 'namespace'],
      message: 'is missing, and required in a ClusterSecretStore',
    },
  ];
}
