// Owns the closing line of a test run: `N passed, N failed, N skipped`, alone on a line, as CI reads it.
import type { Reporter, TestModule } from 'vitest/node';

/** What must hold of a whole run, and of no test alone; the answer says what does not. */
export type RunCheck = (modules: readonly TestModule[]) => string | undefined;

export class CountReporter implements Reporter {
  readonly #checks: readonly RunCheck[];

  /** A check that fails counts as a test that fails. */
  constructor(checks: readonly RunCheck[] = []) {
    this.#checks = checks;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const problems = this.#checks.flatMap((check) => check(modules) ?? []);
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    if (problems.length > 0) process.exitCode = 1;
    const count = { passed: 0, failed: errors.length + problems.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (
        module.state() === 'failed' &&
        [...module.children.allTests()].every((test) => test.result().state !== 'failed')
      )
        count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    process.stdout.write(
      `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`,
    );
  }
}
