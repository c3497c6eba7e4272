// Owns time zones: the offset and abbreviation that a zone has at a moment.

export type Zone = {
  /** What Location.String prints; of a fixed zone, its abbreviation. */
  readonly name: string;
  /** Of a zone that never changes; absent for one that Intl knows by name. */
  readonly fixed?: ZoneState;
};

export type ZoneState = {
  /** Seconds east of Greenwich. */
  readonly offset: number;
  readonly abbreviation: string;
};

export const utc: Zone = { name: 'UTC', fixed: { offset: 0, abbreviation: 'UTC' } };

/** The zone of the machine. A render must not depend on it, and ESO's image has none: it is UTC. */
export const local: Zone = { name: 'Local', fixed: { offset: 0, abbreviation: 'UTC' } };

export function fixedZone(abbreviation: string, offset: number): Zone {
  return { name: abbreviation, fixed: { offset, abbreviation } };
}

/** Names that Intl takes for a place with a history of its own. */
const fixedHours: ReadonlyMap<string, number> = new Map([
  ['EST', -5],
  ['MST', -7],
  ['HST', -10],
]);

/** time.LoadLocation; undefined for a name that the tz database does not have. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') {
    return utc;
  }
  if (name === 'Local') {
    return local;
  }
  const hours = fixedHours.get(name);
  if (hours !== undefined) {
    return fixedZone(name, hours * 3600);
  }
  if (/^(?:Etc\/)?(?:GMT[+-]?0?|Greenwich)$/.test(name)) {
    return { name, fixed: { offset: 0, abbreviation: 'GMT' } };
  }
  try {
    // Intl takes any case and offsets such as +01:00; Go looks for a file of that very name.
    const isName = /^[A-Z][A-Za-z0-9_+\-/]*$/.test(name);
    return isName && formatter(name).resolvedOptions().timeZone !== '' ? { name } : undefined;
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    era: 'short',
    timeZoneName: 'long',
  });
}

/** The state of a zone at that many seconds since 1970. */
export function zoneStateAt({ name, fixed }: Zone, unixSeconds: bigint): ZoneState {
  if (fixed !== undefined) {
    return fixed;
  }
  const { offset, longName } = readingAt(name, Number(unixSeconds) * 1000);
  const known = abbreviations.get(longName);
  if (known !== undefined) return { offset, abbreviation: known };
  const isOld = unixSeconds < firstNamed;
  return {
    offset,
    abbreviation: (isOld ? oldAbbreviation(name, offset) : undefined) ?? offsetText(offset),
  };
}

/** What the clock of a zone is ahead of Greenwich in seconds, and the English name of its time. */
function readingAt(
  name: string,
  time: number,
): { readonly offset: number; readonly longName: string } {
  const millis = clamped(time);
  const parts = new Map(
    formatter(name)
      .formatToParts(new Date(millis))
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0);
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
  const wallClock = new Date(0);
  wallClock.setUTCFullYear(year, part('month') - 1, part('day'));
  wallClock.setUTCHours(part('hour'), part('minute'), part('second'));
  const offset = Math.round((wallClock.getTime() - Math.floor(millis / 1000) * 1000) / 1000);
  return { offset, longName: parts.get('timeZoneName') ?? '' };
}

/** JavaScript's dates end where no zone will change any more. */
function clamped(millis: number): number {
  return Math.max(-8.64e15, Math.min(8.64e15, millis));
}

/** The tz database's abbreviations of the zones that have a name in English. */
const abbreviations: ReadonlyMap<string, string> = new Map([
  ['Central European Standard Time', 'CET'],
  ['Central European Summer Time', 'CEST'],
  ['Eastern European Standard Time', 'EET'],
  ['Eastern European Summer Time', 'EEST'],
  ['Western European Standard Time', 'WET'],
  ['Western European Summer Time', 'WEST'],
  ['Greenwich Mean Time', 'GMT'],
  ['British Summer Time', 'BST'],
  ['Irish Standard Time', 'IST'],
  ['Coordinated Universal Time', 'UTC'],
  ['Eastern Standard Time', 'EST'],
  ['Eastern Daylight Time', 'EDT'],
  ['Central Standard Time', 'CST'],
  ['Central Daylight Time', 'CDT'],
  ['Mountain Standard Time', 'MST'],
  ['Mountain Daylight Time', 'MDT'],
  ['Pacific Standard Time', 'PST'],
  ['Pacific Daylight Time', 'PDT'],
  ['Atlantic Standard Time', 'AST'],
  ['Atlantic Daylight Time', 'ADT'],
  ['Newfoundland Standard Time', 'NST'],
  ['Newfoundland Daylight Time', 'NDT'],
  ['Alaska Standard Time', 'AKST'],
  ['Alaska Daylight Time', 'AKDT'],
  ['Hawaii-Aleutian Standard Time', 'HST'],
  ['Moscow Standard Time', 'MSK'],
  ['Israel Standard Time', 'IST'],
  ['Israel Daylight Time', 'IDT'],
  ['India Standard Time', 'IST'],
  ['Pakistan Standard Time', 'PKT'],
  ['China Standard Time', 'CST'],
  ['Hong Kong Standard Time', 'HKT'],
  ['Taipei Standard Time', 'CST'],
  ['Japan Standard Time', 'JST'],
  ['Korean Standard Time', 'KST'],
  ['Philippine Standard Time', 'PST'],
  ['Western Indonesia Time', 'WIB'],
  ['Central Indonesia Time', 'WITA'],
  ['Eastern Indonesia Time', 'WIT'],
  ['Australian Eastern Standard Time', 'AEST'],
  ['Australian Eastern Daylight Time', 'AEDT'],
  ['Australian Central Standard Time', 'ACST'],
  ['Australian Central Daylight Time', 'ACDT'],
  ['Australian Western Standard Time', 'AWST'],
  ['New Zealand Standard Time', 'NZST'],
  ['New Zealand Daylight Time', 'NZDT'],
  ['South Africa Standard Time', 'SAST'],
  ['East Africa Time', 'EAT'],
  ['Central Africa Time', 'CAT'],
  ['West Africa Standard Time', 'WAT'],
  ['West Africa Time', 'WAT'],
  ['Taiwan Standard Time', 'CST'],
  ['Yukon Time', 'MST'],
  ['Mexican Pacific Standard Time', 'MST'],
  ['Cuba Standard Time', 'CST'],
  ['Cuba Daylight Time', 'CDT'],
  ['Hawaii-Aleutian Daylight Time', 'HDT'],
  ['Chamorro Standard Time', 'ChST'],
  ['American Samoa Standard Time', 'SST'],
]);

/** 1972, from when on Intl knows the names of times. */
const firstNamed = 63_072_000n;

const winterAndSummer = [Date.UTC(2000, 0, 1), Date.UTC(2000, 6, 1)];

/** Of a time before that: local mean time, or the time of today with the same offset. */
function oldAbbreviation(name: string, offset: number): string | undefined {
  if (offset % 60 !== 0) return 'LMT';
  const alike = winterAndSummer
    .map((time) => readingAt(name, time))
    .find((reading) => reading.offset === offset);
  return alike && abbreviations.get(alike.longName);
}

/** Zones without a name of their own have their offset for one: +03, -0330. */
function offsetText(offset: number): string {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const hours = Math.trunc(minutes / 60)
    .toString()
    .padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : (minutes % 60).toString().padStart(2, '0');
  return (offset < 0 ? '-' : '+') + hours + rest;
}
