// Owns the contract between a session, of a store or a generator, and the kinds of auth: how a token is got, and what it takes to get it.
import type { Network } from '../http/wires.ts';
import type { OpenContext } from '../provider.ts';
import type { Endpoints } from './endpoints.ts';

export type AccessToken = {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

/** Gets an access token, with requests of the one call that it runs in. Throws ProviderError. */
export type TokenSource = (network: Network) => Promise<AccessToken>;

/** An identity, and what goes along with its tokens. */
export type Login = {
  readonly source: TokenSource;
  readonly headers: Readonly<Record<string, string>>;
};

/** What the kinds of auth are given. */
export type AuthContext = {
  readonly env: OpenContext['env'];
  readonly credentials: OpenContext['credentials'];
  readonly endpoints: Endpoints;
  /** A text of the metadata server, by its path below `/computeMetadata/v1/`: a call of its own. */
  readonly metadata: (path: string) => Promise<string>;
  /** Whether a JWT will do that a key has signed: Google's APIs take one, and its registries may not. */
  readonly takesJwt: boolean;
};

/** What a token is good for: the only scope that Secret Manager knows. */
export const cloudPlatformScope = 'https://www.googleapis.com/auth/cloud-platform';
