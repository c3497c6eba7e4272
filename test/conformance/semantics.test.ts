import { describe, test } from 'vitest';
import { esoRender } from '../support/eso-render.ts';
import { expectRecorded, recordedCases } from './recorded.ts';

describe.each(['semantics.jsonl', 'semantics-2.jsonl'])('%s', (file) => {
  const cases = recordedCases(file).map((recorded) => [recorded.id, recorded] as const);

  test.concurrent.each(cases)('%s', async (_id, recorded) => {
    expectRecorded(recorded, await esoRender('bundle', [], { input: recorded.input }));
  });
});
