// Owns which commit a build is of.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const root = new URL('..', import.meta.url);

/**
 * What `ESO_RENDER_COMMIT` says (a build in an image has no repository), else what git says, with `-modified` where the
 * sources are not those of the commit. Sources without a repository of their own are of an `unknown` commit, also where
 * they were unpacked inside another repository.
 */
export async function commitOfSources(): Promise<string> {
  const named = process.env['ESO_RENDER_COMMIT'];
  if (named !== undefined && named !== '') return named.slice(0, 12);
  if (!existsSync(new URL('.git', root))) return 'unknown';
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    const changes = await git('status', '--porcelain', '--untracked-files=no');
    return changes === '' ? commit : `${commit}-modified`;
  } catch {
    return 'unknown';
  }
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: root });
  return stdout.trim();
}
