// Owns the check of sprig's functions against answers that Go gave, and of their limits.
import { describe, expect, test } from 'vitest';
import { sprigFunctions } from '../../../plugin/gotmpl/sprig/table.ts';
import { execute, parseTemplate, type ExecuteOptions } from '../../../plugin/gotmpl/template.ts';
import { invalidValue } from '../../../plugin/gotmpl/values.ts';
import { answerOf } from './go-case.ts';
import { documents } from './documents.ts';
import { storedCases } from './stored-cases.ts';

test.each(storedCases('sprig-cases.jsonl'))('as Go: $template', ({ expect: go, ...goCase }) => {
  expect(answerOf(goCase, sprigFunctions)).toEqual(go);
});

test.each([
  { reason: 'keys come sorted', template: '{{ keys .m }}', output: '[a b z]' },
  { reason: 'values too', template: '{{ values (dict "b" 2 "c" 3 "a" 1) }}', output: '[1 2 3]' },
])('is the same each time, where Go has no order: $reason', ({ template, output }) => {
  expect(answerOf({ template, data: documents.typed }, sprigFunctions)).toEqual({ output });
});

const selfHolding = '{{ $d := dict }}{{ $_ := set $d "d" $d }}';

test.each([
  { reason: 'a long list', template: '{{ until 1000000000 }}', limit: 'too many steps' },
  { reason: 'a long sequence', template: '{{ seq 1 1000000000 }}', limit: 'too many steps' },
  { reason: 'repeat', template: '{{ repeat 1000000000 "ab" }}', limit: 'longer than' },
  { reason: 'indent', template: '{{ indent 1000000000 "ab" }}', limit: 'longer than' },
  {
    reason: 'replace',
    template: '{{ replace "a" (repeat 90000 "b") (repeat 90000 "a") }}',
    limit: 'longer than',
  },
  {
    reason: 'a long text worked on again and again',
    template:
      '{{ $x := repeat 200000 "a-_B" }}{{ range until 900 }}{{ $y := $x | snakecase }}{{ end }}',
    limit: 'too many steps',
  },
  {
    reason: 'hashes of passwords again and again',
    template: '{{ range until 900000 }}{{ $x := derivePassword 1 "pin" "a" "b" "c" }}{{ end }}',
    limit: 'too many steps',
  },
  {
    reason: 'a dict in itself, printed',
    template: `${selfHolding}{{ $d }}`,
    limit: 'nested too deep',
  },
  {
    reason: 'a dict in itself, compared',
    template: `${selfHolding}{{ $e := dict }}{{ $_ := set $e "d" $e }}{{ deepEqual $d $e }}`,
    limit: 'nested too deep',
  },
  {
    reason: 'a dict in itself, copied',
    template: `${selfHolding}{{ deepCopy $d }}`,
    limit: 'nested too deep',
  },
  {
    reason: 'dicts in themselves, merged',
    template: `${selfHolding}{{ $e := dict }}{{ $_ := set $e "d" $e }}{{ merge $d $e }}`,
    limit: 'nested too deep',
  },
  {
    reason: 'a dict in itself as JSON',
    template: `${selfHolding}{{ mustToJson $d }}`,
    limit: 'encountered a cycle via map[string]interface {}',
  },
  {
    reason: 'deep JSON',
    template: '{{ fromJson (repeat 100000 "[") }}',
    limit: 'nested too deep',
  },
  {
    reason: 'a pattern of many alternatives',
    template: '{{ regexMatch (join "|" (until 50000)) "x" }}',
    limit: 'too many steps',
  },
  {
    reason: 'a long pattern on a long text',
    template: '{{ regexFind (join "|" (until 2000)) (repeat 100000 "x") }}',
    limit: 'too many steps',
  },
  {
    reason: 'a list that doubles, as JSON',
    template: '{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}',
    limit: 'too many steps',
  },
])('stops with an error: $reason', ({ template, limit }) => {
  const answer = answerOf({ template, data: documents.typed }, sprigFunctions);
  expect('error' in answer ? answer.error : 'no error').toContain(limit);
});

test('a pattern that would backtrack for years takes no time', () => {
  const template = '{{ regexMatch "^(a+)+$" (printf "%sb" (repeat 20000 "a")) }}';
  const answer = answerOf({ template, data: documents.typed }, sprigFunctions);
  expect(answer).toEqual({ output: 'false' });
});

describe('the clock and the random bytes come from the caller', () => {
  const options: ExecuteOptions = {
    missingKey: 'error',
    maxOutputBytes: 10_000,
    maxSteps: 10_000,
    now: () => Date.UTC(2024, 1, 29, 10, 11, 12, 500),
    randomBytes: (count) => new Uint8Array(count).fill(7),
  };

  test.each([
    { template: '{{ now }}', output: '2024-02-29 10:11:12.5 +0000 UTC' },
    { template: '{{ now | unixEpoch }}', output: '1709201472' },
    { template: '{{ date "2006-01-02" nil }}', output: '2024-02-29' },
    { template: '{{ htmlDate "x" }}', output: '2024-02-29' },
    { template: '{{ ago 1709201400 }}', output: '1m13s' },
    { template: '{{ durationRound (toDate "2006" "2020") }}', output: '4y' },
    { template: '{{ randNumeric 4 }}', output: '1111' },
    { template: '{{ randBytes 3 }}', output: 'BwcH' },
    { template: '{{ uuidv4 }}', output: '07070707-0707-4707-8707-070707070707' },
    {
      template: '{{ encryptAES "k" "a" }}',
      output: 'BwcHBwcHBwcHBwcHBwcHB4ERsEc+6fBgVLv9lc0m2FY=',
    },
  ])('$template', ({ template, output }) => {
    const parsed = parseTemplate({ name: 'K', text: template }, sprigFunctions);
    const rendered = execute(parsed, invalidValue, options);
    expect(Buffer.from(rendered).toString()).toBe(output);
  });
});
