// Owns the start of the executable: the files of the bundle come out of it, one by one as they are imported, instead of from a folder.
import { registerHooks } from 'node:module';
import { getAsset } from 'node:sea';
import { pathToFileURL } from 'node:url';

/** There is no such folder, and no file of that name can be in the way: the executable is a file itself. */
const base = `${pathToFileURL(process.execPath).href}/`;

registerHooks({
  resolve: (specifier, context, nextResolve) => {
    const { parentURL = '' } = context;
    const isOurs = parentURL.startsWith(base) && specifier.startsWith('.');
    const url = isOurs ? new URL(specifier, parentURL).href : specifier;
    return url.startsWith(base)
      ? { url, format: 'module', shortCircuit: true }
      : nextResolve(specifier, context);
  },
  load: (url, context, nextLoad) =>
    url.startsWith(base)
      ? { source: getAsset(url.slice(base.length), 'utf8'), format: 'module', shortCircuit: true }
      : nextLoad(url, context),
});

void import(`${base}main.mjs`);
