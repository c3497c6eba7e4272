// Owns the edge of the process: arguments, environment and standard input to one run, and its outcome to the streams.
import { exitCode } from './errors.ts';
import { causeOf, errorCode } from './hosts/cause.ts';
import type { RunOutcome } from './outcome.ts';
import { run } from './run.ts';

/** Frames only: an error's message may hold what a library was working on, and that may be a secret. */
function bugReport(error: unknown): string {
  const frames =
    error instanceof Error
      ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line))
      : [];
  const name = error instanceof Error ? error.name : typeof error;
  return (
    ['eso-render: internal error, please report it (nothing was written)', name, ...frames].join(
      '\n',
    ) + '\n'
  );
}

/** What libraries warn of (deprecations, versions) is not the user's concern, and standard error is shown in the host's UI. */
process.removeAllListeners('warning');
process.on('warning', () => undefined);
process.on('uncaughtException', (error) => {
  process.stderr.write(bugReport(error));
  process.exit(exitCode.internal);
});
process.stdout.on('error', (error) => {
  // A reader that has gone is not there to be told.
  if (errorCode(error) !== 'EPIPE')
    process.stderr.write(`eso-render: cannot write standard output: ${causeOf(error)}\n`);
  process.exit(exitCode.failed);
});

function finish({ stdout, stderr, exitCode: code }: RunOutcome): void {
  process.exitCode = code;
  if (stderr !== '') process.stderr.write(stderr);
  if (stdout.length > 0) process.stdout.write(stdout);
}

try {
  finish(await run(process.argv.slice(2), process.env));
} catch (error) {
  finish({ stdout: '', stderr: bugReport(error), exitCode: exitCode.internal });
}
