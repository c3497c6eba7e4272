// Tests reading YAML into a map of text.
import { describe, expect, test } from 'vitest';
import { parseStringMap } from '../../../plugin/yaml/string-map.ts';
import { stringMaps } from './kubernetes-reads.ts';

describe('parseStringMap', () => {
  test.each(stringMaps)('as Kubernetes: $reason', ({ text, json }) => {
    const outcome = parseStringMap(text);
    expect(outcome.ok ? Object.fromEntries(outcome.map) : undefined).toEqual(
      json === undefined ? undefined : JSON.parse(json),
    );
  });

  test.each([
    { reason: 'a value that is a list', text: 'hunter2: [hunter2]' },
    { reason: 'an alias', text: 'a: *hunter2' },
    { reason: 'a tag', text: 'a: !!int hunter2' },
    { reason: 'a quote that does not close', text: 'a: "hunter2' },
    { reason: 'no map', text: 'hunter2' },
    { reason: 'too many levels', text: `hunter2: ${'['.repeat(100)}` },
  ])('does not show the text: $reason', ({ text }) => {
    const outcome = parseStringMap(text);
    expect(outcome.ok ? 'hunter2' : outcome.message).not.toContain('hunter2');
  });
});
