// Owns how findings are written to standard error: lines for people, or one JSON object a line for machines.
import { resultLine, shortened, type Result } from './results.ts';

const severities = ['error', 'warning', 'info'] as const;

/** Errors first, in input order within a severity; the same finding twice is written once. */
export function reportText(results: readonly Result[], format: 'text' | 'json'): string {
  const ordered = severities.flatMap((severity) =>
    results.filter((result) => result.severity === severity),
  );
  const lines = new Set(
    ordered.map((result) => (format === 'json' ? jsonLine(result) : resultLine(result))),
  );
  return [...lines].map((line) => `${line}\n`).join('');
}

function jsonLine(result: Result): string {
  return JSON.stringify({ ...result, message: shortened(result.message) });
}

export function hasErrors(results: readonly Result[]): boolean {
  return results.some(({ severity }) => severity === 'error');
}
