// Owns tokens of an application of Entra ID: the OAuth flow of client credentials (RFC 6749 4.4, RFC 7523).
import type { TokenSource } from '../http/bearer.ts';
import { ProviderError } from '../provider.ts';
import { tokenIn } from './answers.ts';

export type Application = {
  /** Where Entra ID is, without a `/` at the end. */
  readonly entra: string;
  /** ID or domain of its tenant. */
  readonly tenant: string;
  readonly clientID: string;
};

/** What proves that one is the application, in fields of the request. `audience` is the endpoint that is asked. */
export type Proof = (audience: string) => Promise<Readonly<Record<string, string>>>;

/** A JWT in the place of a secret: signed by the application, or a foreign one that it trusts. */
export function assertionProof(jwt: string): Readonly<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
  };
}

/** Tokens for a resource. Throws {@link ProviderError} `credentials` where an ID cannot be one. */
export function applicationTokens(
  { entra, tenant, clientID }: Application,
  proof: Proof,
  resource: string,
): TokenSource {
  checkID('tenant', tenant);
  checkID('client', clientID);
  const url = `${entra}/${tenant}/oauth2/v2.0/token`;
  return async ({ send }) => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientID,
      scope: `${resource}/.default`,
      ...(await proof(url)),
    });
    const answer = await send({
      method: 'POST',
      url: new URL(url),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: body.toString(),
    });
    return tokenIn(answer, `the token of application ${clientID} in tenant ${tenant}`);
  };
}

/** Both are GUIDs, or a domain: nothing in them leads to another path, and a line end of a file is seen. */
export function isAzureID(id: string): boolean {
  return /^[A-Za-z0-9](?:[\w.-]*\w)?$/.test(id);
}

function checkID(what: string, id: string): void {
  if (isAzureID(id)) return;
  const problem = id === '' ? 'is empty' : 'holds what no ID can hold, maybe a line end';
  throw new ProviderError('credentials', `the ${what} ID ${problem}`);
}
