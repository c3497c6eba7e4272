// Owns the two documents that the cases of cases.jsonl are executed with.
import { typedText, type TypedData } from './typed-data.ts';

/** One entry for each kind of value. */
const typed: TypedData = {
  'map[string]interface {}': {
    user: typedText('admin'),
    n: { int: '3' },
    i64: { int64: '-7' },
    u: { uint64: '9' },
    f: { float64: '2.5' },
    big: { float64: '12345678' },
    t: { bool: true },
    nil: { nil: true },
    empty: typedText(''),
    uni: typedText('héllo ☃😀'),
    bin: { string: Buffer.from([0, 1, 255, 128, 195]).toString('base64') },
    list: {
      '[]interface {}': [{ int: '1' }, typedText('two'), { nil: true }, { float64: '3.5' }],
    },
    ss: { '[]string': ['eA==', 'eXk='] },
    m: {
      'map[string]interface {}': {
        a: { int: '1' },
        b: { 'map[string]interface {}': { c: typedText('deep') } },
        z: { nil: true },
      },
    },
    ms: { 'map[string]string': { k: 'dg==', 'a-b': 'ZGFzaA==' } },
    html: typedText('<a href="x">&\''),
  },
};

/** What templates of ExternalSecrets get: texts only. */
const strings: TypedData = {
  'map[string]string': {
    user: 'YWRtaW4=',
    pass: 'cEBzcw==',
    empty: '',
    multi: Buffer.from('line1\nline2\n').toString('base64'),
    json: Buffer.from(
      '{"a":1,"list":["x","yy",null],"nested":{"k":"v"},"f":2.50,"big":12345678,"t":true}',
    ).toString('base64'),
    'tls.crt': 'ZG90dGVk',
  },
};

export const documents: Readonly<Record<'typed' | 'strings', TypedData>> = { typed, strings };
