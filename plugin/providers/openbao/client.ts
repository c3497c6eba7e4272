// Owns an open `openBao` store: reading by key, and finding by name in one folder (ESO 3.11).
import type { SecretBytes } from '../../secret-bytes.ts';
import { nameMatcher } from '../name-matcher.ts';
import {
  ProviderError,
  type FindOutcome,
  type FindQuery,
  type OpenContext,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
} from '../provider.ts';
import { openStore } from '../vault-api/client.ts';
import { documentIn, namesIn } from '../vault-api/kv.ts';
import { appRoleLogin, passwordLogin, tokenText, type Login } from '../vault-api/login.ts';
import type { Session } from '../vault-api/session.ts';
import type { OpenBaoAuth, OpenBaoConfig } from './config.ts';

/** Logs in. Throws {@link ProviderError}. */
export function openOpenBao(config: OpenBaoConfig, context: OpenContext): Promise<SecretsClient> {
  return openStore(
    { ...config, readYourWrites: false },
    {
      identityOf: () => identityOf(config.auth, context),
      read: (session, ref) => readOne(session, config, ref),
      find: (session, query) => find(session, config, query),
    },
    context,
  );
}

async function identityOf(
  auth: OpenBaoAuth | undefined,
  { credentials, env }: OpenContext,
): Promise<string | Login> {
  if (auth === undefined) {
    if (credentials.ambient) return env['BAO_TOKEN'] || env['VAULT_TOKEN'] || '';
    const message =
      "the store has no auth, and the use of the environment's own identity (BAO_TOKEN) is not allowed";
    throw new ProviderError('credentials', message);
  }
  switch (auth.kind) {
    case 'token':
      return tokenText(auth.ref, credentials);
    case 'appRole':
      return appRoleLogin(auth, credentials);
    default:
      return passwordLogin(auth, credentials);
  }
}

/** What does not exist is an ordinary error here, and no NoSecret of ESO's. Throws {@link ProviderError}. */
async function readOne(
  session: Session,
  config: OpenBaoConfig,
  ref: RemoteRead,
): Promise<ReadOutcome> {
  const value = await readDocument(session, config, ref);
  if (value !== undefined) return { outcome: 'value', value };
  throw new ProviderError('failed', `secret not found at ${dataPath(config, ref.key)}`);
}

async function readDocument(
  session: Session,
  config: OpenBaoConfig,
  { key, version }: Pick<RemoteRead, 'key' | 'version'>,
): Promise<SecretBytes | undefined> {
  const query = versionQuery(config, version);
  const secret = await session.read('ReadSecret', dataPath(config, key), query);
  return secret === undefined ? undefined : documentIn(secret, config.version);
}

function dataPath({ path, version }: OpenBaoConfig, key: string): string {
  return version === 'v1' ? `${path}/${key}` : `${path}/data/${key}`;
}

function versionQuery(
  { version: engine }: OpenBaoConfig,
  version: string,
): Readonly<Record<string, string>> {
  if (version === '') return {};
  if (engine === 'v1') {
    const message =
      'OpenBao KVv1 secrets do not support versioning: leave out version, or use KV v2';
    throw new ProviderError('invalid', message);
  }
  if (/^[+-]?\d+$/.test(version)) return { version: String(Number(version)) };
  throw new ProviderError('invalid', `the version "${version}" is no number`);
}

/** By the name in one folder: folders in it are not looked into. Throws {@link ProviderError}. */
async function find(
  session: Session,
  config: OpenBaoConfig,
  { path: folder = '', name, tags }: FindQuery,
): Promise<FindOutcome> {
  if (tags !== undefined) {
    throw new ProviderError('invalid', 'tag based search is not implemented for OpenBao');
  }
  if (name === undefined) {
    throw new ProviderError('invalid', 'unexpected find operator: find needs a name');
  }
  const matches = nameMatcher(name);
  const { path, version } = config;
  const names = await namesIn(
    session,
    version === 'v1' ? `${path}/${folder}` : `${path}/metadata/${folder}`,
  );
  const found = await Promise.all(
    (names ?? [])
      .filter((one) => !one.endsWith('/') && matches(one))
      .map(async (one) => {
        const key = `${folder}/${one}`;
        return [one, await readDocument(session, config, { key, version: '' })] as const;
      }),
  );
  return {
    outcome: 'values',
    values: new Map(found.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  };
}
