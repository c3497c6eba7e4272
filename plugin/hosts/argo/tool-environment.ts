// Owns which part of the environment kustomize and helm are given: what manifests can read there is not to hold a secret.
import type { Environment } from '../../outcome.ts';
import { buildEnvironment } from './application.ts';

/** What a program needs to run at all. */
const needed = /^(?:PATH|HOME|USER|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_[A-Z_]+|HELM_(?!KUBE)[A-Z_]+)$/;
/** What it needs to fetch. */
const forNetwork =
  /^(?:(?:HTTPS?|ALL|NO)_PROXY|(?:https?|all|no)_proxy|SSL_CERT_(?:FILE|DIR)|GIT_[A-Z_]+|SSH_AUTH_SOCK)$/;

/** A port of this machine where nothing listens: what goes through this proxy goes nowhere. */
const nowhere = 'http://127.0.0.1:1';

/**
 * A release's name template reads any variable, and so did the env files of older kustomizes: only those that are named here
 * are passed on.
 * Without `remote` neither of the two fetches anything, neither by HTTP nor by git.
 */
export function toolEnvironment(
  env: Environment,
  { remote }: { readonly remote: boolean },
): Environment {
  const kept = Object.entries(env).filter(
    ([name]) => needed.test(name) || (remote && forNetwork.test(name)),
  );
  return {
    ...Object.fromEntries(kept),
    ...buildEnvironment(env),
    ...(remote ? gitOverNetwork : noNetwork),
  };
}

/** `file:` and `ext:` addresses of a remote base would run programs here. */
const gitOverNetwork: Environment = { GIT_ALLOW_PROTOCOL: 'https:ssh', GIT_TERMINAL_PROMPT: '0' };

const noNetwork: Environment = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  ALL_PROXY: nowhere,
  NO_PROXY: '',
  GIT_ALLOW_PROTOCOL: 'none',
};

/** Whether a tool's words show that it wanted to fetch and could not. */
export function wantedNetwork(words: string): boolean {
  return /127\.0\.0\.1:1\b|transport '[^']*' not allowed/.test(words);
}
