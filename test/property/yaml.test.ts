// Tests by random input what must hold of every document that is cut out, read or written.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseOther } from 'yaml';
import { emitStream } from '../../plugin/yaml/emit.ts';
import { type PlainData, toYamlText } from '../../plugin/yaml/encode.ts';
import { mentions } from '../../plugin/yaml/mention.ts';
import { parseYaml } from '../../plugin/yaml/parse.ts';
import { splitStream } from '../../plugin/yaml/split.ts';
import { parseStringMap } from '../../plugin/yaml/string-map.ts';

function valueOf(text: string): unknown {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify([text, parsed.problems]));
  // Through JSON: objects without a prototype are not equal to literals.
  return JSON.parse(JSON.stringify(parsed.document.value));
}

/** Pieces of which hostile streams are made. */
const pieces = fc.array(
  fc.constantFrom(
    '---',
    '--- ',
    '---x',
    '...',
    '... ',
    '%YAML 1.1',
    '\n',
    '\r\n',
    '\r',
    '# c',
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    "'",
    'a: b',
    '- ',
    '? ',
    ': ',
    ' ',
    '\t',
    '\uFEFF',
    '{"a": "---"}',
    '&a ',
    '*a',
    '!!binary ',
    '|',
    '>-',
    ',',
    '\u0000',
  ),
  { maxLength: 40 },
);

describe('splitStream', () => {
  test('cuts any bytes without a gap, and emitStream without edits puts them together again', () => {
    const streams = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      pieces.map((all) => new Uint8Array(Buffer.from(all.join('')))),
    );
    fc.assert(
      fc.property(streams, (bytes) => {
        const slices = splitStream(bytes);
        let position = 0;
        for (const { start, contentStart, contentEnd, end } of slices) {
          expect(start).toBe(position);
          expect(start <= contentStart && contentStart <= contentEnd && contentEnd <= end).toBe(
            true,
          );
          expect(end).toBeGreaterThan(start);
          position = end;
        }
        expect(position).toBe(bytes.length);
        expect(emitStream(bytes, slices, new Map())).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseYaml and parseStringMap', () => {
  test('whatever is broken is a problem with a place, and no message holds a piece of the text', () => {
    const canary = 'Canary7319';
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            canary,
            `k: ${canary}\n`,
            `*${canary}`,
            `!${canary} `,
            `&${canary} `,
            `%${canary}\n`,
            `{${canary}: ${canary}`,
            `"${canary}`,
            `\\${canary}`,
            `? ${canary}`,
            `<<: *${canary}\n`,
            `${canary}: |9\n`,
          ),
          pieces.map((all) => all.slice(0, 3).join('')),
        ),
        { minLength: 1, maxLength: 12 },
      )
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseYaml(input);
        const problems = parsed.ok ? [] : parsed.problems;
        expect(parsed.ok || problems.length > 0).toBe(true);
        for (const { message, line, column } of problems) {
          expect(message.replace(/^the key ".*" is there twice$/s, '')).not.toContain('Canary');
          expect(line >= 1 && column >= 1).toBe(true);
        }
        const map = parseStringMap(input);
        expect(map.ok ? '' : map.message).not.toContain('Canary');
      }),
      { numRuns: 3000 },
    );
  });
});

