// Owns X.509 names as Go reads them, and their text as pkix.Name prints it: RFC 2253, the last attribute first.
import { plainFailure, type FunctionError } from '../errors.ts';
import { isValidUtf8 } from '../utf8.ts';
import { printable, toDer, utf8 } from './der.ts';
import { derReader, oidIn, tags, type DerElement, type DerReader } from './der-reader.ts';

export type Attribute = { readonly id: string; readonly value: string };

/** In the order in which Go prints the attributes that it knows. */
const knownNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.3', 'CN'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.7', 'L'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.10', 'O'],
  ['2.5.4.6', 'C'],
]);

/** Of these Go keeps the last value only, and none that is empty. */
const singleNames: ReadonlySet<string> = new Set(['2.5.4.3', '2.5.4.5']);

/** The attributes of a name, from what is in its SEQUENCE. Throws FunctionError. */
export function readName(content: Uint8Array): readonly Attribute[] {
  const attributes: Attribute[] = [];
  const sets = derReader(content);
  while (!sets.isEmpty()) {
    const set = derReader(need(sets.element(tags.set)).content);
    while (!set.isEmpty()) {
      const attribute = need(set.element(tags.sequence), ': invalid attribute');
      attributes.push(attributeIn(derReader(attribute.content)));
    }
  }
  return attributes;
}

function attributeIn(reader: DerReader): Attribute {
  const id = need(oidIn(reader.element(tags.oid)?.content), ': invalid attribute type');
  return { id, value: stringIn(need(reader.any(), ': invalid attribute value')) };
}

function need<T>(found: T | undefined, what = ''): T {
  if (found === undefined) throw invalidName(what);
  return found;
}

function invalidName(what: string): FunctionError {
  return plainFailure(`x509: invalid RDNSequence${what}`);
}

/** A string type by its tag: how its bytes are read, or undefined where they are none of it. */
const stringTypes: ReadonlyMap<
  number,
  { readonly name: string; readonly read: (bytes: Buffer) => string | undefined }
> = new Map([
  [0x0c, { name: 'UTF-8 string', read: utf8Text }],
  [0x12, { name: 'NumericString', read: textOf(/^[0-9 ]*$/) }],
  [0x13, { name: 'PrintableString', read: textOf(/^[A-Za-z0-9 '()+,\-./:=?*&]*$/) }],
  // Of T.61 nobody uses more than Latin-1.
  [0x14, { name: 'T61String', read: textOf(/^/) }],
  [0x16, { name: 'IA5String', read: textOf(/^[\0-\u007f]*$/) }],
  [0x1e, { name: 'BMPString', read: utf16Text }],
]);

function stringIn({ tag, content }: DerElement): string {
  const type = stringTypes.get(tag);
  if (type === undefined) {
    throw invalidName(`: invalid attribute value: unsupported string type: ${tag}`);
  }
  const text = type.read(Buffer.from(content));
  return need(text, `: invalid attribute value: invalid ${type.name}`);
}

function textOf(pattern: RegExp): (bytes: Buffer) => string | undefined {
  return (bytes) => {
    const text = bytes.toString('latin1');
    return pattern.test(text) ? text : undefined;
  };
}

function utf8Text(bytes: Buffer): string | undefined {
  return isValidUtf8(bytes.toString('latin1')) ? bytes.toString() : undefined;
}

/** Without a zero at the end, with no surrogates and no code point that is no character. */
function utf16Text(bytes: Buffer): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  const text = Buffer.from(bytes).swap16().toString('utf16le').replace(/\0$/, '');
  return /[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/.test(text) ? undefined : text;
}

/** The text of a name. */
export function nameText(attributes: readonly Attribute[]): string {
  const known = [...knownNames].map(([id, label]) => {
    const values = attributes.filter((attribute) => attribute.id === id);
    const kept = singleNames.has(id)
      ? values.slice(-1).filter(({ value }) => value !== '')
      : values;
    return kept.map(({ value }) => `${label}=${escaped(value)}`).join('+');
  });
  const others = attributes.filter(({ id }) => !knownNames.has(id)).toReversed();
  return [...known.filter((text) => text !== ''), ...others.map(encodedText)].join(',');
}

function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, String.raw`\$&`);
}

/** A type that RFC 2253 has no name for: its value in DER. */
function encodedText({ id, value }: Attribute): string {
  const der = /^[A-Za-z0-9 '()+,./:=?-]*$/.test(value) ? printable(value) : utf8(value);
  return `${id}=#${Buffer.from(toDer(der)).toString('hex')}`;
}
