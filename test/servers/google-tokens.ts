// Owns the token endpoints of the stand-in for Google: what they check, whose tokens they give, and who a token stands for.
import { apiError, oauthError, ok, type GoogleRequest, type Reply } from './google-reply.ts';
import { verifyAwsRequest } from './aws-signature.ts';
import { verifyJwt, type Claims, type SigningKey } from './jwt.ts';

/** Whom Google knows. */
export type Directory = {
  /** Keys of service accounts by their email. */
  readonly serviceAccounts: ReadonlyMap<string, SigningKey>;
  /** Who may act as a service account, by its email: principals. */
  readonly impersonators: ReadonlyMap<string, readonly string[]>;
  /** Who signs the tokens of ServiceAccounts and of other foreign identities, by `iss`. */
  readonly issuers: ReadonlyMap<string, SigningKey>;
  /** The one GKE cluster. */
  readonly cluster: { readonly pool: string; readonly provider: string };
  /** The audience that a foreign token must have, by provider of a workload identity pool. */
  readonly tokenAudiences: ReadonlyMap<string, string>;
  /** Secret access keys by access key ID. */
  readonly awsKeys: ReadonlyMap<string, string>;
  readonly person: {
    readonly client_id: string;
    readonly client_secret: string;
    readonly refresh_token: string;
  };
  /** What the metadata server says, by path below `/computeMetadata/v1/`; the token is not among it. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The service account of the machine. */
  readonly machine: string;
};

export type TokenServer = {
  /** The answer of a token endpoint or of the metadata server; undefined where the request is for another service. */
  readonly answer: (request: GoogleRequest) => Reply | undefined;
  /** Who sends a request, by its token; undefined where that is none of ours, has expired or was revoked. */
  readonly principalOf: (request: GoogleRequest) => string | undefined;
  /** Makes every token that was given or seen so far worthless. */
  readonly revokeAll: () => void;
};

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const exchange = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  scope,
};
const lifetimeMs = 3_600_000;

type Issued = { readonly principal: string; readonly expiresAt: number };

export function createTokenServer(directory: Directory): TokenServer {
  const issued = new Map<string, Issued>();
  const seen = new Set<string>();
  const revoked = new Set<string>();
  let count = 0;

  function issue(principal: string): string {
    count += 1;
    const token = `ya29.stand-in-${count}-${principal}`;
    issued.set(token, { principal, expiresAt: Date.now() + lifetimeMs });
    return token;
  }

  function principalOf({ headers }: GoogleRequest): string | undefined {
    const [, token = ''] = /^Bearer (\S+)$/.exec(String(headers['authorization'])) ?? [];
    if (revoked.has(token)) return undefined;
    seen.add(token);
    const known = issued.get(token);
    if (known !== undefined) return known.expiresAt > Date.now() ? known.principal : undefined;
    return selfSigned(token, directory);
  }

  function bearer(principal: string): Reply {
    return ok({
      access_token: issue(principal),
      expires_in: lifetimeMs / 1000,
      token_type: 'Bearer',
    });
  }

  function sts({ headers, body }: GoogleRequest): Reply {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
      return oauthError('invalid_request', 'Only forms are understood');
    }
    const sent = new URLSearchParams(body);
    const wrong = Object.entries(exchange).find(([name, value]) => sent.get(name) !== value);
    if (wrong !== undefined) return oauthError('invalid_request', `Invalid value for ${wrong[0]}`);
    const subject = foreignSubject(sent, directory);
    if ('error' in subject) return subject.error;
    const { access_token, ...rest } = bearer(subject.principal).body as Claims;
    return ok({ access_token, issued_token_type: exchange.requested_token_type, ...rest });
  }

  function identityBinding({ headers, body }: GoogleRequest): Reply {
    if (headers['content-type'] !== 'application/json') {
      return apiError('INVALID_ARGUMENT', 'Only JSON is understood');
    }
    const sent = JSON.parse(body) as Record<string, string>;
    const { pool, provider } = directory.cluster;
    const expected = { ...exchange, audience: `identitynamespace:${pool}:${provider}` };
    const wrong = Object.entries(expected).find(([name, value]) => sent[name] !== value);
    if (wrong !== undefined) return apiError('INVALID_ARGUMENT', `Invalid value for ${wrong[0]}`);
    const token = verifyForeign(sent['subject_token'] ?? '', pool, directory);
    if (!token.ok) return apiError('INVALID_ARGUMENT', `Invalid subject_token: ${token.reason}`);
    return bearer(`${pool}[${String(token.claims['sub'])}]`);
  }

  function generateAccessToken(request: GoogleRequest, email: string): Reply {
    const principal = principalOf(request);
    if (principal === undefined) return unauthenticated();
    const sent = JSON.parse(request.body) as Record<string, unknown>;
    if (!Array.isArray(sent['scope']) || sent['scope'].join() !== scope) {
      return apiError('INVALID_ARGUMENT', 'Invalid scope');
    }
    const { lifetime = '3600s' } = sent;
    if (typeof lifetime !== 'string' || !/^\d+s$/.test(lifetime)) {
      return apiError('INVALID_ARGUMENT', 'Invalid lifetime');
    }
    if (directory.impersonators.get(email)?.includes(principal) !== true) {
      const message =
        "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
      return apiError('PERMISSION_DENIED', message);
    }
    const expireTime = new Date(Date.now() + lifetimeMs).toISOString();
    return ok({ accessToken: issue(email), expireTime });
  }

  /** RFC 7523. */
  function asserted(assertion: string): Reply {
    const verified = verifyJwt(assertion, [...directory.serviceAccounts.values()]);
    if (!verified.ok) return oauthError('invalid_grant', `Invalid JWT: ${verified.reason}`);
    const { iss, aud, scope: scopes } = verified.claims;
    const key = directory.serviceAccounts.get(String(iss));
    const isItsOwn = key !== undefined && verifyJwt(assertion, [key]).ok;
    const isMeant = aud === 'https://oauth2.googleapis.com/token' && scopes === scope;
    return isItsOwn && isMeant
      ? bearer(String(iss))
      : oauthError('invalid_grant', 'Invalid JWT: another audience, scope or issuer');
  }

  function refreshed({ body, headers }: GoogleRequest): Reply {
    if (headers['content-type'] !== 'application/x-www-form-urlencoded') {
      return oauthError('invalid_request', 'Only forms are understood');
    }
    const sent = Object.fromEntries(new URLSearchParams(body));
    const { grant_type, assertion = '', ...given } = sent;
    if (grant_type === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return asserted(assertion);
    if (grant_type !== 'refresh_token') return oauthError('unsupported_grant_type', 'Invalid');
    const isKnown = Object.entries(directory.person).every(
      ([name, value]) => given[name] === value,
    );
    if (isKnown) return bearer('person');
    return oauthError('invalid_grant', 'Token has been expired or revoked.');
  }

  function metadata({ path, headers, query }: GoogleRequest): Reply {
    const flavor = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };
    if (headers['metadata-flavor'] !== 'Google') {
      return { status: 403, body: 'Missing Metadata-Flavor header', headers: {} };
    }
    const name = path.slice(2).join('/');
    if (name === 'instance/service-accounts/default/token' && query.get('scopes') === scope) {
      return { ...bearer(directory.machine), headers: flavor };
    }
    const text = directory.metadata.get(name);
    return text === undefined
      ? { status: 404, body: 'not found', headers: flavor }
      : ok(text, { ...flavor, 'content-type': 'application/text' });
  }

  return {
    answer: (request) => {
      const { method, path } = request;
      const route = `${method} /${path.join('/')}`;
      if (route.startsWith('GET /computeMetadata/v1/')) return metadata(request);
      if (route === 'POST /v1/token') return sts(request);
      if (route === 'POST /token') return refreshed(request);
      if (route === 'POST /v1/identitybindingtoken') return identityBinding(request);
      const [, email] =
        /^POST \/v1\/projects\/-\/serviceAccounts\/([^/]+):generateAccessToken$/.exec(route) ?? [];
      return email === undefined ? undefined : generateAccessToken(request, email);
    },
    principalOf,
    revokeAll: () => {
      for (const token of [...issued.keys(), ...seen]) revoked.add(token);
    },
  };
}

