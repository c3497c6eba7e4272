// Owns the server that a store of Vault or OpenBao names, as it may be shown and compared, and what is wrong with it.
import type { SpecProblem } from '../provider.ts';

/** Without what follows the path, and never with user-info. */
export function serverTitle(server: string): string {
  if (!URL.canParse(server)) return server.replace(/^.*@/, '');
  const { origin, pathname } = new URL(server);
  return origin === 'null'
    ? server.replace(/\/\/[^/]*@/, '//')
    : origin + pathname.replace(/\/+$/, '');
}

export function serverProblems(server: string): readonly SpecProblem[] {
  const problem = (message: string): readonly SpecProblem[] => [{ path: ['server'], message }];
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return problem('must be a URL of http or https, such as https://vault.example.com:8200');
  }
  if (url.username + url.password !== '') {
    return problem('must be without user and password: they would stand in every message and log');
  }
  return [];
}
