// Owns the Gregorian calendar for any year: days since 1970 from a date, and back.

export type CalendarDate = {
  readonly year: number;
  /** 1 to 12; others count on into the years around. */
  readonly month: number;
  /** From 1; others count on into the months around. */
  readonly day: number;
};

const daysPerEra = 146_097n;
/** Days from 1 March of the year 0, where eras begin, to 1 January 1970. */
const daysToEpoch = 719_468n;

/** Days since 1 January 1970. Years begin in March here, so that the leap day comes last. */
export function daysOfDate({ year, month, day }: CalendarDate): bigint {
  const monthIndex = BigInt(month) - 3n;
  const shiftedYear = BigInt(year) + floorDivide(monthIndex, 12n);
  const monthOfYear = floorModulo(monthIndex, 12n);
  const era = floorDivide(shiftedYear, 400n);
  const yearOfEra = floorModulo(shiftedYear, 400n);
  const dayOfYear = (153n * monthOfYear + 2n) / 5n;
  const dayOfEra = yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear;
  return era * daysPerEra + dayOfEra - daysToEpoch + BigInt(day) - 1n;
}

/** The date that many days after 1 January 1970. */
export function dateOfDays(days: bigint): CalendarDate {
  const shifted = days + daysToEpoch;
  const era = floorDivide(shifted, daysPerEra);
  const dayOfEra = floorModulo(shifted, daysPerEra);
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const monthOfYear = (5n * dayOfYear + 2n) / 153n;
  const month = monthOfYear < 10n ? monthOfYear + 3n : monthOfYear - 9n;
  const year = yearOfEra + era * 400n + (month <= 2n ? 1n : 0n);
  return {
    year: Number(year),
    month: Number(month),
    day: Number(dayOfYear - (153n * monthOfYear + 2n) / 5n) + 1,
  };
}

export function daysInMonth(year: number, month: number): number {
  return Number(
    daysOfDate({ year, month: month + 1, day: 1 }) - daysOfDate({ year, month, day: 1 }),
  );
}

export function floorDivide(a: bigint, b: bigint): bigint {
  return (a - floorModulo(a, b)) / b;
}

export function floorModulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}
