// Owns the Go program that runs the same cases: built once with the Go of this machine, asked in batches.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outputAnswer, type Answer, type GoCase } from '../../unit/gotmpl/go-case.ts';

export type Functions = 'core' | 'sprig';

/** Whether there is a Go that can build the oracle. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/** Builds the oracle; answers with the path of its program. */
export function buildOracle(): string {
  const program = path.join(mkdtempSync(path.join(tmpdir(), 'go-template-')), 'oracle');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: import.meta.dirname, stdio: 'pipe' });
  return program;
}

/** What Go answers to each case, in order. */
export function askGo(program: string, cases: readonly GoCase[], functions: Functions): Answer[] {
  const input = wireCases(cases, functions);
  const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 30 });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => wireAnswer(JSON.parse(line) as WireAnswer));
}

/** The cases as the program reads them, one a line. */
export function wireCases(cases: readonly GoCase[], functions: Functions): string {
  return cases.map((goCase) => JSON.stringify(wireCase(goCase, functions))).join('\n');
}

function wireCase(goCase: GoCase, functions: Functions): Readonly<Record<string, unknown>> {
  return {
    name: 'K',
    template: Buffer.from(goCase.template).toString('base64'),
    data: goCase.data,
    functions,
    missingKey: goCase.missingKey ?? 'error',
    left: goCase.leftDelimiter ?? '',
    right: goCase.rightDelimiter ?? '',
  };
}

type WireAnswer = { readonly ok: boolean; readonly output?: string; readonly error?: string };

function wireAnswer({ ok, output = '', error = '' }: WireAnswer): Answer {
  return ok
    ? outputAnswer(Buffer.from(output, 'base64'))
    : { error: Buffer.from(error, 'base64').toString() };
}
