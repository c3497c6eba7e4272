// Owns what --version says: which release, of which commit, and which build of it.
import packageJson from '../package.json' with { type: 'json' };

/**
 * Put in by esbuild.ts; not there when the sources run. The commit has `-modified` where the sources were not those of the
 * commit, and is `unknown` without a repository; the build is a hash of all files of the bundle: equal for equal bundles,
 * wherever they were built.
 */
declare const ESO_RENDER_BUILD: string;

export function versionText(): string {
  const build = typeof ESO_RENDER_BUILD === 'undefined' ? 'sources' : ESO_RENDER_BUILD;
  return `${packageJson.name} ${packageJson.version} (${build})\n`;
}
