// Owns the reading of times by a layout, with the error texts of Go's time package.
import { dateOfDays, daysInMonth, daysOfDate } from './calendar.ts';
import { FunctionError } from './errors.ts';
import { timeOfNanos, unixNanosOf, unixOfFields, type Time } from './time.ts';
import { chunksOf, type Chunk } from './time-layout.ts';
import { readers, type Reading } from './time-readers.ts';
import { goTimeQuote } from './time-quote.ts';
import { fixedZone, utc, type Zone } from './time-zone.ts';

/** time.ParseInLocation. Throws FunctionError with Go's text, which quotes the time. */
export function parseTime(layout: string, value: string, zone: Zone): Time {
  const reading: Reading = {
    layout,
    value,
    rest: value,
    year: 0,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    isUtc: false,
  };
  const chunks = chunksOf(layout);
  for (const [i, chunk] of chunks.entries()) {
    readChunk(reading, chunk, chunks[i + 1]);
  }
  return timeOf(reading, zone);
}

function readChunk(reading: Reading, chunk: Chunk, next: Chunk | undefined): void {
  if (!skipText(reading, chunk.prefix)) {
    throw cannotParse(reading, reading.rest, chunk.prefix);
  }
  if (chunk.part === undefined) {
    if (reading.rest !== '') {
      throw parseError(reading, `: extra text: ${goTimeQuote(reading.rest)}`);
    }
    return;
  }
  const before = reading.rest;
  const hasFraction = next?.prefix === '' && (next.part ?? '').startsWith('fraction');
  const failure = readers[chunk.part](reading, { text: chunk.text, hasFraction });
  if (failure?.range !== undefined) {
    throw parseError(reading, `: ${failure.range} out of range`);
  }
  if (failure !== undefined) {
    throw cannotParse(reading, before, chunk.text);
  }
}

function cannotParse({ layout, value }: Reading, rest: string, part: string): FunctionError {
  return new FunctionError(
    `parsing time ${goTimeQuote(value)} as ${goTimeQuote(layout)}: cannot parse ${goTimeQuote(rest)} as ${goTimeQuote(part)}`,
  );
}

function parseError({ value }: Reading, message: string): FunctionError {
  return new FunctionError(`parsing time ${goTimeQuote(value)}${message}`);
}

/** Spaces in the layout stand for any number of spaces. */
function skipText(reading: Reading, text: string): boolean {
  let left = text;
  while (left !== '') {
    if (left.startsWith(' ')) {
      if (reading.rest !== '' && !reading.rest.startsWith(' ')) {
        return false;
      }
      left = left.replace(/^ +/, '');
      reading.rest = reading.rest.replace(/^ +/, '');
    } else if (reading.rest.startsWith(left.slice(0, 1))) {
      left = left.slice(1);
      reading.rest = reading.rest.slice(1);
    } else {
      return false;
    }
  }
  return true;
}

function timeOf(reading: Reading, zone: Zone): Time {
  const { month, day } = dateOf(reading);
  if (day < 1 || day > daysInMonth(reading.year, month)) {
    throw parseError(reading, ': day out of range');
  }
  const { year, minute, second } = reading;
  const unix = unixOfFields({ year, month, day, hour: hourOf(reading), minute, second });
  return inZone({ unix, nanos: reading.nanos, zone }, reading);
}

function hourOf({ hour, half }: Reading): number {
  if (half === 'PM' && hour < 12) {
    return hour + 12;
  }
  return half === 'AM' && hour === 12 ? 0 : hour;
}

function dateOf(reading: Reading): { readonly month: number; readonly day: number } {
  const { year, month, day, yearDay } = reading;
  if (yearDay === undefined) {
    return { month: month ?? 1, day: day ?? 1 };
  }
  if (yearDay < 1 || yearDay > 337 + daysInMonth(year, 2)) {
    throw parseError(reading, ': day-of-year out of range');
  }
  const date = dateOfDays(daysOfDate({ year, month: 1, day: yearDay }));
  if (month !== undefined && month !== date.month) {
    throw parseError(reading, ': day-of-year does not match month');
  }
  if (day !== undefined && day !== date.day) {
    throw parseError(reading, ': day-of-year does not match day');
  }
  return date;
}

/** The moment of a wall clock: the offset that was read wins over the name, that over the given zone. */
function inZone(wallClock: Time, { isUtc, offset, zoneName }: Reading): Time {
  if (isUtc) {
    return { ...wallClock, zone: utc };
  }
  if (offset !== undefined) {
    const unix = wallClock.unix - BigInt(offset);
    const isLocal = offset === 0 && (zoneName === undefined || zoneName === 'UTC');
    return isLocal
      ? { ...wallClock, unix }
      : { ...wallClock, unix, zone: fixedZone(zoneName ?? '', offset) };
  }
  if (zoneName !== undefined) {
    const hours = /^GMT([-+]\d+)$/.exec(zoneName)?.[1];
    return { ...wallClock, zone: fixedZone(zoneName, Number(hours ?? 0) * 3600) };
  }
  return wallClock;
}

/** A moment that many nanoseconds later. */
export function addNanos(time: Time, nanos: bigint): Time {
  return timeOfNanos(unixNanosOf(time) + nanos, time.zone);
}
