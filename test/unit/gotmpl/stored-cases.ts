// Owns the reading of stored cases: a template, the document it is executed with, and Go's answer.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { documents } from './documents.ts';
import type { Answer, GoCase } from './go-case.ts';

export type StoredCase = GoCase & { readonly expect: Answer };

type StoredLine = Omit<GoCase, 'data'> & {
  readonly data: keyof typeof documents;
  readonly expect: Answer;
};

/** The cases of a file beside this one, one JSON object a line. */
export function storedCases(name: string): StoredCase[] {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StoredLine)
    .map(({ data, ...stored }) => ({ ...stored, data: documents[data] }));
}
