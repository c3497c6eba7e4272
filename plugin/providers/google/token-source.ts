// Owns the contract between a store's session and the kinds of auth: how a token is got, and what it takes to get it.
import type { TokenSource } from '../http/bearer.ts';
import type { OpenContext } from '../provider.ts';
import type { Endpoints } from './endpoints.ts';

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
};

/** What a token is good for: the only scope that Secret Manager knows. */
export const cloudPlatformScope = 'https://www.googleapis.com/auth/cloud-platform';
