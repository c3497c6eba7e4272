// Owns reading and making DER: the values of asn1js by what they are.
import {
  type BaseBlock,
  BitString,
  BmpString,
  Constructed,
  fromBER,
  GeneralizedTime,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  PrintableString,
  Sequence,
  Set as Asn1Set,
  UTCTime,
  Utf8String,
} from 'asn1js';
import { FunctionError, plainFailure } from '../errors.ts';

export type Der = BaseBlock;

const contextClass = 3;

/** One value in DER that fills the bytes; undefined for anything else, and for the lengths of BER that Go refuses. */
export function readDer(bytes: Uint8Array): Der | undefined {
  try {
    const { offset, result } = fromBER(Buffer.from(bytes));
    return offset === bytes.length && hasDerLengths(result) ? result : undefined;
  } catch {
    // A time or a text that is none.
    return undefined;
  }
}

/**
 * Why Go's encoding/asn1 finds no SEQUENCE at the beginning of bytes, or that one is not what it should be. `goType` is
 * what it should be, in Go's words.
 */
export function asn1Failure(
  bytes: Uint8Array,
  { prefix = '', goType = '' }: { readonly prefix?: string; readonly goType?: string } = {},
): FunctionError {
  const why = `${prefix}${asn1Text(bytes, goType)}`;
  // Class, tag and length are the first two bytes, of a password perhaps.
  return why.includes('{class:') ? new FunctionError(why) : plainFailure(why);
}

function asn1Text(bytes: Uint8Array, goType: string): string {
  const header = headerOf(bytes);
  if (typeof header === 'string') return `asn1: ${header}`;
  const { first, length, size } = header;
  if ((first & 0x3f) !== 0x30 || first >> 6 !== 0) {
    const found = `class:${first >> 6} tag:${first & 0x1f} length:${length} isCompound:${(first & 0x20) !== 0}`;
    return `asn1: structure error: tags don't match (16 vs {${found}}) ${noParameters} ${goType} @${size}`;
  }
  return size + length > bytes.length
    ? 'asn1: syntax error: data truncated'
    : 'asn1: structure error';
}

/** What Go prints of a field without a tag of its own. */
const noParameters =
  '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}';

/** Tag and length as Go reads them, or its complaint. */
function headerOf(
  bytes: Uint8Array,
): string | { readonly first: number; readonly length: number; readonly size: number } {
  const [first, second] = bytes;
  if (first === undefined) return 'syntax error: sequence truncated';
  if ((first & 0x1f) === 0x1f) return longTagFailure(bytes);
  if (second === undefined) return 'syntax error: truncated tag or length';
  if (second < 0x80) return { first, length: second, size: 2 };
  if (second === 0x80) return 'syntax error: indefinite length found (not DER)';
  let length = 0;
  for (let i = 0; i < second - 0x80; i++) {
    const byte = bytes[2 + i];
    if (byte === undefined) return 'syntax error: truncated tag or length';
    if (length >= 1 << 23) return 'structure error: length too large';
    length = length * 256 + byte;
    if (length === 0) return 'structure error: superfluous leading zeros in length';
  }
  return length < 0x80
    ? 'structure error: non-minimal length'
    : { first, length, size: 2 + second - 0x80 };
}

/** A tag number of more than five bits is no tag that is looked for; its bytes may be wrong before that. */
function longTagFailure(bytes: Uint8Array): string {
  const end = bytes.findIndex((byte, i) => i > 0 && byte < 0x80);
  if (bytes[1] === 0x80) return 'syntax error: integer is not minimally encoded';
  if (end < 0 && bytes.length <= 5) return 'syntax error: truncated base 128 integer';
  return end < 0 || end > 5 ? 'structure error: base 128 integer too large' : 'structure error';
}

/** Whether the bytes begin with a SEQUENCE that ends before they do. */
export function hasTrailingData(bytes: Uint8Array): boolean {
  const header = headerOf(bytes);
  return (
    typeof header !== 'string' &&
    header.first === 0x30 &&
    header.size + header.length < bytes.length
  );
}

