// Owns the stand-in for Entra ID and for the identity of a machine: what they check, and the tokens that they sign.
import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import { entraError, ok, type AzureRequest, type Reply } from './azure-reply.ts';
import { signingKey, signJwt, verifyJwt, type Claims, type SigningKey } from './jwt.ts';

/** An application, with the ways in which it may prove that it is one. */
type RegisteredApplication = {
  readonly clientID: string;
  readonly secret?: string;
  /** PEM. */
  readonly certificate?: string;
  /** The `sub` of foreign tokens that it trusts, by their `iss`. */
  readonly federated?: Readonly<Record<string, string>>;
};

export type Directory = {
  readonly tenant: string;
  readonly applications: readonly RegisteredApplication[];
  /** Who signs foreign tokens, by `iss`. */
  readonly issuers: ReadonlyMap<string, SigningKey>;
  /** Whom tokens may be for. */
  readonly resources: RegExp;
  /** Resource IDs of the identities that the machine has, by their client IDs. */
  readonly machine: Readonly<Record<string, string>>;
  /** What requests to an App Service's endpoint must carry. */
  readonly identityHeader: string;
};

export type Entra = {
  /** The answer of a token endpoint; undefined where the request is for another service. */
  readonly answer: (request: AzureRequest) => Reply | undefined;
  /** The claims of a token that was given and is still good. */
  readonly claimsOf: (token: string) => Claims | undefined;
  /** Makes every token that was given so far worthless. */
  readonly revokeAll: () => void;
};

