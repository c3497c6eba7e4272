// Owns the real hosts as programs: where each comes from, or why it is missing.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { cached, type Recipe } from '../support/cache.ts';
import { must } from '../support/command.ts';

export type Tool = { readonly path: string } | { readonly missing: string };

const kubernetes = { version: 'v1.37.2', package: 'k8s.io/component-base/version' };
const go = { GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'auto' };

/** Needed in CI: what the plugin is for. */
export async function kustomize(): Promise<Tool> {
  const version = 'v5.8.2';
  const source = `sigs.k8s.io/kustomize/kustomize/v5@${version}`;
  return required(
    await built('kustomize', {
      key: `kustomize-${version}`,
      duration: '1 minute',
      build: (folder) => must(['nice', 'go', 'install', source], { env: { ...go, GOBIN: folder } }),
    }),
  );
}

/** Argo CD's cmp-server and repo-server. Needed in CI: what the plugin is for. */
export async function argohost(): Promise<Tool> {
  return required(await wrapper('argohost', { duration: '5 to 15 minutes', ldflags: '-s -w' }));
}

export async function kubeApiserver(): Promise<Tool> {
  const [major = '', minor = ''] = kubernetes.version.slice(1).split('.');
  const stamp = { gitVersion: kubernetes.version, gitMajor: major, gitMinor: minor };
  const ldflags = Object.entries(stamp).map(
    ([name, text]) => `-X ${kubernetes.package}.${name}=${text}`,
  );
  return wrapper('apiserver', {
    duration: '6 to 25 minutes',
    ldflags: ['-s -w', ...ldflags].join(' '),
  });
}

/** Debian's etcd, unpacked and not installed. */
export async function etcd(): Promise<Tool> {
  return built('usr/bin/etcd', {
    key: 'etcd-server-debian',
    duration: 'a few seconds',
    build: async (folder) => {
      await must(['apt-get', 'download', 'etcd-server'], { cwd: folder });
      const packages = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
      await must(['dpkg', '-x', ...packages, '.'], { cwd: folder });
    },
  });
}

/** No registry has kpt or kubectl: one that is installed, or none. */
export function installed(name: 'kpt' | 'kubectl'): Tool {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const path = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return path === undefined ? { missing: `${name} is not on the PATH` } : { path };
}

/** `describe` for what needs tools: skipped where one is missing, with the reason in its name and on standard error. */
export function describeWith<Name extends string>(
  title: string,
  tools: Readonly<Record<Name, Tool>>,
  suite: (path: (name: Name) => string) => void,
): void {
  const all: readonly Tool[] = Object.values(tools);
  const missing = all.flatMap((tool) => ('missing' in tool ? [tool.missing] : []));
  const reason = missing.length === 0 ? '' : ` (skipped: ${missing.join('; ')})`;
  if (reason !== '') process.stderr.write(`${title}${reason}\n`);
  describe.skipIf(missing.length > 0)(`${title}${reason}`, () => {
    suite((name) => {
      const tool: Tool = tools[name];
      return 'path' in tool ? tool.path : '';
    });
  });
}

function required(tool: Tool): Tool {
  if ('missing' in tool && process.env['CI'] === 'true') throw new Error(tool.missing);
  return tool;
}

/** One of the Go programs of this folder, which make a host out of the host's own modules. */
async function wrapper(
  name: string,
  { duration, ldflags }: { readonly duration: string; readonly ldflags: string },
): Promise<Tool> {
  const cwd = join(import.meta.dirname, name);
  const hash = createHash('sha256').update(ldflags);
  for (const file of (await readdir(cwd)).toSorted()) hash.update(await readFile(join(cwd, file)));
  return built(name, {
    key: `${name}-${hash.digest('hex').slice(0, 16)}`,
    duration,
    build: (folder) => {
      const output = ['-o', join(folder, name)];
      return must(['nice', 'go', 'build', '-trimpath', '-ldflags', ldflags, ...output, '.'], {
        cwd,
        env: go,
      });
    },
  });
}

/** A program of the cache, or why there is none. */
async function built(program: string, recipe: Recipe): Promise<Tool> {
  try {
    return { path: join(await cached(recipe), program) };
  } catch (error) {
    return { missing: `${recipe.key} cannot be built: ${messageOf(error)}` };
  }
}

/** The command and the last line of what it said: the reason stands in the name of a skipped test. */
function messageOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
  return lines.length === 1 ? `${lines[0]}` : `${lines[0]}: ${lines.at(-1)}`;
}
