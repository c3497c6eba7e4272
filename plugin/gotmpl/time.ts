// Owns moments in time with a zone, their calendar fields, and their text in a layout.
import { dateOfDays, daysOfDate, floorDivide, floorModulo, type CalendarDate } from './calendar.ts';
import { chunksOf, monthNames, weekdayNames, type Chunk, type LayoutPart } from './time-layout.ts';
import { utc, zoneStateAt, type Zone } from './time-zone.ts';

export type Time = {
  /** Seconds since 1970. */
  readonly unix: bigint;
  /** 0 to 999999999. */
  readonly nanos: number;
  readonly zone: Zone;
};

/** Go's zero time: the start of the year 1. */
export const zeroTime: Time = { unix: -62_135_596_800n, nanos: 0, zone: utc };

const nanosPerSecond = 1_000_000_000n;

export function timeOfNanos(unixNanos: bigint, zone: Zone): Time {
  const nanos = Number(floorModulo(unixNanos, nanosPerSecond));
  return { unix: floorDivide(unixNanos, nanosPerSecond), nanos, zone };
}

export function unixNanosOf({ unix, nanos }: Time): bigint {
  return unix * nanosPerSecond + BigInt(nanos);
}

export type CalendarFields = CalendarDate & {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
};

/** The fields and what follows from them, in the time's own zone. */
export type LocalFields = CalendarFields & {
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly yearDay: number;
  readonly nanos: number;
  readonly offset: number;
  readonly zoneName: string;
};

const secondsPerDay = 86_400n;

export function fieldsOf({ unix, nanos, zone }: Time): LocalFields {
  const { offset, abbreviation } = zoneStateAt(zone, unix);
  const seconds = unix + BigInt(offset);
  const inDay = Number(floorModulo(seconds, secondsPerDay));
  const days = floorDivide(seconds, secondsPerDay);
  const date = dateOfDays(days);
  return {
    ...date,
    hour: Math.trunc(inDay / 3600),
    minute: Math.trunc(inDay / 60) % 60,
    second: inDay % 60,
    weekday: Number(floorModulo(days + 4n, 7n)),
    yearDay: Number(days - daysOfDate({ ...date, month: 1, day: 1 })) + 1,
    nanos,
    offset,
    zoneName: abbreviation,
  };
}

/** Seconds since 1970 of calendar fields in UTC. */
export function unixOfFields(fields: CalendarFields): bigint {
  const inDay = (fields.hour * 60 + fields.minute) * 60 + fields.second;
  return daysOfDate(fields) * secondsPerDay + BigInt(inDay);
}

/** Time.Format */
export function formatTime(time: Time, layout: string): string {
  const fields = fieldsOf(time);
  return chunksOf(layout)
    .map((chunk) => chunk.prefix + chunkText(fields, chunk))
    .join('');
}

function chunkText(fields: LocalFields, { part, text }: Chunk): string {
  return part === undefined ? '' : writers[part](fields, text);
}

type Writer = (fields: LocalFields, text: string) => string;

const writers: Readonly<Record<LayoutPart, Writer>> = {
  longMonth: ({ month }) => monthNames[month - 1] ?? '',
  month: ({ month }) => (monthNames[month - 1] ?? '').slice(0, 3),
  longWeekday: ({ weekday }) => weekdayNames[weekday] ?? '',
  weekday: ({ weekday }) => (weekdayNames[weekday] ?? '').slice(0, 3),
  zoneName: ({ zoneName, offset }) => zoneName || offsetText(offset, '-0700'),
  zeroMonth: ({ month }) => padded(month, 2),
  zeroDay: ({ day }) => padded(day, 2),
  zeroHour12: ({ hour }) => padded(hour % 12 || 12, 2),
  zeroMinute: ({ minute }) => padded(minute, 2),
  zeroSecond: ({ second }) => padded(second, 2),
  year: ({ year }) => padded(Math.abs(year) % 100, 2),
  zeroYearDay: ({ yearDay }) => padded(yearDay, 3),
  hour: ({ hour }) => padded(hour, 2),
  numMonth: ({ month }) => `${month}`,
  longYear: ({ year }) => (year < 0 ? '-' : '') + padded(Math.abs(year), 4),
  day: ({ day }) => `${day}`,
  underDay: ({ day }) => `${day}`.padStart(2),
  underYearDay: ({ yearDay }) => `${yearDay}`.padStart(3),
  hour12: ({ hour }) => `${hour % 12 || 12}`,
  minute: ({ minute }) => `${minute}`,
  second: ({ second }) => `${second}`,
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  offset: ({ offset }, text) => offsetText(offset, text),
  fraction0: ({ nanos }, text) => text.slice(0, 1) + fractionDigits(nanos, text),
  fraction9: ({ nanos }, text) => {
    const digits = fractionDigits(nanos, text).replace(/0+$/, '');
    return digits === '' ? '' : text.slice(0, 1) + digits;
  },
};

function padded(number: number, width: number): string {
  return `${number}`.padStart(width, '0');
}

function fractionDigits(nanos: number, text: string): string {
  return padded(nanos, 9).slice(0, text.length - 1);
}

function offsetText(offset: number, text: string): string {
  if (offset === 0 && text.startsWith('Z')) {
    return 'Z';
  }
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const colon = text.includes(':') ? ':' : '';
  const parts = [
    padded(Math.trunc(minutes / 60), 2),
    padded(minutes % 60, 2),
    padded(Math.abs(offset) % 60, 2),
  ];
  const count = text.replaceAll(':', '').length / 2;
  const sign = Math.trunc(offset / 60) < 0 ? '-' : '+';
  return sign + parts.slice(0, Math.trunc(count)).join(colon);
}
