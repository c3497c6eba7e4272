// Owns sprig's functions on slash-separated paths.
import { bool, function1, text, type GoFunction } from '../functions.ts';

/** The same for paths of files: what renders is a Unix machine, as ESO's container is. */
const functions: readonly (readonly [string, string, GoFunction])[] = [
  ['base', 'osBase', function1([text], text, base)],
  ['dir', 'osDir', function1([text], text, dir)],
  ['clean', 'osClean', function1([text], text, clean)],
  ['ext', 'osExt', function1([text], text, ext)],
  ['isAbs', 'osIsAbs', function1([text], bool, (path) => path.startsWith('/'))],
];

export const pathFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>(
  functions.flatMap(([name, twin, target]) => [[name, target] as const, [twin, target] as const]),
);

/** path.Base: the last element, without slashes behind it. */
function base(path: string): string {
  if (path === '') {
    return '.';
  }
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

function dir(path: string): string {
  return clean(path.slice(0, path.lastIndexOf('/') + 1));
}

/** path.Clean: the shortest path that means the same, without asking a file system. */
function clean(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const element of path.split('/')) {
    if (element === '..' && kept.length > 0 && kept.at(-1) !== '..') {
      kept.pop();
    } else if (element !== '' && element !== '.' && !(element === '..' && isRooted)) {
      kept.push(element);
    }
  }
  const cleaned = (isRooted ? '/' : '') + kept.join('/');
  return cleaned === '' ? '.' : cleaned;
}

function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}
