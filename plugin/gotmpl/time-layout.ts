// Owns Go's layouts of times: the parts of the reference time that stand for parts of any time.

export type LayoutPart =
  | 'longMonth'
  | 'month'
  | 'longWeekday'
  | 'weekday'
  | 'zoneName'
  | 'zeroMonth'
  | 'zeroDay'
  | 'zeroHour12'
  | 'zeroMinute'
  | 'zeroSecond'
  | 'year'
  | 'zeroYearDay'
  | 'hour'
  | 'numMonth'
  | 'longYear'
  | 'day'
  | 'underDay'
  | 'underYearDay'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'PM'
  | 'pm'
  | 'offset'
  | 'fraction0'
  | 'fraction9';

/** A part with its text in the layout, which says more of offsets and fractions. */
export type Chunk = { readonly prefix: string; readonly part?: LayoutPart; readonly text: string };

/** In this order at each place of the layout; a lower case letter behind Jan or Mon makes them text. */
const parts: readonly (readonly [LayoutPart, string])[] = [
  ['longMonth', 'January'],
  ['month', 'Jan(?![a-z])'],
  ['longWeekday', 'Monday'],
  ['weekday', 'Mon(?![a-z])'],
  ['zoneName', 'MST'],
  ['zeroMonth', '01'],
  ['zeroDay', '02'],
  ['zeroHour12', '03'],
  ['zeroMinute', '04'],
  ['zeroSecond', '05'],
  ['year', '06'],
  ['zeroYearDay', '002'],
  ['hour', '15'],
  ['numMonth', '1'],
  ['longYear', '2006'],
  ['day', '2'],
  ['underDay', '_2(?!006)'],
  ['underYearDay', '__2'],
  ['hour12', '3'],
  ['minute', '4'],
  ['second', '5'],
  ['PM', 'PM'],
  ['pm', 'pm'],
  ['offset', '[-Z](?:070000|07:00:00|0700|07:00|07)'],
  ['fraction0', '[.,]0+(?!\\d)'],
  ['fraction9', '[.,]9+(?!\\d)'],
];

/** The layout cut into its parts, each with the text before it; the last chunk may be text only. */
export function chunksOf(layout: string): Chunk[] {
  // oxlint-disable-next-line no-restricted-globals -- a pattern of ours, put together from the table
  const pattern = new RegExp(parts.map(([, source]) => `(${source})`).join('|'), 'g');
  const chunks: Chunk[] = [];
  let start = 0;
  for (const match of layout.matchAll(pattern)) {
    const [text, ...groups] = match;
    const part = parts[groups.findIndex((group) => group !== undefined)]?.[0];
    chunks.push({ prefix: layout.slice(start, match.index), text, ...(part ? { part } : {}) });
    start = match.index + text.length;
  }
  return [...chunks, { prefix: layout.slice(start), text: '' }];
}

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;
