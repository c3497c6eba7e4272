// Owns the URL of a path of the API: below the server's own path, with nothing in it that leads elsewhere.
import { ProviderError } from '../provider.ts';

/**
 * Doubled slashes and one at the end go, as in HashiCorp's Go client. That would resolve `..` as well, and so leave the mount
 * that a store names: here it is refused. Throws {@link ProviderError} `invalid`.
 */
export function apiUrl(server: string, path: string, query: Readonly<Record<string, string>>): URL {
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
  url.search = new URLSearchParams(query).toString();
  url.hash = '';
  return url;
}
