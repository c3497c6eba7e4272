// Owns whether the host that has sent items from files writes the answer back into files: what its own command line says.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Environment } from '../outcome.ts';

/** The arguments of this process's ancestors, the nearest first; undefined where the system does not tell. */
export type Ancestors = () => readonly (readonly string[])[] | undefined;

/**
 * False only where it is known that no file is written (docs/adr/0022): kpt was told to print, or no such host has started
 * this process, so that its output is a pipe of the user's own. In a container the host is out of sight.
 */
export function isWrittenBack(env: Environment, ancestors: Ancestors = ancestorsOf): boolean {
  if (isContainerFunction(env)) return true;
  const commands = ancestors();
  if (commands === undefined) return true;
  const host = commands.find(([program = '']) => ['kpt', 'kustomize'].includes(basename(program)));
  if (host === undefined) return false;
  const [program = '', ...args] = host;
  return basename(program) === 'kustomize' ? !args.includes('--dry-run') : !isPrinted(args);
}

/** Variables that kpt and kustomize set for a function in a container, and for no other. */
function isContainerFunction(env: Environment): boolean {
  return env['STRUCTURED_RESULTS'] === 'true' && env['LOG_TO_STDERR'] === 'true';
}

/** By the last `-o`; without one `kpt fn eval -` prints too, which has no folder to write to. */
function isPrinted(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const outputs = own.flatMap((arg, at) => {
    const value = arg === '-o' || arg === '--output' ? own[at + 1] : joined.exec(arg)?.[1];
    return value === undefined ? [] : [value];
  });
  const output = outputs.at(-1);
  if (output !== undefined) return output === 'unwrap' || output === 'stdout';
  return own.some((arg, at) => arg === '-' && own[at - 1] === 'eval');
}

const joined = /^(?:-o=?|--output=)(.+)$/su;

/** A command has so many ancestors at most; a loop there is none. */
const mostAncestors = 64;

function ancestorsOf(): readonly (readonly string[])[] | undefined {
  const commands: string[][] = [];
  try {
    for (let pid = process.ppid; pid > 0 && commands.length < mostAncestors; pid = parentOf(pid))
      commands.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'));
    return commands;
  } catch {
    return undefined;
  }
}

/** The name of the program stands in parentheses, and may hold any character. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
