// Owns reading DER element by element, as strict as Go's cryptobyte: what nobody asks for is not looked at.
import { parseTime } from '../time-parse.ts';
import { formatTime } from '../time.ts';
import { utc } from '../time-zone.ts';
import { FunctionError } from '../errors.ts';

/** One element: its first byte, what is in it, and all of it. */
export type DerElement = {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
};

/** Takes one element after the other. Each answers undefined where something else comes next. */
export type DerReader = {
  readonly isEmpty: () => boolean;
  /** Whether an element with that first byte comes next. */
  readonly isNext: (tag: number) => boolean;
  readonly any: () => DerElement | undefined;
  readonly element: (tag: number) => DerElement | undefined;
};

/** First bytes of elements. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** An implicit context-specific tag around a value that has no elements. */
  context: (number: number): number => 0x80 + number,
  /** An explicit context-specific tag, and an implicit one around elements. */
  around: (number: number): number => 0xa0 + number,
} as const;

export function derReader(bytes: Uint8Array): DerReader {
  let rest = bytes;
  const any = (): DerElement | undefined => {
    const head = elementSize(rest);
    if (head === undefined || head.size > rest.length) return undefined;
    const whole = rest.subarray(0, head.size);
    rest = rest.subarray(head.size);
    return { tag: head.tag, content: whole.subarray(head.header), whole };
  };
  return {
    isEmpty: () => rest.length === 0,
    isNext: (tag) => rest[0] === tag,
    any,
    element: (tag) => (rest[0] === tag ? any() : undefined),
  };
}

/** Tag and size of the first element, whose length is in as few bytes as it needs; no tags of many bytes. */
function elementSize(
  bytes: Uint8Array,
): { readonly tag: number; readonly header: number; readonly size: number } | undefined {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  if (first < 0x80) return { tag, header: 2, size: 2 + first };
  const count = first - 0x80;
  if (count === 0 || count > 4 || bytes.length < 2 + count) return undefined;
  const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const isShortest = length >= 0x80 && length >= 256 ** (count - 1);
  return isShortest ? { tag, header: 2 + count, size: 2 + count + length } : undefined;
}

/** An INTEGER in as few bytes as it needs. */
export function integerIn(content: Uint8Array | undefined): bigint | undefined {
  const [first, second = 0] = content ?? [];
  if (content === undefined || first === undefined) return undefined;
  const isPadded =
    content.length > 1 && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80);
  const value = BigInt(`0x${Buffer.from(content).toString('hex')}`);
  return isPadded ? undefined : BigInt.asIntN(8 * content.length, value);
}

export function booleanIn(content: Uint8Array | undefined): boolean | undefined {
  const [byte] = content ?? [];
  if (content?.length !== 1 || (byte !== 0 && byte !== 0xff)) return undefined;
  return byte === 0xff;
}

/** An OBJECT IDENTIFIER with dots; each of its numbers has 31 bits at most. */
export function oidIn(content: Uint8Array | undefined): string | undefined {
  const numbers: number[] = [];
  let number = 0;
  let size = 0;
  for (const byte of content ?? []) {
    if ((size === 0 && byte === 0x80) || number >= 2 ** 24) return undefined;
    number = number * 128 + (byte & 0x7f);
    size += 1;
    if (byte >= 0x80) continue;
    numbers.push(number);
    [number, size] = [0, 0];
  }
  const [first, ...others] = numbers;
  if (first === undefined || size > 0) return undefined;
  const top = Math.min(Math.trunc(first / 40), 2);
  return [top, first - 40 * top, ...others].join('.');
}

/** The bytes of a BIT STRING, and how many bits of the last one do not count, which are zero. */
export function bitsIn(
  content: Uint8Array | undefined,
): { readonly bytes: Uint8Array; readonly unused: number } | undefined {
  const [unused] = content ?? [];
  if (content === undefined || unused === undefined || unused > 7) return undefined;
  const bytes = content.subarray(1);
  const last = bytes.at(-1);
  const isClean = last === undefined ? unused === 0 : (last & (2 ** unused - 1)) === 0;
  return isClean ? { bytes, unused } : undefined;
}

const layouts: ReadonlyMap<number, readonly string[]> = new Map([
  [tags.utcTime, ['060102150405Z0700', '0601021504Z0700']],
  [tags.generalizedTime, ['20060102150405Z0700']],
]);

/** Whether a UTCTime or a GeneralizedTime is a moment, written in the one way. */
export function isTime({ tag, content }: DerElement): boolean {
  const text = Buffer.from(content).toString('latin1');
  return (layouts.get(tag) ?? []).some((layout) => isWritten(text, layout));
}

function isWritten(text: string, layout: string): boolean {
  try {
    return formatTime(parseTime(layout, text, utc), layout) === text;
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return false;
  }
}
