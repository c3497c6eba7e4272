// Tests toYaml and fromYaml: Go's answers to what is easily got wrong. test/conformance/go compares thousands more.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { yamlValue } from '../../../conformance/go/yaml-arbitrary.ts';
import { render } from './render.ts';

test.each([
  {
    reason: 'words of YAML 1.1',
    json: '["y","No","~","1_000","0x1F","1:20","2001-01-01"]',
    is: '- "y"\n- "No"\n- "~"\n- "1_000"\n- "0x1F"\n- "1:20"\n- "2001-01-01"',
  },
  {
    reason: 'signs',
    json: '["a: b","#a","-","it\'s"," x"]',
    is: "- 'a: b'\n- '#a'\n- '-'\n- it's\n- ' x'",
  },
  {
    reason: 'lines',
    json: '{"a":"x\\ny\\n","b":"x\\ny","c":"\\nx\\n\\n"}',
    is: 'a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |2+\n\n  x\n',
  },
  {
    reason: 'numbers',
    json: '[1e6,1e21,0.1,1e-7,-0]',
    is: '- 1000000\n- 1e+21\n- 0.1\n- 1e-07\n- 0',
  },
  { reason: 'order of keys', json: '{"a10":1,"a9":2,"B":3}', is: 'B: 3\na9: 2\na10: 1' },
  {
    reason: 'nesting',
    json: '{"a":[{"b":1,"c":[]},[2]],"d":{}}',
    is: 'a:\n- b: 1\n  c: []\n- - 2\nd: {}',
  },
  {
    reason: 'a next-line character is a line end in JSON, which is folded',
    json: '["a \u0085 b","a\u0085 \u0085b"," \u0085 ","\\ta\\t\u0085"]',
    is: '- a b\n- |-\n  a\n  b\n- \' \'\n- "\\ta\\t "',
  },
  { reason: 'a blank that is none to YAML', json: '"\u00a0x"', is: '\u00a0x' },
  { reason: 'and none in a key, which is an error that ESO drops', json: '{"a\u0085":1}', is: '' },
  {
    reason: 'a line of more than 80 columns',
    json: `"${'word '.repeat(20)}end"`,
    is: `${'word '.repeat(16)}word\n  word word word end`,
  },
])('toYaml: $reason', ({ json, is }) => {
  const bytes = Buffer.from(json).toString('latin1');
  expect(render('{{ .json | fromJson | toYaml }}', { json: bytes })).toBe(
    Buffer.from(is).toString('latin1'),
  );
});

test.each([
  {
    reason: 'numbers are float64',
    yaml: 'a: 12345678901\nb: 017\nc: 1_000',
    is: '{"a":12345678901,"b":15,"c":1000}',
  },
  { reason: 'booleans of YAML 1.1', yaml: 'a: yes\nb: off', is: '{"a":true,"b":false}' },
  { reason: 'the last of two keys', yaml: 'a: 1\na: 2', is: '{"a":2}' },
  { reason: 'nothing', yaml: '', is: '{}' },
  {
    reason: 'an escape of half a character, as JSON writes pairs of them',
    yaml: String.raw`{"a":"\ud83d\ude00"}`,
    is: '{"Error":"error converting YAML to JSON: yaml: line 1: an escape stands for half of a character, or for none"}',
  },
  {
    reason: 'an escaped backslash before it',
    yaml: String.raw`a: "\\ud83d"`,
    is: String.raw`{"a":"\\ud83d"}`,
  },
  {
    reason: 'a list is no map',
    yaml: '- 1',
    is: '{"Error":"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"}',
  },
])('fromYaml: $reason', ({ yaml, is }) => {
  expect(render('{{ .yaml | fromYaml | toJson }}', { yaml })).toBe(is);
});

test('fromYaml of no YAML gives an error in the map, without a text of it', () => {
  const error = render('{{ (fromYaml .yaml).Error }}', { yaml: 'a: [s3cret' });
  expect(error).toMatch(/^error converting YAML to JSON: yaml: line \d+: /);
  expect(error).not.toContain('s3cret');
});

// toYaml takes one line end away, which a text at the very end may need.
test('a map comes back from its YAML', () => {
  const readable = fc
    .dictionary(fc.string(), yamlValue)
    .map((value) => JSON.stringify(value))
    // What go-yaml folds or does not take, and the parser here knows no line separator.
    .filter((json) => !/[\u007f-\u009f\u2028\u2029]|<<|-0\b/.test(json));
  fc.assert(
    fc.property(readable, (json) => {
      const text = Buffer.from(json).toString('latin1');
      const back = render('{{ .json | fromJson | toYaml | printf "%s\\n" | fromYaml | toJson }}', {
        json: text,
      });
      expect(back).toBe(render('{{ .json | fromJson | toJson }}', { json: text }));
    }),
    { numRuns: 200 },
  );
});
