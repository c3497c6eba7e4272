// Owns the check that a long value of any form takes a function time linear in its length: quadratic would be minutes here.
import { expect, test } from 'vitest';
import { render } from './eso/render.ts';

const many = 300_000;

const blanks = ' '.repeat(many);
const nextLine = '\u00c2\u0085';

test.each([
  {
    reason: 'blanks before a character on a line of PEM',
    template: '{{ filterPEM "X" .x | len }}',
    x: `-----BEGIN X-----\n${blanks}x\n-----END X-----\n`,
    is: 'error filtering pem',
  },
  {
    reason: 'PEM of many ends without a block, and lines that look like headers',
    template: '{{ filterPEM "X" .x | len }}',
    x: '-----BEGIN X-----\na:b\n-----END Y-----\n'.repeat(many / 40),
    is: 'error filtering pem',
  },
  {
    reason: 'blanks in YAML without a next-line character behind them',
    template: '{{ dict "a" .x | toYaml | len }}',
    x: `${nextLine}${blanks}x`,
    is: '7',
  },
  {
    reason: 'next-line characters in YAML',
    template: '{{ dict "a" .x | toYaml | len }}',
    x: nextLine.repeat(many),
    is: String(many + 5),
  },
  {
    reason: 'digits that end as no number',
    template: '{{ float64 .x }}',
    x: `${'1'.repeat(many)}x`,
    is: '0',
  },
  {
    reason: 'hexadecimal digits that end as no number',
    template: '{{ float64 .x }}',
    x: `0x${'1'.repeat(many)}x`,
    is: '0',
  },
  {
    reason: 'slashes before a name',
    template: '{{ base .x }}',
    x: `${'/'.repeat(many)}x`,
    is: 'x',
  },
])('is worked through once: $reason', ({ template, x, is }) => {
  expect(outcomeOf(template, x)).toContain(is);
});

function outcomeOf(template: string, x: string): string {
  try {
    return render(template, { x });
  } catch (error) {
    return String(error);
  }
}
