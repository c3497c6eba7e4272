import { describe, expect, test } from 'vitest';
import { esoRender } from '../support/eso-render.ts';
import { expectRecorded, recordedCases } from './recorded.ts';

/** Needs the template engine, which is not there yet: then the program must say so, and write nothing. */
function needsTemplateEngine(input: string): boolean {
  const decoded = [...input.matchAll(/[A-Za-z0-9+/]{8,}=*/g)].map(([text]) =>
    Buffer.from(text, 'base64').toString(),
  );
  return [input, ...decoded].some((text) => text.includes('{{'));
}

describe.each(['semantics.jsonl', 'semantics-2.jsonl'])('%s', (file) => {
  test.concurrent.each(recordedCases(file).map((recorded) => [recorded.id, recorded] as const))(
    '%s',
    async (_id, recorded) => {
      const ended = await esoRender('bundle', [], { input: recorded.input });
      if (ended.stderr.includes('templates with actions are not supported yet')) {
        expect(needsTemplateEngine(recorded.input)).toBe(true);
        expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 1, stdout: '' });
      } else {
        expectRecorded(recorded, ended);
      }
    },
  );
});
