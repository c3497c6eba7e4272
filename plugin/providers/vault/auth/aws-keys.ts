// Owns whose keys of AWS sign the login `iam` (ESO 3.6): those that a store names, a ServiceAccount's, or this pod's.
import {
  fromHttp,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from '@aws-sdk/credential-providers';
import type { AwsKeys } from '../../aws-signature.ts';
import { ProviderError, type OpenContext, type ServiceAccountRef } from '../../provider.ts';
import { secretText } from '../../vault-api/login.ts';
import { withSts, type StsConfig } from './aws-sts.ts';
import type { IamAuth } from './config.ts';

type Identity = Awaited<ReturnType<ReturnType<typeof fromTemporaryCredentials>>>;
type Source = (clientConfig: StsConfig) => Promise<Identity>;

/** ESO's; a trust policy may ask for it. */
const roleSessionName = 'external-secrets-provider-vault';

/** What is read of the store's own is read now, what is asked of AWS later. Throws {@link ProviderError} `credentials`. */
export async function awsKeysOf(
  auth: IamAuth,
  context: OpenContext,
): Promise<(signal: AbortSignal) => Promise<AwsKeys>> {
  const first = await sourceOf(auth.source, context);
  const { region, awsRole, externalID } = auth;
  const source: Source = async (clientConfig) => {
    const masterCredentials = await first(clientConfig);
    if (awsRole === '') return masterCredentials;
    const ExternalId = externalID === '' ? {} : { ExternalId: externalID };
    const params = { RoleArn: awsRole, RoleSessionName: roleSessionName, ...ExternalId };
    return fromTemporaryCredentials({ masterCredentials, params, clientConfig })();
  };
  return async (signal) => {
    const {
      accessKeyId,
      secretAccessKey,
      sessionToken = '',
    } = await withSts(source, {
      region,
      env: context.env,
      signal,
    });
    return { accessKeyID: accessKeyId, secretAccessKey, sessionToken };
  };
}

async function sourceOf(source: IamAuth['source'], context: OpenContext): Promise<Source> {
  switch (source.from) {
    case 'serviceAccount':
      return serviceAccountSource(source.ref, context);
    case 'secret':
      return secretSource(source, context);
    default:
      return podSource(context);
  }
}

async function secretSource(
  refs: Extract<IamAuth['source'], { readonly from: 'secret' }>,
  { credentials }: OpenContext,
): Promise<Source> {
  const accessKeyId = await secretText(refs.accessKeyID, credentials);
  const secretAccessKey = await secretText(refs.secretAccessKey, credentials);
  const { sessionToken: ref } = refs;
  const token = ref === undefined ? {} : { sessionToken: await secretText(ref, credentials) };
  return async () => ({ accessKeyId, secretAccessKey, ...token });
}

const roleAnnotation = 'eks.amazonaws.com/role-arn';
const audienceAnnotation = 'eks.amazonaws.com/audience';

/** IAM roles for service accounts: the role is named by the ServiceAccount's annotation. */
async function serviceAccountSource(
  ref: ServiceAccountRef,
  { credentials }: OpenContext,
): Promise<Source> {
  const { annotations, token } = await credentials.serviceAccount(ref);
  const roleArn = annotations[roleAnnotation] ?? '';
  if (roleArn === '') {
    const message = `ServiceAccount "${ref.namespace}/${ref.name}" has no annotation ${roleAnnotation}, which names the role to assume`;
    throw new ProviderError('credentials', message);
  }
  const audience = annotations[audienceAnnotation] || 'sts.amazonaws.com';
  const bytes = (await token([audience, ...ref.audiences])).reveal();
  const webIdentityToken = Buffer.from(bytes).toString().trim();
  return (clientConfig) =>
    fromWebToken({ roleArn, roleSessionName, webIdentityToken, clientConfig })();
}

/** As EKS gives it to a pod: a web identity, or the agent of Pod Identity. */
function podSource({ credentials, env }: OpenContext): Source {
  if (!credentials.ambient) {
    const message =
      "auth.iam names no credentials, and the use of the environment's own identity is not allowed";
    throw new ProviderError('credentials', message);
  }
  const { AWS_WEB_IDENTITY_TOKEN_FILE: webIdentityTokenFile, AWS_ROLE_ARN: roleArn } = env;
  if (webIdentityTokenFile) {
    const role = roleArn === undefined ? {} : { roleArn };
    return (clientConfig) =>
      fromTokenFile({ webIdentityTokenFile, roleSessionName, ...role, clientConfig })();
  }
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri } = env;
  if (!uri) {
    const message =
      'no AWS authentication method found: auth.iam names no credentials, and the environment has neither AWS_WEB_IDENTITY_TOKEN_FILE nor AWS_CONTAINER_CREDENTIALS_FULL_URI';
    throw new ProviderError('credentials', message);
  }
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const authorization = file ? { awsContainerAuthorizationTokenFile: file } : {};
  return () => fromHttp({ awsContainerCredentialsFullUri: uri, ...authorization, maxRetries: 0 })();
}
