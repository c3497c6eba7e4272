// Owns the text of an X.509 name as Go's pkix.Name prints it: RFC 2253, the last attribute first.
import { BaseStringBlock } from 'asn1js';
import { elementsOf, oidOf, printable, toDer, utf8, type Der } from './der.ts';

type Attribute = { readonly id: string; readonly value: string };

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

/** Undefined where the value is no name. */
export function nameText(name: Der | undefined): string | undefined {
  const attributes = attributesOf(name);
  if (attributes === undefined) return undefined;
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

function attributesOf(name: Der | undefined): readonly Attribute[] | undefined {
  const pairs = elementsOf(name).flatMap(elementsOf).map(elementsOf);
  const attributes = pairs.map(([type, value]) => ({
    id: oidOf(type),
    value: value instanceof BaseStringBlock ? value.getValue() : undefined,
  }));
  return attributes.every(isAttribute) ? attributes : undefined;
}

function isAttribute(found: {
  readonly id: string | undefined;
  readonly value: string | undefined;
}): found is Attribute {
  return found.id !== undefined && found.value !== undefined;
}

function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, String.raw`\$&`);
}

/** A type that RFC 2253 has no name for: its value in DER. */
function encodedText({ id, value }: Attribute): string {
  const der = /^[A-Za-z0-9 '()+,./:=?-]*$/.test(value) ? printable(value) : utf8(value);
  return `${id}=#${Buffer.from(toDer(der)).toString('hex')}`;
}
