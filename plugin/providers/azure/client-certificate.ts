// Owns the certificate of an application: the JWT that its key signs, as Entra ID wants one.
import {
  constants,
  createHash,
  createPrivateKey,
  randomUUID,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { ProviderError } from '../provider.ts';
import { assertionProof, type Proof } from './application.ts';

/** As long as Microsoft's own libraries make one good for. */
const lifetimeSeconds = 600;

/** Of PEM texts in any order; `place` says where they are. Throws {@link ProviderError} `credentials`. */
export function certificateProof(pem: string, clientID: string, place: string): Proof {
  const key = privateKeyIn(pem, place);
  const certificate = certificateFor(key, pem, place);
  const header = encoded({
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    // Lets an application trust every certificate of a subject: a renewed one is taken without being registered.
    x5c: [certificate.raw.toString('base64')],
  });
  return async (audience) => {
    const nbf = Math.floor(Date.now() / 1000);
    const exp = nbf + lifetimeSeconds;
    const claims = { aud: audience, iss: clientID, sub: clientID, jti: randomUUID(), nbf, exp };
    const content = `${header}.${encoded(claims)}`;
    return assertionProof(`${content}.${signed(content, key)}`);
  };
}

function signed(content: string, key: KeyObject): string {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  return sign('sha256', Buffer.from(content), { key, padding, saltLength }).toString('base64url');
}

function privateKeyIn(pem: string, place: string): KeyObject {
  const [block = ''] = blocksIn(pem).filter((text) => text.includes('PRIVATE KEY-----'));
  try {
    const key = createPrivateKey(block);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // The parser's words may quote the key.
  }
  throw new ProviderError('credentials', `${place} holds no RSA key in PEM form`);
}

/** The one of the key: those of its issuers may stand around it. */
function certificateFor(key: KeyObject, pem: string, place: string): X509Certificate {
  for (const block of blocksIn(pem)) {
    const certificate = certificateIn(block);
    if (certificate?.checkPrivateKey(key) === true) return certificate;
  }
  const message = `${place} holds no certificate in PEM form that belongs to its key`;
  throw new ProviderError('credentials', message);
}

function certificateIn(block: string): X509Certificate | undefined {
  if (!block.startsWith('-----BEGIN CERTIFICATE-----')) return undefined;
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function blocksIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN ([A-Z ]+)-----[^-]*-----END \1-----/g) ?? [];
}

function encoded(value: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
