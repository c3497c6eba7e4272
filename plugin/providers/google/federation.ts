// Owns workload identity federation (ESO 3.5): a foreign token, exchanged at Google's STS, and maybe impersonation.
import { ProviderError, type ObjectRef, type SecretKeyRef } from '../provider.ts';
import { objectIn } from '../http/answer.ts';
import type { Network } from '../http/wires.ts';
import type { FederationSubject, WorkloadIdentityFederation } from './config.ts';
import type { AwsKeys } from '../aws-signature.ts';
import { awsIdentityToken, awsRequestType } from './aws-identity.ts';
import { accessTokenIn, exchangeParameters, hour, impersonate, jwtType } from './exchange.ts';
import { credentialConfig, type ExternalAccount } from './external-account.ts';
import { subjectToken } from './subject-token.ts';
import type { AuthContext, TokenSource } from './token-source.ts';
import { serviceAccountAnnotation } from './workload-identity.ts';

/** An identity, and how its foreign token is got. */
type Federated = {
  readonly account: ExternalAccount;
  readonly subject: (network: Network) => Promise<string>;
};

/** Throws {@link ProviderError}. */
export async function federationTokens(
  { subject, audience, gcpServiceAccountEmail }: WorkloadIdentityFederation,
  context: AuthContext,
): Promise<TokenSource> {
  const { account, ...federated } = await federatedBy(subject, audience, context);
  const impersonation =
    gcpServiceAccountEmail === ''
      ? account.impersonation
      : { ...hour, ...account.impersonation, email: gcpServiceAccountEmail };
  return exchangedTokens({ ...federated, account: { ...account, impersonation } }, context);
}

function federatedBy(
  subject: FederationSubject,
  audience: string,
  context: AuthContext,
): Promise<Federated> {
  switch (subject.from) {
    case 'serviceAccount':
      return byServiceAccount(subject, audience, context);
    case 'aws':
      return byAwsKeys(subject, audience, context);
    default:
      return byCredConfig(subject, audience, context);
  }
}

async function byServiceAccount(
  { ref }: Extract<FederationSubject, { readonly from: 'serviceAccount' }>,
  audience: string,
  { credentials }: AuthContext,
): Promise<Federated> {
  const { annotations, token } = await credentials.serviceAccount(ref);
  const own = new TextDecoder().decode((await token(ref.audiences)).reveal()).trim();
  const email = annotations[serviceAccountAnnotation] ?? '';
  const impersonation = email === '' ? undefined : { email, ...hour };
  return {
    account: { audience, subjectTokenType: jwtType, impersonation, client: undefined },
    subject: async () => own,
  };
}

async function byAwsKeys(
  { ref, region }: Extract<FederationSubject, { readonly from: 'aws' }>,
  audience: string,
  { credentials }: AuthContext,
): Promise<Federated> {
  const keys = awsKeysIn((await credentials.secret(ref)).data, ref);
  return {
    account: {
      audience,
      subjectTokenType: awsRequestType,
      impersonation: undefined,
      client: undefined,
    },
    subject: async () => awsIdentityToken(keys, { region, audience, now: new Date() }),
  };
}

function awsKeysIn(
  data: Awaited<ReturnType<AuthContext['credentials']['secret']>>['data'],
  { namespace, name }: ObjectRef,
): AwsKeys {
  const text = (key: string): string => new TextDecoder().decode(data.get(key)?.reveal());
  const keys = {
    accessKeyID: text('aws_access_key_id'),
    secretAccessKey: text('aws_secret_access_key'),
    sessionToken: text('aws_session_token'),
  };
  if (keys.accessKeyID !== '' && keys.secretAccessKey !== '') return keys;
  const message = `aws_access_key_id and aws_secret_access_key must be in Secret "${namespace}/${name}"`;
  throw new ProviderError('credentials', message);
}

async function byCredConfig(
  { ref, externalTokenEndpoint }: Extract<FederationSubject, { readonly from: 'credConfig' }>,
  audience: string,
  { credentials, env }: AuthContext,
): Promise<Federated> {
  const body = await credentials.configMapKey(ref);
  const place = placeOf(ref);
  const json = objectIn({ body });
  if (json === undefined) throw new ProviderError('credentials', `${place} is no JSON object`);
  const { source, ...account } = credentialConfig(json, place, { audience, externalTokenEndpoint });
  if (!credentials.ambient) {
    const message = `${place} leads to a token of the environment's own, and the use of that identity is not allowed`;
    throw new ProviderError('credentials', message);
  }
  return {
    account,
    subject: (network) => subjectToken(source, { audience: account.audience, env }, network),
  };
}

function placeOf({ namespace, name, key }: SecretKeyRef): string {
  return `key "${key}" of ConfigMap "${namespace}/${name}"`;
}

/** The tokens of a foreign identity, or of the service account that it impersonates. */
export function exchangedTokens(
  { account, subject }: Federated,
  { endpoints }: Pick<AuthContext, 'endpoints'>,
): TokenSource {
  const { audience, subjectTokenType, impersonation, client } = account;
  return async (network) => {
    const parameters = exchangeParameters({
      audience,
      subjectTokenType,
      subjectToken: await subject(network),
    });
    const answer = await network.send({
      method: 'POST',
      url: new URL(`${endpoints.sts}/v1/token`),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(client !== undefined && {
          authorization: `Basic ${Buffer.from(client).toString('base64')}`,
        }),
      },
      body: new URLSearchParams(parameters).toString(),
    });
    const own = accessTokenIn(answer, `the exchange for ${audience}`);
    return impersonation === undefined
      ? own
      : impersonate(impersonation, own, { endpoints, send: network.send });
  };
}
