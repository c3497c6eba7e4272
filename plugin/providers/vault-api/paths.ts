// Owns the URL of a path of the API: below the server's own path, with nothing in it that leads elsewhere.
import { ProviderError } from '../provider.ts';

/** Texts by name, or several of one name. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

/**
 * Doubled slashes and one at the end go, as in HashiCorp's Go client. That would resolve `..` as well, and so leave the mount
 * that a store names: here it is refused. Throws {@link ProviderError} `invalid`.
 */
export function apiUrl(server: string, path: string, query: Query): URL {
  const url = new URL(server);
  const steps = path.split('/').filter((step) => step !== '');
  if (steps.some((step) => step === '.' || step === '..')) {
    throw new ProviderError(
      'invalid',
      `the path "${path}" has a step "." or "..", which leads elsewhere`,
    );
  }
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = [base, 'v1', ...steps.map((step) => encodeURIComponent(step.toWellFormed()))].join(
    '/',
  );
  const pairs = Object.entries(query).flatMap(([name, texts]) =>
    [texts].flat().map((text): [string, string] => [name, text]),
  );
  url.search = new URLSearchParams(pairs).toString();
  url.hash = '';
  return url;
}
