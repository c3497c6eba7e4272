// Owns as whom AWS is asked (ESO 3.4): the credentials that a store names, and the roles assumed with them.
import {
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from '@aws-sdk/credential-providers';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import {
  ProviderError,
  type OpenContext,
  type SecretKeyRef,
  type ServiceAccountRef,
} from '../provider.ts';
import type { SecretBytes } from '../../secret-bytes.ts';
import type { AwsAuth, AwsConfig, AwsRole } from './config.ts';
import { createWire, type ClientConfig, type Wire } from './wire.ts';

type Identity = Awaited<ReturnType<ReturnType<typeof fromTemporaryCredentials>>>;

export type AwsSession = {
  /** For the constructor of the service's client. `destroy` of that client ends the connections. */
  readonly clientConfig: ClientConfig<NodeHttpHandler> & { readonly credentials: Identity };
  readonly send: Wire['send'];
};

const roleAnnotation = 'eks.amazonaws.com/role-arn';
const audienceAnnotation = 'eks.amazonaws.com/audience';
const defaultAudience = 'sts.amazonaws.com';
/** ESO's name of a session that comes of a ServiceAccount; a trust policy may ask for it. */
const webIdentitySession = 'external-secrets-provider-aws';
const roleSession = 'eso-render';

/** Without one the SDK writes its remarks on the environment to stderr. */
const silentLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Gets the credentials and assumes the roles, once for the store. Throws {@link ProviderError}. */
export async function openSession(config: AwsConfig, context: OpenContext): Promise<AwsSession> {
  const wire = createWire(config, context);
  try {
    let credentials = await firstIdentity(config, context, wire);
    for (const role of config.roles) credentials = await assumeRole(role, credentials, wire);
    return { clientConfig: { ...wire.service, credentials }, send: wire.send };
  } catch (error) {
    wire.destroy();
    throw error;
  }
}

function firstIdentity(
  { auth, region }: AwsConfig,
  context: OpenContext,
  wire: Wire,
): Promise<Identity> {
  if (auth.kind === 'serviceAccount') return webIdentity(auth.ref, context, wire);
  if (auth.kind === 'secret') return secretIdentity(auth, context);
  return ambientIdentity(region, context, wire);
}

async function secretIdentity(
  { accessKeyID, secretAccessKey, sessionToken }: Extract<AwsAuth, { readonly kind: 'secret' }>,
  context: OpenContext,
): Promise<Identity> {
  const keys = {
    accessKeyId: await credentialText(accessKeyID, context),
    secretAccessKey: await credentialText(secretAccessKey, context),
  };
  if (sessionToken === undefined) return keys;
  return { ...keys, sessionToken: await credentialText(sessionToken, context) };
}

/** White space, mostly a line end, would only be seen as a signature that does not match. */
async function credentialText(ref: SecretKeyRef, { credentials }: OpenContext): Promise<string> {
  const text = new TextDecoder().decode((await credentials.secretKey(ref)).reveal());
  if (text !== '' && !/\s/.test(text)) return text;
  const problem = text === '' ? 'is empty' : 'holds white space, maybe a line end';
  throw new ProviderError(
    'credentials',
    `key "${ref.key}" of Secret "${ref.namespace}/${ref.name}" ${problem}`,
  );
}

/** The SDK's default chain: it reads this process's own environment, files and metadata services. */
async function ambientIdentity(
  region: string,
  { credentials }: OpenContext,
  { send, chain }: Wire,
): Promise<Identity> {
  if (!credentials.ambient) {
    const message =
      "the store has no auth, and the use of the environment's own identity is not allowed";
    throw new ProviderError('credentials', message);
  }
  return send({
    operation: 'the default credential chain',
    send: (signal) => {
      const provider = fromNodeProviderChain({
        logger: silentLogger,
        clientConfig: chain(signal),
      });
      return provider({ callerClientConfig: { region: async () => region } });
    },
  });
}

/**
 * IAM roles for service accounts: the role is named by the ServiceAccount's annotation. Where there is no token of that
 * ServiceAccount, the web identity of this process stands in for it, if its use is allowed.
 */
async function webIdentity(
  ref: ServiceAccountRef,
  { credentials, env }: OpenContext,
  { send, sts }: Wire,
): Promise<Identity> {
  const account = `ServiceAccount "${ref.namespace}/${ref.name}"`;
  const own = credentials.ambient ? env : {};
  const { annotations, token } = await credentials.serviceAccount(ref);
  const roleArn = annotations[roleAnnotation] || own['AWS_ROLE_ARN'] || '';
  if (roleArn === '') {
    const message = `${account} has no annotation ${roleAnnotation}, which names the role to assume`;
    throw new ProviderError('credentials', message);
  }
  const audience = annotations[audienceAnnotation] || defaultAudience;
  const identity = { roleArn, roleSessionName: webIdentitySession };
  const source = await tokenSource(() => token([audience, ...ref.audiences]), own);
  return send({
    operation: 'AssumeRoleWithWebIdentity',
    attempt: `role ${roleArn} for ${account}`,
    send: (signal) => {
      const clientConfig = sts(signal);
      return 'file' in source
        ? fromTokenFile({ ...identity, webIdentityTokenFile: source.file, clientConfig })()
        : fromWebToken({ ...identity, webIdentityToken: source.token, clientConfig })();
    },
  });
}

async function tokenSource(
  token: () => Promise<SecretBytes>,
  env: OpenContext['env'],
): Promise<{ readonly token: string } | { readonly file: string }> {
  try {
    return { token: new TextDecoder().decode((await token()).reveal()) };
  } catch (error) {
    const file = env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '';
    if (file === '' || !(error instanceof ProviderError)) throw error;
    return { file };
  }
}

function assumeRole(
  { arn, externalID, tags, transitiveTagKeys }: AwsRole,
  masterCredentials: Identity,
  { send, sts }: Wire,
): Promise<Identity> {
  const params = {
    RoleArn: arn,
    RoleSessionName: roleSession,
    ...(externalID !== '' && { ExternalId: externalID }),
    ...(tags.length > 0 && { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    ...(transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...transitiveTagKeys] }),
  };
  return send({
    operation: 'AssumeRole',
    attempt: `role ${arn}`,
    send: (signal) =>
      fromTemporaryCredentials({ masterCredentials, params, clientConfig: sts(signal) })(),
  });
}
