// Owns where Google's services are, and the operator's variables that put another place in their stead (docs/adr/0015).
import { ProviderError, type OpenContext } from '../provider.ts';

type Env = OpenContext['env'];

/** A base, to which a path that starts with `/` is put. */
export type Endpoints = {
  readonly secretManager: string;
  /** The exchange of foreign tokens. */
  readonly sts: string;
  /** Tokens of a service account that is impersonated. */
  readonly iamCredentials: string;
  /** The exchange of tokens of GKE's ServiceAccounts. */
  readonly secureToken: string;
  /** The exchange of refresh tokens. */
  readonly oauth2: string;
  /** Says who this machine is, and gives tokens for it. */
  readonly metadata: string;
};

/** Throws {@link ProviderError} `invalid` for a variable that holds no URL. */
export function googleEndpoints(env: Env, location: string): Endpoints {
  const host = location === '' ? 'secretmanager' : `secretmanager.${location}.rep`;
  return {
    secretManager: endpointOf(env, 'GOOGLE_SECRET_MANAGER_ENDPOINT', host),
    sts: endpointOf(env, 'GOOGLE_STS_ENDPOINT', 'sts'),
    iamCredentials: endpointOf(env, 'GOOGLE_IAM_CREDENTIALS_ENDPOINT', 'iamcredentials'),
    secureToken: endpointOf(env, 'GOOGLE_SECURETOKEN_ENDPOINT', 'securetoken'),
    oauth2: endpointOf(env, 'GOOGLE_OAUTH2_ENDPOINT', 'oauth2'),
    metadata: metadataEndpoint(env),
  };
}

function endpointOf(env: Env, variable: string, host: string): string {
  const url = env[variable] ?? '';
  if (url === '') return `https://${host}.googleapis.com`;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, '');
  throw new ProviderError('invalid', `${variable} is not an http or https URL`);
}

/** Google's own libraries know this variable: a host, maybe with a port. */
function metadataEndpoint(env: Env): string {
  const url = `http://${env['GCE_METADATA_HOST'] || '169.254.169.254'}`;
  if (URL.canParse(url) && new URL(url).pathname === '/') return url;
  throw new ProviderError('invalid', 'GCE_METADATA_HOST is not a host with an optional port');
}
