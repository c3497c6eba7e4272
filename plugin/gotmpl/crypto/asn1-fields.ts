// Owns reading the fields of a SEQUENCE as Go's encoding/asn1 does, with its error texts.
import { FunctionError, plainFailure } from '../errors.ts';
import { integerIn, oidIn } from './der-reader.ts';

/** What a field has to be: the first byte of its value, and the name of its type in Go. */
export type FieldKind = { readonly tag: number; readonly goType: string };

export const kinds = {
  int: { tag: 0x02, goType: 'int' },
  bigInt: { tag: 0x02, goType: '' },
  bits: { tag: 0x03, goType: 'BitString' },
  octets: { tag: 0x04, goType: '' },
  oid: { tag: 0x06, goType: 'ObjectIdentifier' },
} as const;

export function sequenceKind(goType: string): FieldKind {
  return { tag: 0x30, goType };
}

/** Reads one field after the other; what comes behind the last one may be anything. Each throws FunctionError. */
export type Asn1Fields = {
  /** What is in the next value. */
  readonly required: (kind: FieldKind) => Uint8Array;
  /** Undefined where something else comes next, or nothing. */
  readonly optional: (kind: FieldKind) => Uint8Array | undefined;
  /** The value in that context-specific tag, where it is one of the kind. */
  readonly optionalIn: (number: number, kind: FieldKind) => Uint8Array | undefined;
  /** What is in that context-specific tag, whatever it is; undefined where something else comes next. */
  readonly within: (number: number) => Uint8Array | undefined;
  /** Any value with its tag and length; empty where there is none. */
  readonly raw: () => Uint8Array;
  readonly isEmpty: () => boolean;
};

export function asn1Fields(bytes: Uint8Array): Asn1Fields {
  let at = 0;
  const taken = (header: Header): Uint8Array => {
    const end = header.start + header.length;
    if (end > bytes.length) throw syntaxError('data truncated');
    at = end;
    return bytes.subarray(header.start, end);
  };
  return {
    required: (kind) => {
      if (at === bytes.length) throw syntaxError('sequence truncated');
      const header = headerAt(bytes, at);
      if (!isOf(header, kind)) throw mismatch(header, kind);
      return taken(header);
    },
    optional: (kind) => {
      if (at === bytes.length) return undefined;
      const header = headerAt(bytes, at);
      return isOf(header, kind) ? taken(header) : undefined;
    },
    optionalIn: (number, kind) => {
      if (at === bytes.length) return undefined;
      const outer = headerAt(bytes, at);
      if (outer.start === bytes.length) throw structureError('explicit tag has no child');
      if (!isExplicit(outer, number)) return undefined;
      if (outer.length === 0) {
        throw structureError('zero length explicit tag was not an asn1.Flag');
      }
      const inner = headerAt(bytes, outer.start);
      return isOf(inner, kind) ? taken(inner) : undefined;
    },
    within: (number) => {
      if (at === bytes.length) return undefined;
      const header = headerAt(bytes, at);
      if (header.start === bytes.length) throw structureError('explicit tag has no child');
      return isExplicit(header, number) ? taken(header) : undefined;
    },
    raw: () => {
      if (at === bytes.length) return new Uint8Array();
      const start = at;
      taken(headerAt(bytes, at));
      return bytes.subarray(start, at);
    },
    isEmpty: () => at === bytes.length,
  };
}

/** The value of that kind that fills the bytes, as go-pkcs12 wants it. */
export function whole(bytes: Uint8Array, kind: FieldKind): Uint8Array {
  const fields = asn1Fields(bytes);
  const content = fields.required(kind);
  if (!fields.isEmpty()) throw plainFailure('pkcs12: trailing data found');
  return content;
}

/** An INTEGER of any size. */
export function bigIntOf(content: Uint8Array): bigint {
  const value = integerIn(content);
  if (value !== undefined) return value;
  throw structureError(content.length === 0 ? 'empty integer' : 'integer not minimally-encoded');
}

