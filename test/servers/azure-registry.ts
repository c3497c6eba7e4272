// Owns the token endpoints of the stand-in for a registry of containers: what they check, and the tokens that they give.
import type { Entra } from './azure-entra.ts';
import { ok, type AzureRequest, type Reply } from './azure-reply.ts';

const management = 'https://management.azure.com';

/** The answer of a token endpoint; undefined where the request is for another service. */
export type Registry = (request: AzureRequest) => Reply | undefined;

/** Refresh tokens say who has them, and access tokens for what they are good too. `pullers` are client IDs. */
export function createRegistry(
  tenant: string,
  pullers: readonly string[],
  entra: Pick<Entra, 'claimsOf'>,
): Registry {
  const refreshTokens = new Map<string, string>();

  function exchange(sent: Readonly<Record<string, string>>): Reply {
    if (sent['grant_type'] !== 'access_token') return refused(400, 'UNSUPPORTED', 'grant_type');
    const claims = entra.claimsOf(sent['access_token'] ?? '');
    if (claims?.['aud'] !== management) {
      return refused(401, 'UNAUTHORIZED', 'authentication required, the token is not accepted');
    }
    if (!['', tenant].includes(sent['tenant'] ?? '-')) {
      return refused(401, 'UNAUTHORIZED', 'the tenant is another one');
    }
    const puller = String(claims['appid']);
    if (!pullers.includes(puller)) return refused(403, 'DENIED', 'requested access is denied');
    const refresh_token = `refresh-${refreshTokens.size}-${puller}`;
    refreshTokens.set(refresh_token, puller);
    return ok({ refresh_token });
  }

  function accessToken(sent: Readonly<Record<string, string>>): Reply {
    if (sent['grant_type'] !== 'refresh_token') return refused(400, 'UNSUPPORTED', 'grant_type');
    const puller = refreshTokens.get(sent['refresh_token'] ?? '');
    if (puller === undefined) return refused(401, 'UNAUTHORIZED', 'authentication required');
    const scope = sent['scope'] ?? '';
    if (!/^repository:[a-z/]+:[a-z,]+$/.test(scope)) return refused(400, 'INVALID', 'scope');
    return ok({ access_token: `access-${scope}-${puller}` });
  }

  return ({ method, path, headers, body }) => {
    const [first, second, ...rest] = path;
    if (first !== 'oauth2' || rest.length > 0) return undefined;
    const sent = Object.fromEntries(new URLSearchParams(body));
    const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
    if (method !== 'POST' || !isForm) return refused(405, 'UNSUPPORTED', 'a form is posted here');
    if (sent['service'] !== headers['host']) return refused(400, 'INVALID', 'another service');
    return second === 'exchange' ? exchange(sent) : accessToken(sent);
  };
}

/** As the distribution specification of OCI has it. */
function refused(status: number, code: string, message: string): Reply {
  return { status, body: { errors: [{ code, message, detail: null }] } };
}