/** Whether each length is given, and in as few bytes as it needs. */
function hasDerLengths(value: Der): boolean {
  const { isIndefiniteForm, length, blockLength } = value.lenBlock;
  const fewest = length < 0x80 ? 1 : 1 + Math.ceil(length.toString(16).length / 2);
  return (
    !isIndefiniteForm &&
    blockLength === fewest &&
    isFilled(value) &&
    elementsOf(value).every(hasDerLengths)
  );
}

/** An element may be longer than what it is in, to asn1js. */
function isFilled(value: Der): boolean {
  if (!(value instanceof Constructed)) return true;
  const elements = elementsOf(value).reduce((sum, element) => sum + element.blockLength, 0);
  return elements === value.lenBlock.length;
}

/** The elements of a SEQUENCE, a SET or an explicit tag; none of anything else. */
export function elementsOf(value: Der | undefined): readonly Der[] {
  return value instanceof Constructed ? value.valueBlock.value : [];
}

export function isSequence(value: Der | undefined): value is Sequence {
  return value instanceof Sequence;
}

/** Of the elements the one with that context-specific tag. */
export function tagged(elements: readonly Der[], tag: number): Der | undefined {
  return elements.find(
    ({ idBlock }) => idBlock.tagClass === contextClass && idBlock.tagNumber === tag,
  );
}

export function oidOf(value: Der | undefined): string | undefined {
  return value instanceof ObjectIdentifier ? value.valueBlock.toString() : undefined;
}

export function integerOf(value: Der | undefined): bigint | undefined {
  return value instanceof Integer ? value.toBigInt() : undefined;
}

/** The bytes of an OCTET STRING, also where it came in pieces. */
export function octetsOf(value: Der | undefined): Uint8Array | undefined {
  return value instanceof OctetString ? new Uint8Array(value.getValue()) : undefined;
}

/** The bytes of a primitive value with an implicit tag. */
export function contentOf(value: Der): Uint8Array {
  const head = new Uint8Array(value.valueBeforeDecodeView);
  return head.subarray(head.length - value.lenBlock.length);
}

/** The bytes of the whole value, as they were read. */
export function bytesOf(value: Der): Uint8Array {
  return new Uint8Array(value.valueBeforeDecodeView);
}

export function sequence(...value: readonly Der[]): Der {
  return new Sequence({ value: [...value] });
}

export function set(...value: readonly Der[]): Der {
  return new Asn1Set({ value: [...value] });
}

export function oid(value: string): Der {
  return new ObjectIdentifier({ value });
}

export function integer(value: number): Der {
  return new Integer({ value });
}

export function octets(bytes: Uint8Array): Der {
  return new OctetString({ valueHex: Buffer.from(bytes) });
}

export function bmpString(bytes: Uint8Array): Der {
  return new BmpString({ valueHex: Buffer.from(bytes) });
}

/** A value in an explicit context-specific tag. */
export function explicit(tag: number, ...value: readonly Der[]): Der {
  return new Constructed({
    idBlock: { tagClass: contextClass, tagNumber: tag },
    value: [...value],
  });
}

/** A primitive value with an implicit context-specific tag. */
export function implicit(tag: number, bytes: Uint8Array): Der {
  const der = toDer(octets(bytes));
  der[0] = 0x80 + tag;
  return raw(der);
}

export function unsigned(value: bigint): Der {
  return Integer.fromBigInt(value);
}

export function bitString(bytes: Uint8Array, unusedBits: number): Der {
  return new BitString({ valueHex: Buffer.from(bytes), unusedBits });
}

export function printable(value: string): Der {
  return new PrintableString({ value });
}

export function utf8(value: string): Der {
  return new Utf8String({ value });
}

export function nothing(): Der {
  return new Null();
}

/** UTCTime up to 2049, as RFC 5280 wants it. */
export function time(valueDate: Date): Der {
  const isOld = valueDate.getUTCFullYear() < 2050 && valueDate.getUTCFullYear() >= 1950;
  return isOld ? new UTCTime({ valueDate }) : new GeneralizedTime({ valueDate });
}

/** A value that was read or made elsewhere, as bytes. Throws FunctionError. */
export function raw(bytes: Uint8Array): Der {
  const value = readDer(bytes);
  if (value === undefined) throw plainFailure('bytes that are no DER');
  return value;
}

export function toDer(value: Der): Uint8Array {
  return new Uint8Array(value.toBER());
}