/** An INTEGER of 64 bits at most. */
export function intOf(content: Uint8Array): bigint {
  const value = bigIntOf(content);
  if (BigInt.asIntN(64, value) !== value) throw structureError('integer too large');
  return value;
}

export function oidOf(content: Uint8Array): string {
  const id = oidIn(content);
  if (id === undefined) throw structureError('invalid object identifier');
  return id;
}

/** An AlgorithmIdentifier: the parameters with tag and length, empty where there are none. */
export type Algorithm = { readonly id: string; readonly parameters: Uint8Array };

export const algorithmKind: FieldKind = sequenceKind('AlgorithmIdentifier');

export function algorithmOf(content: Uint8Array): Algorithm {
  const fields = asn1Fields(content);
  const id = oidOf(fields.required(kinds.oid));
  return { id, parameters: fields.raw() };
}

type Header = {
  readonly class: number;
  readonly tag: number;
  readonly isCompound: boolean;
  readonly length: number;
  /** Where the value begins. */
  readonly start: number;
};

function isOf(header: Header, { tag }: FieldKind): boolean {
  return (
    header.class === tag >> 6 &&
    header.tag === (tag & 0x1f) &&
    header.isCompound === (tag & 0x20) > 0
  );
}

function isExplicit({ class: tagClass, tag, isCompound, length }: Header, number: number): boolean {
  return tagClass === 2 && tag === number && (isCompound || length === 0);
}

export function structureError(why: string): FunctionError {
  return plainFailure(`asn1: structure error: ${why}`);
}

function syntaxError(why: string): FunctionError {
  return plainFailure(`asn1: syntax error: ${why}`);
}

/** Not plain: class, tag and length are the first bytes of the value, of a password perhaps. */
function mismatch(found: Header, { tag, goType }: FieldKind): FunctionError {
  const shown = `{class:${found.class} tag:${found.tag} length:${found.length} isCompound:${found.isCompound}}`;
  return new FunctionError(
    `asn1: structure error: tags don't match (${tag & 0x1f} vs ${shown}) ${noParameters} ${goType} @${found.start}`,
  );
}

/** What Go prints of a field without a tag of its own. */
const noParameters =
  '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}';

function headerAt(bytes: Uint8Array, at: number): Header {
  const first = bytes[at] ?? 0;
  const shape = { class: first >> 6, isCompound: (first & 0x20) !== 0 };
  const tag = (first & 0x1f) === 0x1f ? longTag(bytes, at + 1) : { tag: first & 0x1f, end: at + 1 };
  return { ...shape, tag: tag.tag, ...lengthAt(bytes, tag.end) };
}

function longTag(bytes: Uint8Array, start: number): { readonly tag: number; readonly end: number } {
  let tag = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (at === start + 5) throw structureError('base 128 integer too large');
    if (at === start && byte === 0x80) throw syntaxError('integer is not minimally encoded');
    tag = tag * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (tag >= 2 ** 31) throw structureError('base 128 integer too large');
    if (tag < 0x1f) throw syntaxError('non-minimal tag');
    return { tag, end: at + 1 };
  }
  throw syntaxError('truncated base 128 integer');
}

function lengthAt(
  bytes: Uint8Array,
  at: number,
): { readonly length: number; readonly start: number } {
  const first = bytes[at];
  if (first === undefined) throw syntaxError('truncated tag or length');
  if (first < 0x80) return { length: first, start: at + 1 };
  if (first === 0x80) throw syntaxError('indefinite length found (not DER)');
  const start = at + 1 + first - 0x80;
  let length = 0;
  for (let i = at + 1; i < start; i++) {
    const byte = bytes[i];
    if (byte === undefined) throw syntaxError('truncated tag or length');
    if (length >= 2 ** 23) throw structureError('length too large');
    length = length * 256 + byte;
    if (length === 0) throw structureError('superfluous leading zeros in length');
  }
  if (length < 0x80) throw structureError('non-minimal length');
  return { length, start };
}
