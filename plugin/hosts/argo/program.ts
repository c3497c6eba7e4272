// Owns running a program that makes manifests: without a shell, for so long and no longer, with what it needs of the environment.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { UsageError } from '../../errors.ts';
import type { Environment } from '../../outcome.ts';
import { errorCode } from '../cause.ts';
import { RenderError, type Result } from '../../results.ts';

export type Program = {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** What messages call it: `helm template`. */
  readonly title: string;
  readonly env: Environment;
  /** Its standard input; `inherit` is our own. */
  readonly input: 'none' | 'inherit' | { readonly text: string };
};

export type Output = { readonly stdout: Uint8Array; readonly notes: readonly Result[] };

type Ended = {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly isLate: boolean;
};

/**
 * What it prints, once it has ended well. What it says on standard error becomes a note.
 *
 * @throws UsageError where there is no such program.
 * @throws RenderError where it fails, with its exit code, or does not end in time, and is killed with all that it started.
 */
export async function outputOf(program: Program, deadlineMs: number): Promise<Output> {
  const { stdout, stderr, code, signal, isLate } = await ended(program, deadlineMs);
  const said = shortened(stderr);
  if (code === 0 && !isLate)
    return { stdout, notes: said === '' ? [] : [note(`${program.title} says: ${said}`)] };
  const words = said === '' ? ', and said nothing' : `: ${said}`;
  if (isLate)
    throw failure(
      'TIMEOUT',
      `${program.title} did not end within ${deadlineMs / 1000} s and was killed${words}; --deadline, or spec.deadline of the configuration, says how long it may take`,
    );
  const how = signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`;
  const exit = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  throw failure('COMMAND', `${program.title} ${how}${words}`, exit);
}

/** A process group of its own, so that what the program starts ends with it. */
async function ended(
  { argv: [file = '', ...args], env, input, title }: Program,
  deadlineMs: number,
): Promise<Ended> {
  const standardInput = input === 'none' ? 'ignore' : input === 'inherit' ? 'inherit' : 'pipe';
  const child = spawn(file, args, {
    env: { ...env },
    detached: true,
    stdio: [standardInput, 'pipe', 'pipe'],
  });
  let isLate = false;
  const stop = endWithUs(child.pid);
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child.pid);
  }, deadlineMs);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => stderr.push(bytes));
  // A program that does not read its input says why by how it ends.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(typeof input === 'string' ? '' : input.text);
  try {
    await once(child, 'close');
  } catch (error) {
    throw new UsageError(`${title}: "${file}" cannot be run: ${causeOf(error)}`);
  } finally {
    clearTimeout(timer);
    stop();
  }
  return {
    stdout: Buffer.concat(stdout),
    stderr: Buffer.concat(stderr).toString(),
    code: child.exitCode,
    signal: child.signalCode,
    isLate,
  };
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal to us ends the group, too, until the answer is called. */
function endWithUs(pid: number | undefined): () => void {
  const end = (signal: NodeJS.Signals): void => {
    killGroup(pid);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of endings) process.once(signal, end);
  return () => {
    for (const signal of endings) process.off(signal, end);
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function causeOf(error: unknown): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return 'it is not there, or not on the PATH';
  return code === 'EACCES' ? 'permission denied' : String(code);
}

/** The last words, where the cause stands, without the logins of addresses in them. */
function shortened(stderr: string): string {
  const text = stderr.trim().replaceAll(/\b([a-z][a-z+]*:\/\/)[^\s/@"'`]+@/gi, '$1[redacted]@');
  const limit = 8000;
  return text.length <= limit ? text : `… ${text.slice(-limit)}`;
}

function note(message: string): Result {
  return { code: 'COMMAND', severity: 'info', message };
}

function failure(code: 'COMMAND' | 'TIMEOUT', message: string, exit?: number): RenderError {
  return new RenderError([{ code, severity: 'error', message }], exit);
}