const lifetimeSeconds = 3600;
const exchangeAudience = 'api://AzureADTokenExchange';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export function createEntra(directory: Directory): Entra {
  const key = signingKey('entra-key-1');
  const revoked = new Set<string>();
  const issued = new Set<string>();
  const usedAssertions = new Set<string>();

  function issue(clientID: string, resource: string): string {
    const iat = Math.floor(Date.now() / 1000);
    const iss = `https://sts.windows.net/${directory.tenant}/`;
    const times = { iat, nbf: iat, exp: iat + lifetimeSeconds };
    const uti = String(issued.size);
    const claims = { iss, aud: resource, appid: clientID, tid: directory.tenant, uti, ...times };
    const token = signJwt(claims, key);
    issued.add(token);
    return token;
  }

  function forApplication(request: AzureRequest): Reply {
    const { method, headers, body, path } = request;
    const [tenant = ''] = path;
    const sent = Object.fromEntries(new URLSearchParams(body));
    if (method !== 'POST' || headers['content-type'] !== 'application/x-www-form-urlencoded') {
      return entraError(400, 'invalid_request', 900144, 'The request body must be a form.');
    }
    if (tenant !== directory.tenant) {
      return entraError(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
    }
    if (sent['grant_type'] !== 'client_credentials') {
      return entraError(400, 'unsupported_grant_type', 70003, 'The grant type is not supported.');
    }
    const application = directory.applications.find(
      ({ clientID }) => clientID === sent['client_id'],
    );
    if (application === undefined) {
      const message = `Application with identifier '${sent['client_id']}' was not found in the directory.`;
      return entraError(400, 'unauthorized_client', 700016, message);
    }
    const scope = sent['scope'] ?? '';
    const resource = scope.replace(/\/\.default$/, '');
    if (resource === scope || !directory.resources.test(resource)) {
      const message = `The resource principal named ${resource} was not found in the tenant.`;
      return entraError(400, 'invalid_resource', 500011, message);
    }
    return proofProblem(application, sent, request) ?? bearer(application.clientID, resource);
  }

  function bearer(clientID: string, resource: string): Reply {
    const access_token = issue(clientID, resource);
    const expires_in = lifetimeSeconds;
    return ok({ token_type: 'Bearer', expires_in, ext_expires_in: expires_in, access_token });
  }

  function proofProblem(
    application: RegisteredApplication,
    sent: Readonly<Record<string, string>>,
    request: AzureRequest,
  ): Reply | undefined {
    const { client_secret, client_assertion, client_assertion_type } = sent;
    if (client_secret !== undefined) {
      return client_secret === application.secret
        ? undefined
        : entraError(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
    }
    if (client_assertion === undefined || client_assertion_type !== assertionType) {
      const message = "The request body must contain: 'client_assertion' or 'client_secret'.";
      return entraError(401, 'invalid_client', 7000218, message);
    }
    const issuer = String(partOf(client_assertion, 1)['iss']);
    return issuer === application.clientID
      ? signedProblem(application, client_assertion, request)
      : federatedProblem(application, client_assertion);
  }

  function signedProblem(
    { clientID, certificate = '' }: RegisteredApplication,
    assertion: string,
    { origin, path }: AzureRequest,
  ): Reply | undefined {
    const refused = (why: string): Reply =>
      entraError(401, 'invalid_client', 700027, `Client assertion failed: ${why}.`);
    if (certificate === '') return refused('the application has no certificate');
    const registered = new X509Certificate(certificate);
    const [head = '', claimed = '', signature = ''] = assertion.split('.');
    const header = partOf(assertion, 0);
    if (header['x5t#S256'] !== createHash('sha256').update(registered.raw).digest('base64url')) {
      return refused('no certificate has this thumbprint');
    }
    const chain = header['x5c'];
    if (!Array.isArray(chain) || chain[0] !== registered.raw.toString('base64')) {
      return refused('x5c is another certificate');
    }
    if (header['alg'] !== 'PS256' || header['typ'] !== 'JWT') return refused('unknown algorithm');
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${claimed}`),
      {
        key: registered.publicKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      },
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return refused('the signature is invalid');
    const { aud, iss, sub, jti, nbf, exp } = partOf(assertion, 1);
    const now = Date.now() / 1000;
    if (iss !== clientID || sub !== clientID) return refused('iss and sub are not the application');
    if (aud !== `${origin}/${path.join('/')}`) return refused('the audience is another endpoint');
    if (!(Number(nbf) <= now + 30 && Number(exp) > now && Number(exp) <= now + 86_400)) {
      return entraError(
        401,
        'invalid_client',
        700024,
        'Client assertion is not within its valid time range.',
      );
    }
    if (typeof jti !== 'string' || usedAssertions.has(jti)) return refused('jti was used before');
    usedAssertions.add(jti);
    return undefined;
  }

  function federatedProblem(
    { federated = {} }: RegisteredApplication,
    assertion: string,
  ): Reply | undefined {
    const refused = (code: number, why: string): Reply =>
      entraError(401, 'invalid_client', code, why);
    const { iss, sub, aud } = partOf(assertion, 1);
    const signer = directory.issuers.get(String(iss));
    const subject = federated[String(iss)];
    if (signer === undefined || subject === undefined) {
      const message = `No matching federated identity record found for presented assertion issuer '${String(iss)}'.`;
      return refused(700211, message);
    }
    const verified = verifyJwt(assertion, [signer]);
    if (!verified.ok) return refused(700027, `Client assertion failed: ${verified.reason}.`);
    if (sub !== subject) {
      const message = `No matching federated identity record found for presented assertion subject '${String(sub)}'.`;
      return refused(700213, message);
    }
    if ([aud].flat().includes(exchangeAudience)) return undefined;
    const message = `No matching federated identity record found for presented assertion audience '${String(aud)}'.`;
    return refused(700212, message);
  }

  /** Of a virtual machine (IMDS), or of an App Service. */
  function forMachine({ query }: AzureRequest, byResourceID: string): Reply {
    const refused = (error_description: string): Reply => ({
      status: 400,
      body: { error: 'invalid_request', error_description },
    });
    const resource = query.get('resource') ?? '';
    if (!directory.resources.test(resource)) return refused('resource is not known');
    const identities = Object.entries(directory.machine);
    const found = identities.filter(
      ([clientID, resourceID]) =>
        clientID === (query.get('client_id') ?? clientID) &&
        resourceID === (query.get(byResourceID) ?? resourceID),
    );
    if (found.length > 1) {
      return refused(
        'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
      );
    }
    const [[clientID] = []] = found;
    if (clientID === undefined) return refused('Identity not found');
    const access_token = issue(clientID, resource);
    const expires_on = String(Math.floor(Date.now() / 1000) + lifetimeSeconds);
    return ok({ access_token, client_id: clientID, expires_on, resource, token_type: 'Bearer' });
  }

  function machineProblem({ headers, query }: AzureRequest): Reply | undefined {
    if (headers['metadata'] !== 'true' || headers['x-forwarded-for'] !== undefined) {
      const error_description = 'Required metadata header not specified';
      return { status: 400, body: { error: 'invalid_request', error_description } };
    }
    return query.get('api-version') === '2018-02-01'
      ? undefined
      : { status: 400, body: { error: 'bad_request', error_description: 'Invalid api-version' } };
  }

  function appServiceProblem({ headers, query }: AzureRequest): Reply | undefined {
    if (headers['x-identity-header'] !== directory.identityHeader) {
      return { status: 401, body: { statusCode: 401, message: 'The header does not match' } };
    }
    return query.get('api-version') === '2019-08-01'
      ? undefined
      : { status: 400, body: { statusCode: 400, message: 'Invalid api-version' } };
  }

  return {
    answer: (request) => {
      const route = `${request.method} /${request.path.join('/')}`;
      if (/^\S+ \/[^/]*\/oauth2\/v2\.0\/token$/.test(route)) return forApplication(request);
      if (route === 'GET /metadata/identity/oauth2/token') {
        return machineProblem(request) ?? forMachine(request, 'msi_res_id');
      }
      if (route === 'GET /msi/token') {
        return appServiceProblem(request) ?? forMachine(request, 'mi_res_id');
      }
      return undefined;
    },
    claimsOf: (token) => {
      const verified = verifyJwt(token, [key]);
      return verified.ok && !revoked.has(token) ? verified.claims : undefined;
    },
    revokeAll: () => {
      for (const token of issued) revoked.add(token);
    },
  };
}

function partOf(jwt: string, index: number): Claims {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}
