import { describe, expect, test } from 'vitest';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { expectRecorded, type RecordedCase, recordedCases } from './recorded.ts';

/** Needs the template engine, which is not there yet: then the program must say so, and write nothing. */
function needsTemplateEngine(input: string): boolean {
  const decoded = [...input.matchAll(/[A-Za-z0-9+/]{8,}=*/g)].map(([text]) =>
    Buffer.from(text, 'base64').toString(),
  );
  return [input, ...decoded].some((text) => text.includes('{{'));
}

/** The program must say that it cannot render the template, and write nothing. */
function expectUnsupported({ input }: RecordedCase, { code, stdout }: Ended): void {
  expect({ code, stdout, needed: needsTemplateEngine(input) }).toEqual({
    code: 1,
    stdout: '',
    needed: true,
  });
}

describe.each(['semantics.jsonl', 'semantics-2.jsonl'])('%s', (file) => {
  test.concurrent.each(recordedCases(file).map((recorded) => [recorded.id, recorded] as const))(
    '%s',
    async (_id, recorded) => {
      const ended = await esoRender('bundle', [], { input: recorded.input });
      expect(ended.code).not.toBe(3);
      const isUnsupported = ended.stderr.includes('templates with actions are not supported yet');
      (isUnsupported ? expectUnsupported : expectRecorded)(recorded, ended);
    },
  );
});
