// Owns a program that serves until it is stopped: ready by a line that it says, and never left behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type ServerProcess = { readonly stop: () => Promise<void> };

export type ServerOptions = {
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What it says, on either stream, once it takes requests. */
  readonly ready: RegExp;
};

/** Starts a server and answers when it is ready; fails with what it said when it ends before that. */
export async function startServer(
  [program = '', ...args]: readonly string[],
  { env, cwd, ready }: ServerOptions,
): Promise<ServerProcess> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Some of them outlive SIGTERM (argocd-cmp-server does), and none of them has anything to save.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const listen = (bytes: Buffer): void => {
      said += bytes.toString();
      if (ready.test(said)) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${said}`)));
  });
  return {
    stop: async () => {
      process.off('exit', kill);
      const ended = once(child, 'exit');
      if (child.exitCode === null && kill()) await ended;
    },
  };
}
