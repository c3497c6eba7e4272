// Owns the reading of each part of a layout from the text of a time.
import { monthNames, weekdayNames, type LayoutPart } from './time-layout.ts';

/** What has been read so far; what is absent has its default. */
export type Reading = {
  readonly layout: string;
  readonly value: string;
  rest: string;
  year: number;
  month?: number;
  day?: number;
  yearDay?: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  half?: 'AM' | 'PM';
  isUtc: boolean;
  offset?: number;
  zoneName?: string;
};

/** Signals that a part does not fit; `range` names it where its number is out of range. */
type Misfit = { readonly range?: string };

const misfit: Misfit = {};

type Reader = (reading: Reading, chunk: ReaderChunk) => Misfit | undefined;
type ReaderChunk = {
  readonly text: string;
  /** Whether a fraction of a second comes next in the layout. */
  readonly hasFraction: boolean;
};

/** Takes what the pattern matches at the start of the rest. */
function take(reading: Reading, pattern: RegExp): string | undefined {
  const found = pattern.exec(reading.rest)?.[0];
  if (found !== undefined) {
    reading.rest = reading.rest.slice(found.length);
  }
  return found;
}

function takeNumber(reading: Reading, pattern: RegExp): number | undefined {
  const digits = take(reading, pattern);
  return digits === undefined ? undefined : Number(digits);
}

const twoDigits = /^\d\d/;
const oneOrTwoDigits = /^\d\d?/;

function readMonth(pattern: RegExp): Reader {
  return (reading) => {
    const month = takeNumber(reading, pattern);
    if (month === undefined) {
      return misfit;
    }
    reading.month = month;
    return month < 1 || month > 12 ? { range: 'month' } : undefined;
  };
}

function readMonthName(names: readonly string[]): Reader {
  return (reading) => {
    const index = takeName(reading, names);
    if (index === undefined) {
      return misfit;
    }
    reading.month = index + 1;
    return undefined;
  };
}

function takeName(reading: Reading, names: readonly string[]): number | undefined {
  const start = reading.rest.toLowerCase();
  const index = names.findIndex((name) => start.startsWith(name.toLowerCase()));
  reading.rest = reading.rest.slice(names[index]?.length ?? 0);
  return index < 0 ? undefined : index;
}

function readWeekday(names: readonly string[]): Reader {
  return (reading) => (takeName(reading, names) === undefined ? misfit : undefined);
}

function readDay(pattern: RegExp): Reader {
  return (reading) => {
    const day = takeNumber(reading, pattern);
    if (day === undefined) {
      return misfit;
    }
    reading.day = day;
    return undefined;
  };
}

function readYearDay(pattern: RegExp): Reader {
  return (reading) => {
    const yearDay = takeNumber(reading, pattern);
    if (yearDay === undefined) {
      return misfit;
    }
    reading.yearDay = yearDay;
    return undefined;
  };
}

type ClockField = 'hour' | 'minute' | 'second';

function readClock(field: ClockField, pattern: RegExp, limit: number): Reader {
  return (reading) => {
    const number = takeNumber(reading, pattern);
    if (number === undefined) {
      return misfit;
    }
    reading[field] = number;
    return number > limit ? { range: field } : undefined;
  };
}

/** A fraction may follow the seconds though the layout has none. */
function readSecond(pattern: RegExp): Reader {
  const readNumber = readClock('second', pattern, 59);
  return (reading, chunk) => {
    const failure = readNumber(reading, chunk);
    if (failure === undefined && !chunk.hasFraction) {
      takeFraction(reading);
    }
    return failure;
  };
}

function takeFraction(reading: Reading): void {
  const fraction = take(reading, /^[.,]\d+/);
  if (fraction !== undefined) {
    reading.nanos = nanosOf(fraction.slice(1));
  }
}

function nanosOf(digits: string): number {
  return Number(digits.slice(0, 9).padEnd(9, '0'));
}

function readHalf(am: string, pm: string): Reader {
  return (reading) => {
    const half = reading.rest.slice(0, 2);
    if (half !== am && half !== pm) {
      return misfit;
    }
    reading.half = half === am ? 'AM' : 'PM';
    reading.rest = reading.rest.slice(2);
    return undefined;
  };
}

