// Owns who asks the API server, as the store says: a token, a client certificate, a ServiceAccount, or a kubeconfig.
import { createSecureContext } from 'node:tls';
import { type KubeContext, type Material, readKubeconfig } from '../../k8s/kubeconfig.ts';
import type { SecretBytes } from '../../secret-bytes.ts';
import { readCa } from '../ca.ts';
import type { TlsOptions } from '../http/agents.ts';
import { ProviderError, type Credentials, type SecretKeyRef } from '../provider.ts';
import type { Access, KubeconfigAccess, KubernetesAuth, ServerAccess } from './config.ts';
import { serverUrl } from './config.ts';
import type { Identity } from './session.ts';

/** ESO asks for this (providers/v1/kubernetes). */
const tokenSeconds = 3600;

/** Throws {@link ProviderError} `credentials`. */
export async function identityOf(access: Access, credentials: Credentials): Promise<Identity> {
  return access.kind === 'kubeconfig'
    ? kubeconfigIdentity(access, credentials)
    : serverIdentity(access, credentials);
}

async function serverIdentity(
  { url, ca, auth }: ServerAccess,
  credentials: Credentials,
): Promise<Identity> {
  const trusted = await readCa(ca, credentials);
  const { tls = {}, ...own } = await authIdentity(auth, credentials);
  return {
    server: url,
    tls: usable({ ...tls, ...(trusted === undefined ? {} : { ca: trusted }) }),
    ...own,
  };
}

async function authIdentity(
  auth: KubernetesAuth,
  credentials: Credentials,
): Promise<Partial<Identity>> {
  switch (auth.kind) {
    case 'token':
      return { authorization: bearer(await credentials.secretKey(auth.ref), titleOf(auth.ref)) };
    case 'serviceAccount': {
      const account = await credentials.serviceAccount(auth.ref);
      const title = `the token of ServiceAccount "${auth.ref.namespace}/${auth.ref.name}"`;
      const renew = async (): Promise<string> =>
        bearer(await account.token(auth.ref.audiences, tokenSeconds), title);
      return { authorization: await renew(), renew };
    }
    case 'certificate':
      return {
        tls: {
          cert: textOf(await credentials.secretKey(auth.certificate)),
          key: textOf(await credentials.secretKey(auth.key)),
        },
      };
    default:
      return {};
  }
}

/**
 * The kubeconfig is whoever wrote the store's, and not the operator's of this process: nothing in it may run a program or
 * read a file here, and nothing in it may switch off what proves who the server is.
 */
async function kubeconfigIdentity(
  { ref }: KubeconfigAccess,
  credentials: Credentials,
): Promise<Identity> {
  const bytes = (await credentials.secretKey(ref)).reveal();
  const outcome = readKubeconfig([{ bytes, folder: '/' }]);
  if (!outcome.ok) throw unusable(ref, outcome.message);
  const { context } = outcome;
  const refused = refusedFields(context);
  if (refused.length > 0) {
    throw unusable(
      ref,
      `a kubeconfig of a store may not have ${refused.join(', ')}: put certificates and tokens into it as data`,
    );
  }
  return identityOfContext(context, titleOf(ref));
}

/** `title` names the kubeconfig. Its material is to be data. Throws {@link ProviderError} `credentials`. */
export function identityOfContext(context: KubeContext, title: string): Identity {
  const { ca, tlsServerName, skipsTlsVerify, user } = context;
  const authorization = authorizationOf(user, title);
  return {
    server: serverUrl(context.server),
    tls: usable({
      ...(ca === undefined ? {} : { ca: dataOf(ca) }),
      ...(tlsServerName === '' ? {} : { servername: tlsServerName }),
      ...(skipsTlsVerify ? { rejectUnauthorized: false } : {}),
      ...(user.certificate === undefined ? {} : { cert: dataOf(user.certificate) }),
      ...(user.key === undefined ? {} : { key: dataOf(user.key) }),
    }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

function authorizationOf({ token, basic }: KubeContext['user'], title: string): string | undefined {
  if (token !== undefined && 'data' in token) return bearer(token.data, title);
  if (basic === undefined) return undefined;
  const pair = `${basic.username}:${textOf(basic.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function dataOf(material: Material): string {
  return 'data' in material ? textOf(material.data) : '';
}

function refusedFields({ ca, skipsTlsVerify, user, unsupported }: KubeContext): readonly string[] {
  const isFile = (material: Material | undefined): boolean =>
    material !== undefined && 'file' in material;
  const fields = [
    { field: 'exec', is: user.exec !== undefined },
    { field: 'tokenFile', is: isFile(user.token) },
    { field: 'client-certificate', is: isFile(user.certificate) },
    { field: 'client-key', is: isFile(user.key) },
    { field: 'certificate-authority', is: isFile(ca) },
    { field: 'insecure-skip-tls-verify', is: skipsTlsVerify },
  ];
  return [...fields.filter(({ is }) => is).map(({ field }) => field), ...unsupported];
}

/** As the header has it. White space, mostly a line end, could not even be sent. */
function bearer(token: SecretBytes, title: string): string {
  const text = textOf(token);
  if (/^[\x21-\x7e]+$/.test(text)) return `Bearer ${text}`;
  throw new ProviderError(
    'credentials',
    `${title} holds no bearer token: it is empty, or has a line end or other white space in it`,
  );
}

/** Node would say it at the first request only. */
function usable(tls: TlsOptions): TlsOptions {
  try {
    createSecureContext(tls);
    return tls;
  } catch {
    throw new ProviderError(
      'credentials',
      'the client certificate and its key are not PEM that belongs together',
    );
  }
}

function unusable(ref: SecretKeyRef, message: string): ProviderError {
  return new ProviderError('credentials', `the kubeconfig in ${titleOf(ref)}: ${message}`);
}

function titleOf({ namespace, name, key }: SecretKeyRef): string {
  return `key "${key}" of Secret "${namespace}/${name}"`;
}

function textOf(value: SecretBytes): string {
  return new TextDecoder().decode(value.reveal());
}
