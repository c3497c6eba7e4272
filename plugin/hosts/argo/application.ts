// Owns what Argo CD says of the application: its name, the root of its repository, the variables that its texts may name.
import { resolve, sep } from 'node:path';
import type { Environment } from '../../outcome.ts';

/** Argo CD's build environment: the only variables that an application's texts may name, and what kustomize is given. */
const buildVariables = [
  'ARGOCD_APP_NAME',
  'ARGOCD_APP_NAMESPACE',
  'ARGOCD_APP_PROJECT_NAME',
  'ARGOCD_APP_REVISION',
  'ARGOCD_APP_REVISION_SHORT',
  'ARGOCD_APP_REVISION_SHORT_8',
  'ARGOCD_APP_SOURCE_REPO_URL',
  'ARGOCD_APP_SOURCE_PATH',
  'ARGOCD_APP_SOURCE_TARGET_REVISION',
] as const;

export function buildEnvironment(env: Environment): Environment {
  return Object.fromEntries(buildVariables.map((name) => [name, env[name]]));
}

/** An application outside of Argo CD's own namespace is called `<namespace>_<name>`; the release has the name alone. */
export function applicationName(env: Environment): string | undefined {
  const name = env['ARGOCD_APP_NAME'];
  return name?.slice(name.indexOf('_') + 1) || undefined;
}

/**
 * The root of what Argo CD checked out: the folder above those of the application's path that the working folder ends
 * with. A root that Argo CD has narrowed to some paths is found too; without its word, it is the folder itself.
 */
export function repositoryRoot(folder: string, env: Environment): string {
  const here = resolve(folder).split(sep);
  const path = resolve(sep, env['ARGOCD_APP_SOURCE_PATH'] ?? '')
    .split(sep)
    .filter((part) => part !== '');
  let shared = 0;
  while (shared < path.length && path.at(-1 - shared) === here.at(-1 - shared)) shared += 1;
  return here.slice(0, here.length - shared).join(sep) || sep;
}

/** `$NAME`, `${NAME}`, and `$$` for a dollar. */
const reference = /\$(?:\{(?<braced>[^}]*)\}|(?<plain>\$|[A-Za-z_][A-Za-z0-9_]*))/g;

/** The variables of the build environment in an application's text, as Argo CD puts them there (Go's os.Expand). */
export function substitute(text: string, env: Environment): string {
  const known = buildEnvironment(env);
  let expanded = '';
  let end = 0;
  for (const match of text.matchAll(reference)) {
    const name = match.groups?.['braced'] ?? match.groups?.['plain'] ?? '';
    expanded += text.slice(end, match.index) + (name === '$' ? '$' : (known[name] ?? ''));
    end = match.index + match[0].length;
  }
  return expanded + text.slice(end);
}
