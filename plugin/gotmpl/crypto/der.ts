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
import { plainFailure } from '../errors.ts';

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

export function integerOf(value: Der | undefined): bigint | undefined {
  return value instanceof Integer ? value.toBigInt() : undefined;
}

/** The bytes of an OCTET STRING, also where it came in pieces. */
export function octetsOf(value: Der | undefined): Uint8Array | undefined {
  return value instanceof OctetString ? new Uint8Array(value.getValue()) : undefined;
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
