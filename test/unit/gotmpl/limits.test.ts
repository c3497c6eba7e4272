// Owns the check that no template crashes, hangs or grows without bound, and of what errors show.
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../../plugin/gotmpl/errors.ts';
import { execute, parseTemplate, type ExecuteOptions } from '../../../plugin/gotmpl/template.ts';
import { coreFunctions } from './core-functions.ts';
import { documents } from './documents.ts';
import { valueOf } from './typed-data.ts';

const options: ExecuteOptions = { missingKey: 'error', maxOutputBytes: 10_000, maxSteps: 100_000 };

function render(text: string): Uint8Array {
  const template = parseTemplate({ name: 'K', text }, coreFunctions);
  return execute(template, valueOf(documents.typed), options);
}

function errorOf(text: string): TemplateError {
  try {
    render(text);
  } catch (error) {
    if (error instanceof TemplateError) {
      return error;
    }
    throw error;
  }
  throw new Error(`no error from ${text}`);
}

const many = 100_000;

test.each([
  { reason: 'parentheses', text: `{{ ${'('.repeat(many)}1${')'.repeat(many)} }}`, limit: 'depth' },
  { reason: 'bodies', text: '{{ if true }}'.repeat(many), limit: 'nesting' },
  {
    reason: 'else if',
    text: `{{ if false }}${'{{ else if false }}'.repeat(many)}{{ end }}`,
    limit: 'nesting',
  },
  { reason: 'blocks', text: '{{ block "B" . }}'.repeat(many), limit: 'nesting' },
  {
    reason: 'a template that calls itself',
    text: '{{ define "R" }}{{ template "R" }}{{ end }}{{ template "R" }}',
    limit: 'exceeded maximum template depth (200)',
  },
  {
    reason: 'one that calls itself in bodies and arguments',
    text: '{{ define "R" }}{{ if true }}{{ with list (list (list 1)) }}{{ template "R" (list .) }}{{ end }}{{ end }}{{ end }}{{ template "R" }}',
    limit: 'nested too deep',
  },
  { reason: 'a loop', text: '{{ range 9223372036854775807 }}{{ end }}', limit: 'too many steps' },
  {
    reason: 'a loop that writes',
    text: '{{ range 90000 }}text{{ end }}',
    limit: 'the output is longer than 10000 bytes',
  },
  {
    reason: 'a text that doubles',
    text: '{{ $x := "a" }}{{ range 99 }}{{ $x = print $x $x }}{{ end }}',
    limit: 'longer than 10000 bytes',
  },
  {
    reason: 'a list that doubles when it is printed',
    text: '{{ $x := list 1 }}{{ range 99 }}{{ $x = list $x $x }}{{ end }}{{ len (print $x) }}',
    limit: 'longer than 10000 bytes',
  },
  {
    reason: 'a value that is nested too deep to print',
    text: '{{ $x := 1 }}{{ range 9000 }}{{ $x = list $x }}{{ end }}{{ $x }}',
    limit: 'nested too deep',
  },
  { reason: 'padding', text: '{{ printf "%999999d" 1 }}', limit: 'longer than 10000 bytes' },
])('stops with an error: $reason', ({ text, limit }) => {
  expect(errorOf(text).message).toContain(limit);
});

test.each([
  { reason: 'comments', text: '{{/* c */}}'.repeat(many), output: '' },
  { reason: 'nested as deep as people write', text: nestedTemplate(60), output: 'x' },
  { reason: 'a pipeline', text: `{{ 1${' | print'.repeat(9000)} }}`, output: '1' },
])('is not stopped: $reason', ({ text, output }) => {
  expect(Buffer.from(render(text)).toString()).toBe(output);
});

function nestedTemplate(depth: number): string {
  return `${'{{ with (((list 1))) }}'.repeat(depth)}x${'{{ end }}'.repeat(depth)}`;
}

describe('an error', () => {
  test('knows line, column and the source of the action', () => {
    const error = errorOf('a\nb {{ .missing }}');
    expect(error.place).toEqual({ stage: 'execute', line: 2, column: 5, action: '.missing' });
    expect(error.holdsValue).toBe(false);
  });

  test('of the parser knows line and column', () => {
    expect(errorOf('a\n{{ 1 | 2 }}').place).toEqual({
      stage: 'parse',
      line: 2,
      column: 9,
    });
  });

  test('names the function that does not exist', () => {
    expect(errorOf('{{ nope }}').place.unknownFunction).toBe('nope');
  });

  test.each([
    { reason: 'an argument', text: '{{ fails "give a user" }}' },
    { reason: 'a piped argument', text: '{{ "give a user" | fails }}' },
  ])('shows what stands in the template itself: $reason', ({ text }) => {
    const error = errorOf(text);
    expect(error.message).toMatch(/error calling fails: .*give a user/);
    expect(error.holdsValue).toBe(false);
  });

  test.each([
    { reason: 'what a function says', text: '{{ fails .user }}' },
    { reason: 'what range refuses', text: '{{ range .user }}{{ end }}' },
    { reason: 'what eq cannot compare', text: '{{ eq (list .user) (list .user) }}' },
    { reason: 'what call is no function', text: '{{ .user | call }}' },
    { reason: 'a format that prints it', text: '{{ fails (printf "%q" .user) }}' },
    { reason: 'a value that is piped', text: '{{ .user | print "a" | fails }}' },
    { reason: 'a variable', text: '{{ $x := .user }}{{ fails $x }}' },
  ])('keeps a value out of its message: $reason', ({ text }) => {
    const error = errorOf(text);
    expect(error.revealGoText()).toContain('admin');
    expect(`${error.message}${error.stack ?? ''}${JSON.stringify(error)}`).not.toContain('admin');
  });
});

test('delimiters and bytes that are not UTF-8', () => {
  const text = Buffer.from([0xff, ...Buffer.from('<% .user %>'), 0xfe]);
  const template = parseTemplate(
    { name: 'K', text, leftDelimiter: '<%', rightDelimiter: '%>' },
    coreFunctions,
  );
  const output = execute(template, valueOf(documents.typed), options);
  expect([...output]).toEqual([0xff, ...Buffer.from('admin'), 0xfe]);
});
