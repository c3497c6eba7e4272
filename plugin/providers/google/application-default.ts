// Owns application default credentials: the identity that this process has by its environment, its user or its machine.
import { posix } from 'node:path';
import { ProviderError, type OpenContext } from '../provider.ts';
import { fieldsOf, textOf, textsOf } from '../spec.ts';
import { objectIn } from '../http/answer.ts';
import type { Network } from '../http/wires.ts';
import { readAmbientFile, readAmbientFileIfThere } from './ambient-file.ts';
import { accessTokenIn, impersonate } from './exchange.ts';
import { credentialConfig, impersonatedBy } from './external-account.ts';
import { exchangedTokens } from './federation.ts';
import { allowMetadata, machineToken } from './metadata-server.ts';
import { keyTokens } from './service-account-key.ts';
import { subjectToken } from './subject-token.ts';
import type { AuthContext, Login, TokenSource } from './token-source.ts';

type Json = Readonly<Record<string, unknown>>;

/** GOOGLE_APPLICATION_CREDENTIALS, then gcloud's own file, then the metadata server. Throws {@link ProviderError}. */
export async function applicationDefaultLogin(context: AuthContext): Promise<Login> {
  if (!context.credentials.ambient) {
    const message =
      "the store has no auth, and the use of the environment's own identity is not allowed";
    throw new ProviderError('credentials', message);
  }
  const file = await credentialFile(context.env);
  const headers = quotaHeaders(context.env, file?.json);
  if (file !== undefined) return { source: fileTokens(file.json, file.path, context), headers };
  allowMetadata(context);
  return { source: machineToken(context.endpoints), headers };
}

/** The project whose quota counts. Without it a person's requests are those of gcloud's own project, which may read nothing. */
function quotaHeaders(env: OpenContext['env'], file: Json = {}): Login['headers'] {
  const project = env['GOOGLE_CLOUD_QUOTA_PROJECT'] || textOf(file['quota_project_id']);
  return project === '' ? {} : { 'x-goog-user-project': project };
}

async function credentialFile(
  env: OpenContext['env'],
): Promise<{ readonly json: Json; readonly path: string } | undefined> {
  const named = env['GOOGLE_APPLICATION_CREDENTIALS'] ?? '';
  const path = named === '' ? wellKnownFile(env) : named;
  if (path === undefined) return undefined;
  const body = named === '' ? await readAmbientFileIfThere(path) : await readAmbientFile(path);
  if (body === undefined) return undefined;
  const json = objectIn({ body });
  if (json === undefined) throw new ProviderError('credentials', `${path} is no JSON object`);
  return { json, path };
}

/** Where `gcloud auth application-default login` writes. */
function wellKnownFile(env: OpenContext['env']): string | undefined {
  const { CLOUDSDK_CONFIG, HOME } = env;
  const folder = CLOUDSDK_CONFIG || (HOME && posix.join(HOME, '.config', 'gcloud'));
  return folder && posix.join(folder, 'application_default_credentials.json');
}

/** The tokens of a credential file of any type. */
function fileTokens(json: Json, path: string, context: AuthContext): TokenSource {
  switch (json['type']) {
    case 'service_account':
      return keyTokens(json, path, context);
    case 'authorized_user':
      return refreshedTokens(json, context);
    case 'external_account':
      return externalTokens(json, path, context);
    case 'impersonated_service_account':
      return impersonatedTokens(json, path, context);
    default:
      throw new ProviderError(
        'credentials',
        `${path} is of the type "${textOf(json['type'])}", which is not supported`,
      );
  }
}

/** A person's, as gcloud keeps it. */
function refreshedTokens(json: Json, { endpoints }: AuthContext): TokenSource {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: textOf(json['client_id']),
    client_secret: textOf(json['client_secret']),
    refresh_token: textOf(json['refresh_token']),
  });
  return async ({ send }) => {
    const answer = await send({
      method: 'POST',
      url: new URL(`${endpoints.oauth2}/token`),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    });
    return accessTokenIn(answer, 'the refresh token of the application default credentials');
  };
}

function externalTokens(json: Json, path: string, context: AuthContext): TokenSource {
  const rules = { audience: '', externalTokenEndpoint: undefined };
  const { source, ...account } = credentialConfig(json, path, rules);
  const { audience } = account;
  const { env } = context;
  const subject = (network: Network): Promise<string> =>
    subjectToken(source, { audience, env }, network);
  return exchangedTokens({ account, subject }, context);
}

function impersonatedTokens(json: Json, path: string, context: AuthContext): TokenSource {
  const email = impersonatedBy(json['service_account_impersonation_url']);
  const source = fieldsOf(json['source_credentials']);
  if (email === undefined || source['type'] === json['type']) {
    const message = `${path} does not say which service account is impersonated by whom`;
    throw new ProviderError('credentials', message);
  }
  const own = fileTokens(source, path, context);
  const delegates = textsOf(json['delegates']);
  const { endpoints } = context;
  return async (network) =>
    impersonate({ email, delegates }, await own(network), { endpoints, send: network.send });
}
