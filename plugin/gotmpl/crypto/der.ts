// Owns making DER: the values of asn1js by what they are.
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

/** A value that was read or made elsewhere, as bytes. Throws FunctionError where it would be written another way. */
export function raw(bytes: Uint8Array): Der {
  const value = parsed(bytes);
  if (value === undefined || !Buffer.from(bytes).equals(toDer(value))) {
    throw plainFailure('bytes that are no DER');
  }
  return value;
}

function parsed(bytes: Uint8Array): Der | undefined {
  try {
    const { offset, result } = fromBER(Buffer.from(bytes));
    return offset === bytes.length ? result : undefined;
  } catch {
    // A time or a text that is none.
    return undefined;
  }
}

export function toDer(value: Der): Uint8Array {
  return new Uint8Array(value.toBER());
}
