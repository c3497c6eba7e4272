// Owns which token a `vault` store's requests carry, or how it is got (ESO 3.6).
import { ProviderError, type OpenContext } from '../../provider.ts';
import {
  appRoleLogin,
  loginAt,
  passwordLogin,
  tokenText,
  type Login,
} from '../../vault-api/login.ts';
import { givenToken, isUsable } from '../../vault-api/tokens.ts';
import type { Wire } from '../../vault-api/wire.ts';
import type { VaultConfig } from '../config.ts';
import type { VaultAuth } from './config.ts';
import { jwtLogin, kubernetesLogin } from './service-account.ts';

/**
 * Before any login stands a token of the environment that is still good, as in ESO: but only where the environment's own
 * identity may be used. Throws {@link ProviderError}.
 */
export async function identityOf(
  config: VaultConfig,
  wire: Wire,
  context: OpenContext,
): Promise<string | Login> {
  const { auth } = config;
  const ambient = context.credentials.ambient ? (context.env['VAULT_TOKEN'] ?? '') : '';
  if (auth === undefined) return ambientToken(ambient, context);
  if (ambient !== '') {
    const namespace = config.loginNamespace;
    const isGood = await context.call('LookupSelf', (signal) =>
      isUsable(givenToken(ambient), { wire, namespace, signal }),
    );
    if (isGood) return ambient;
  }
  return loginOf(auth, config, { wire, ...context });
}

/** Without one, the requests go to what gives them one: Vault's agent or proxy. */
function ambientToken(token: string, { credentials }: OpenContext): string {
  if (credentials.ambient) return token;
  const message =
    "the store has no auth, and the use of the environment's own identity (VAULT_TOKEN) is not allowed";
  throw new ProviderError('credentials', message);
}

type LoginContext = OpenContext & { readonly wire: Wire };

async function loginOf(
  auth: VaultAuth,
  { wire: { server } }: VaultConfig,
  context: LoginContext,
): Promise<string | Login> {
  const { credentials } = context;
  switch (auth.kind) {
    case 'token':
      return tokenText(auth.ref, credentials);
    case 'appRole':
      return appRoleLogin(auth, credentials);
    case 'ldap':
    case 'userPass':
      return passwordLogin(auth, credentials);
    case 'kubernetes':
      return kubernetesLogin(auth, credentials);
    case 'jwt':
      return jwtLogin(auth, credentials);
    case 'cert': {
      const body = auth.role === '' ? {} : { name: auth.role };
      return loginAt('cert', auth.mount, { path: `auth/${auth.mount}/login`, body });
    }
    case 'iam':
      return (await import('./iam.ts')).iamLogin(auth, context);
    case 'gcp':
      return (await import('./gcp.ts')).gcpLogin(auth, server, context);
    default:
      throw new ProviderError('credentials', 'auth names no way to log in');
  }
}