export function unauthenticated(): Reply {
  return apiError(
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  );
}

/** AIP-4111: a JWT that a service account signed is a token, for the scopes in it. */
function selfSigned(token: string, { serviceAccounts }: Directory): string | undefined {
  const verified = verifyJwt(token, [...serviceAccounts.values()]);
  if (!verified.ok) return undefined;
  const { iss, sub, scope: scopes, aud, iat, exp } = verified.claims;
  const key = serviceAccounts.get(String(iss));
  const isItsOwn = key !== undefined && verifyJwt(token, [key]).ok && iss === sub;
  const isShort = Number(exp) - Number(iat) <= 3600;
  return isItsOwn && isShort && scopes === scope && aud === undefined ? String(iss) : undefined;
}

type Subject = { readonly principal: string } | { readonly error: Reply };

function foreignSubject(sent: URLSearchParams, directory: Directory): Subject {
  const audience = sent.get('audience') ?? '';
  const token = sent.get('subject_token') ?? '';
  const tokenAudience = directory.tokenAudiences.get(audience);
  if (tokenAudience === undefined) {
    return {
      error: oauthError(
        'invalid_target',
        'The target service indicated by the "audience" parameters is invalid.',
      ),
    };
  }
  if (sent.get('subject_token_type') === 'urn:ietf:params:aws:token-type:aws4_request') {
    const verified = verifyAwsRequest(token, { audience, keys: directory.awsKeys });
    return verified.ok
      ? { principal: `aws:${verified.accessKeyID}` }
      : { error: oauthError('invalid_grant', verified.reason) };
  }
  if (sent.get('subject_token_type') !== 'urn:ietf:params:oauth:token-type:jwt') {
    return { error: oauthError('invalid_request', 'Invalid value for subject_token_type') };
  }
  const verified = verifyForeign(token, tokenAudience, directory);
  return verified.ok
    ? { principal: `pool:${String(verified.claims['sub'])}` }
    : { error: oauthError('invalid_grant', verified.reason) };
}

function verifyForeign(
  token: string,
  audience: string,
  { issuers }: Directory,
): ReturnType<typeof verifyJwt> {
  const verified = verifyJwt(token, [...issuers.values()]);
  if (!verified.ok) return verified;
  const { aud, iss } = verified.claims;
  if (!issuers.has(String(iss))) return { ok: false, reason: 'The issuer is not trusted' };
  return [aud].flat().includes(audience)
    ? verified
    : {
        ok: false,
        reason: `The audience in ID Token [${[aud].flat().join()}] does not match the expected audience.`,
      };
}
