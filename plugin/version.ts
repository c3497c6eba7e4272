// Owns what --version says: which release, of which commit, and which build of it.
import packageJson from '../package.json' with { type: 'json' };

/** Put in by esbuild.ts; not there when the sources run. */
declare const ESO_RENDER_BUILD: {
  readonly version: string;
  /** The commit's hash, with `-modified` where the sources were not those of the commit; or `unknown`. */
  readonly commit: string;
  /** Of the content of all files of the bundle: equal for equal bundles, wherever they were built. */
  readonly build: string;
};

export function versionText(): string {
  const { version, commit, build } =
    typeof ESO_RENDER_BUILD === 'undefined'
      ? { version: packageJson.version, commit: 'unknown', build: 'sources' }
      : ESO_RENDER_BUILD;
  return `eso-render ${version} (commit ${commit}, build ${build})\n`;
}
