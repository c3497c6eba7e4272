// Owns logging in with a token that Kubernetes has signed: the methods `kubernetes` and `jwt` (ESO 3.6).
// oxlint-disable-next-line eslint/no-restricted-imports -- a pod finds the token of its own ServiceAccount in a file
import { readFile } from 'node:fs/promises';
import { ProviderError, type Credentials } from '../../provider.ts';
import { loginAt, secretText, type Login } from '../../vault-api/login.ts';
import type { JwtAuth, KubernetesAuth } from './config.ts';

/** Kubernetes gives a token no shorter life. */
const shortestSeconds = 600;

/** Throws {@link ProviderError} `credentials`. */
export async function kubernetesLogin(
  { mount, role, source }: KubernetesAuth,
  credentials: Credentials,
): Promise<Login> {
  const jwt = await kubernetesToken(source, credentials);
  return loginAt('kubernetes', mount, { path: `auth/${mount}/login`, body: { jwt, role } });
}

async function kubernetesToken(
  source: KubernetesAuth['source'],
  credentials: Credentials,
): Promise<string> {
  switch (source.from) {
    case 'serviceAccount': {
      const { token } = await credentials.serviceAccount(source.ref);
      return textOf((await token(source.ref.audiences, shortestSeconds)).reveal());
    }
    case 'secret':
      return secretText(source.ref, credentials);
    default:
      return readPodToken(credentials);
  }
}

const podTokenPath = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** That of this process's pod. Throws {@link ProviderError} `credentials`. */
async function readPodToken({ ambient }: Pick<Credentials, 'ambient'>): Promise<string> {
  if (!ambient) {
    const message =
      "auth.kubernetes names no token, and the use of the environment's own ServiceAccount is not allowed";
    throw new ProviderError('credentials', message);
  }
  try {
    return await readFile(podTokenPath, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    const message = `auth.kubernetes names no token, and this process is in no pod that has one: ${podTokenPath} (${reason})`;
    throw new ProviderError('credentials', message);
  }
}

/** Throws {@link ProviderError} `credentials`. */
export async function jwtLogin(
  { mount, role, source }: JwtAuth,
  credentials: Credentials,
): Promise<Login> {
  const jwt = await jwtOf(source, credentials);
  return loginAt('jwt', mount, { path: `auth/${mount}/login`, body: { role, jwt } });
}

async function jwtOf(source: JwtAuth['source'], credentials: Credentials): Promise<string> {
  if (source.from === 'secret') return secretText(source.ref, credentials);
  const { ref, expirationSeconds } = source;
  const { token } = await credentials.serviceAccount(ref);
  return textOf((await token(ref.audiences, expirationSeconds)).reveal());
}

/** A projected token may have a line end behind it. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString().trim();
}