export const readers: Readonly<Record<LayoutPart, Reader>> = {
  longMonth: readMonthName(monthNames),
  month: readMonthName(monthNames.map((name) => name.slice(0, 3))),
  longWeekday: readWeekday(weekdayNames),
  weekday: readWeekday(weekdayNames.map((name) => name.slice(0, 3))),
  numMonth: readMonth(oneOrTwoDigits),
  zeroMonth: readMonth(twoDigits),
  day: readDay(oneOrTwoDigits),
  underDay: readDay(/^ ?\d\d?/),
  zeroDay: readDay(twoDigits),
  underYearDay: readYearDay(/^ {0,2}\d{1,3}/),
  zeroYearDay: readYearDay(/^\d{3}/),
  hour: readClock('hour', oneOrTwoDigits, 23),
  hour12: readClock('hour', oneOrTwoDigits, 12),
  zeroHour12: readClock('hour', twoDigits, 12),
  minute: readClock('minute', oneOrTwoDigits, 59),
  zeroMinute: readClock('minute', twoDigits, 59),
  second: readSecond(oneOrTwoDigits),
  zeroSecond: readSecond(twoDigits),
  PM: readHalf('AM', 'PM'),
  pm: readHalf('am', 'pm'),
  year: readShortYear,
  longYear: readLongYear,
  offset: readOffset,
  zoneName: readZoneName,
  fraction0: (reading, { text }) => {
    const digits = /^[.,](\d*)/.exec(reading.rest)?.[1] ?? '';
    const count = text.length - 1;
    if (digits.length < count) {
      return misfit;
    }
    reading.nanos = nanosOf(digits.slice(0, count));
    reading.rest = reading.rest.slice(text.length);
    return undefined;
  },
  fraction9: (reading) => {
    takeFraction(reading);
    return undefined;
  },
};

function readShortYear(reading: Reading): Misfit | undefined {
  const year = takeNumber(reading, /^(?:\d\d|[-+]\d)/);
  if (year === undefined) {
    return misfit;
  }
  reading.year = year >= 69 ? year + 1900 : year + 2000;
  return undefined;
}

function readLongYear(reading: Reading): Misfit | undefined {
  const year = takeNumber(reading, /^\d{4}/);
  if (year === undefined) {
    return misfit;
  }
  reading.year = year;
  return undefined;
}

const offsetPatterns: ReadonlyMap<string, RegExp> = new Map([
  ['07', /^[-+]\d\d/],
  ['0700', /^[-+]\d{4}/],
  ['07:00', /^[-+]\d\d:\d\d/],
  ['070000', /^[-+]\d{6}/],
  ['07:00:00', /^[-+]\d\d:\d\d:\d\d/],
]);

function readOffset(reading: Reading, { text }: ReaderChunk): Misfit | undefined {
  if (text.startsWith('Z') && reading.rest.startsWith('Z')) {
    reading.rest = reading.rest.slice(1);
    reading.isUtc = true;
    return undefined;
  }
  const pattern = offsetPatterns.get(text.slice(1));
  const found = pattern === undefined ? undefined : take(reading, pattern);
  if (found === undefined) {
    return misfit;
  }
  const [hours = 0, minutes = 0, seconds = 0] = (found.match(/\d\d/g) ?? []).map(Number);
  const total = (hours * 60 + minutes) * 60 + seconds;
  reading.offset = found.startsWith('-') ? -total : total;
  return offsetMisfit(hours, minutes, seconds);
}

function offsetMisfit(hours: number, minutes: number, seconds: number): Misfit | undefined {
  if (seconds > 60) {
    return { range: 'time zone offset second' };
  }
  if (minutes > 60) {
    return { range: 'time zone offset minute' };
  }
  return hours > 24 ? { range: 'time zone offset hour' } : undefined;
}

/** Three letters, four or five that end in T, and some names of their own. */
const zoneNames =
  /^(?:ChST|MeST|GMT(?:[-+](?:0*(?:1?\d|2[0-3])(?!\d)))?|[-+]0*(?:1?\d|2[0-3])(?!\d)|(?:[A-Z]{4}T|WITA|[A-Z]{3}T|[A-Z]{3})(?![A-Z]))/;

function readZoneName(reading: Reading): Misfit | undefined {
  if (reading.rest.startsWith('UTC')) {
    reading.rest = reading.rest.slice(3);
    reading.isUtc = true;
    return undefined;
  }
  const name = take(reading, zoneNames);
  if (name === undefined) {
    return misfit;
  }
  reading.zoneName = name;
  return undefined;
}
