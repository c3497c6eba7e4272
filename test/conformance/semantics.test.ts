import { describe, expect, test } from 'vitest';
import { esoRender } from '../support/eso-render.ts';
import { expectRecorded, recordedCases } from './recorded.ts';

/** Cases that call a function which is not there yet: then the program must name it, and write nothing. */
const missingFunctions: ReadonlyMap<string, string> = new Map([['h-realistic-022', 'toYaml']]);

describe.each(['semantics.jsonl', 'semantics-2.jsonl'])('%s', (file) => {
  const cases = recordedCases(file).map((recorded) => [recorded.id, recorded] as const);

  test.concurrent.each(cases.filter(([id]) => !missingFunctions.has(id)))(
    '%s',
    async (_id, recorded) => {
      expectRecorded(recorded, await esoRender('bundle', [], { input: recorded.input }));
    },
  );

  test.concurrent.each(cases.filter(([id]) => missingFunctions.has(id)))(
    '%s needs a function that is missing',
    async (id, { input }) => {
      const { code, stdout, stderr } = await esoRender('bundle', [], { input });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(
        `function "${missingFunctions.get(id)}" not defined (it is not supported yet)`,
      );
    },
  );
});