describe('mentions', () => {
  const word = 'external-secrets.io';
  const hex = (character: string, digits: number): string =>
    character.charCodeAt(0).toString(16).padStart(digits, '0');
  const spelt = (character: string): fc.Arbitrary<string> =>
    fc.constantFrom(
      character,
      character,
      `\\x${hex(character, 2)}`,
      `\\x${hex(character, 2).toUpperCase()}`,
      `\\u${hex(character, 4)}`,
      `\\U${hex(character, 8)}`,
      `\\\n    ${character}`,
    );
  const quoted = fc.tuple(...Array.from(`${word}/v1`, spelt)).map((all) => `"${all.join('')}"`);
  const frames: readonly ((value: string) => string)[] = [
    (value) => `apiVersion: ${value}\n`,
    (value) => `{apiVersion: ${value}, 'it\\': 1}\n`,
    (value) => `- C:\\dir\\\\x65 # \\\n- "\\\\": ${value}\n`,
    (value) => `x: &a ${value}\napiVersion: *a\n`,
    (value) => `? ${value}\n: 1\n`,
  ];

  test('is true for every spelling that another parser reads as the word', () => {
    fc.assert(
      fc.property(quoted, fc.constantFrom(...frames), (value, frame) => {
        const text = frame(value);
        expect(JSON.stringify(parseOther(text, { version: '1.1' }))).toContain(`${word}/v1`);
        expect(mentions(Buffer.from(text), [word])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '!!binary',
    '!<tag:yaml.org,2002:binary>',
    '!!bin%61ry',
    '!<tag:yaml.org,2002:%62inary>',
  ])('is true for base64 under %s, which may hold any word', (tag) => {
    const text = `apiVersion: ${tag} ${Buffer.from(word).toString('base64')}`;
    expect(mentions(Buffer.from(text), [word])).toBe(true);
  });

  test('is true for the line ends of YAML 1.1 and for tags by another name', () => {
    const texts = [
      'a: "external-\\\u2028  secrets.io"',
      'a: "external-\\\u0085secrets.io"',
      '%TAG !b! tag:yaml.org,2002:bin\n---\na: !b!ary ZXh0\n',
      '\uFEFF%TAG !b! tag:yaml.org,2002:bin\n---\na: !b!ary ZXh0\n',
      'a: !<tag:\u00E0,2002:binary> ZXh0',
    ];
    expect(texts.filter((text) => !mentions(Buffer.from(text), [word]))).toEqual([]);
  });

  test.each([
    { reason: 'escapes of other characters', text: 'a: "\\u003cb\\u003e \\\\ \\n \\x41"' },
    { reason: 'an escaped backslash in the word', text: 'a: "external\\\\-secrets.io"' },
    { reason: 'a tag of another kind', text: 'a: !!str x\nb: !Ref "\\u0026"' },
    { reason: 'exclamation marks', text: 'a: "hello!!! \\\n  world"' },
  ])('is false, so that nothing is parsed: $reason', ({ text }) => {
    expect(mentions(Buffer.from(text), [word])).toBe(false);
  });
});

describe('toYamlText', () => {
  const words = fc.constantFrom(
    'y',
    'No',
    'null',
    '~',
    '',
    '.inf',
    '<<',
    '=',
    '0b-1',
    '0_b1',
    '1_000',
    '0x1F',
    '0o17',
    '08',
    '1:30',
    '2001-01-01',
    '1e3',
    '.5',
    '...',
    '---',
    '- a',
    'a: b',
    'a #b',
    '__proto__',
    'constructor',
    '\u0085',
    '\u2028',
    '\uFEFF',
    '\u007F',
    'a\n',
    ' a',
    '\t',
  );
  const text = fc.oneof(
    words,
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  // JavaScript itself puts keys that look like an index first; Kubernetes gives their order no meaning.
  const data = fc.letrec<{ value: PlainData }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.constantFrom(null, true, false, 0, -1, 1.5, 1e21, 9007199254740991),
      fc.array(tie('value'), { maxLength: 3 }),
      fc
        .array(fc.tuple(text, tie('value')), { maxLength: 4 })
        .map((all) => Object.fromEntries(all)),
    ),
  })).value;

  test('is read as what it was by us, by YAML 1.1 and by YAML 1.2', () => {
    fc.assert(
      fc.property(data, (value) => {
        const written = toYamlText(value);
        const json = JSON.stringify(value);
        expect(JSON.stringify(valueOf(written))).toBe(json);
        expect(JSON.stringify(parseOther(written, { version: '1.2', schema: 'core' }))).toBe(json);
        expect(JSON.stringify(parseOther(written, { version: '1.1', merge: true }))).toBe(json);
      }),
      { numRuns: 1500 },
    );
  });
});
