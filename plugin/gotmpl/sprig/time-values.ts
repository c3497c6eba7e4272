// Owns the times, durations, months and weekdays that templates get, with what can be called on them.
import { floorDivide } from '../calendar.ts';
import { text, type Codec } from '../functions.ts';
import { durationText } from '../duration.ts';
import { addNanos } from '../time-parse.ts';
import {
  fieldsOf,
  formatTime,
  unixNanosOf,
  unixOfFields,
  zeroTime,
  type LocalFields,
  type Time,
} from '../time.ts';
import { quote } from '../quote.ts';
import { monthNames, weekdayNames } from '../time-layout.ts';
import { fixedZone, local, utc, type Zone } from '../time-zone.ts';
import {
  boolType,
  boolValue,
  float64Type,
  floatValue,
  int64Type,
  intType,
  intValue,
  stringType,
  stringValue,
  uintValue,
  type GoType,
  type Method,
  type StructValue,
  type Value,
} from '../values.ts';

const goString = '2006-01-02 15:04:05.999999999 -0700 MST';
const rfc3339Nano = '2006-01-02T15:04:05.999999999Z07:00';

/** What a method works with: its receiver, and its arguments. */
type Work<T> = (receiver: T, args: readonly Value[]) => Value;

type MethodShape = { readonly params?: readonly GoType[]; readonly result: GoType };

function method<T>(read: (value: Value) => T, shape: MethodShape, work: Work<T>): Method {
  return {
    params: shape.params ?? [],
    isVariadic: false,
    result: shape.result,
    call: (receiver, args) => work(read(receiver), args),
  };
}

function integerOf(value: Value | undefined): bigint {
  return value?.kind === 'int' ? value.value : 0n;
}

const durationReference: GoType = { name: 'time.Duration', kind: 'int64' };
const nanosPer = { Microseconds: 1000n, Milliseconds: 1_000_000n, Nanoseconds: 1n } as const;
const unitsOfFloat = {
  Seconds: 1_000_000_000n,
  Minutes: 60_000_000_000n,
  Hours: 3_600_000_000_000n,
} as const;

function onDuration(shape: MethodShape, work: Work<bigint>): Method {
  return method(integerOf, shape, work);
}

const durationMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['String', onDuration({ result: stringType }, (nanos) => stringValue(durationText(nanos)))],
  ...Object.entries(nanosPer).map(([name, unit]): [string, Method] => [
    name,
    onDuration({ result: int64Type }, (nanos) => intValue(nanos / unit, int64Type)),
  ]),
  ...Object.entries(unitsOfFloat).map(([name, unit]): [string, Method] => [
    name,
    onDuration({ result: float64Type }, (nanos) =>
      floatValue(Number(nanos / unit) + Number(nanos % unit) / Number(unit)),
    ),
  ]),
]);

const durationType: GoType = {
  ...durationReference,
  methods: durationMethods,
  text: (value) => durationText(integerOf(value)),
};

function namedNumber(name: string, nameOf: (number: number) => string | undefined): GoType {
  const toText = (value: Value): string => {
    const number = Number(integerOf(value));
    return nameOf(number) ?? `%!${name.replace('time.', '')}(${number})`;
  };
  const string = method(toText, { result: stringType }, (shown) => stringValue(shown));
  return { name, kind: 'int', methods: new Map([['String', string]]), text: toText };
}

const monthType = namedNumber('time.Month', (month) => monthNames[month - 1]);
const weekdayType = namedNumber('time.Weekday', (weekday) => weekdayNames[weekday]);

const timeReference: GoType = { name: 'time.Time', kind: 'struct' };

function onTime(shape: MethodShape, work: Work<Time>): Method {
  return method(timeOf, shape, work);
}

function fieldMethod(type: GoType, field: (fields: LocalFields) => number): Method {
  return onTime({ result: type }, (time) => intValue(field(fieldsOf(time)), type));
}

function unixMethod(divisor: bigint): Method {
  return onTime({ result: int64Type }, (time) =>
    intValue(floorDivide(unixNanosOf(time), divisor), int64Type),
  );
}

function comparison(test: (order: bigint) => boolean): Method {
  return onTime({ params: [timeReference], result: boolType }, (time, [other]) =>
    boolValue(test(unixNanosOf(time) - unixNanosOf(timeOf(other)))),
  );
}

function zoned(zone: Zone): Method {
  return onTime({ result: timeReference }, (time) => timeValue({ ...time, zone }));
}

const timeMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  [
    'Format',
    onTime({ params: [stringType], result: stringType }, (time, [layout]) =>
      stringValue(formatTime(time, layout === undefined ? '' : text.read(layout))),
    ),
  ],
  ['String', onTime({ result: stringType }, (time) => stringValue(formatTime(time, goString)))],
  ['Year', fieldMethod(intType, ({ year }) => year)],
  ['Month', fieldMethod(monthType, ({ month }) => month)],
  ['Day', fieldMethod(intType, ({ day }) => day)],
  ['Hour', fieldMethod(intType, ({ hour }) => hour)],
  ['Minute', fieldMethod(intType, ({ minute }) => minute)],
  ['Second', fieldMethod(intType, ({ second }) => second)],
  ['Nanosecond', fieldMethod(intType, ({ nanos }) => nanos)],
  ['Weekday', fieldMethod(weekdayType, ({ weekday }) => weekday)],
  ['YearDay', fieldMethod(intType, ({ yearDay }) => yearDay)],
  ['Unix', unixMethod(1_000_000_000n)],
  ['UnixMilli', unixMethod(1_000_000n)],
  ['UnixMicro', unixMethod(1000n)],
  ['UnixNano', unixMethod(1n)],
  ['UTC', zoned(utc)],
  ['Local', zoned(local)],
  [
    'IsZero',
    onTime({ result: boolType }, (time) => boolValue(unixNanosOf(time) === unixNanosOf(zeroTime))),
  ],
  ['Before', comparison((order) => order < 0n)],
  ['After', comparison((order) => order > 0n)],
  ['Equal', comparison((order) => order === 0n)],
  [
    'Add',
    onTime({ params: [durationReference], result: timeReference }, (time, [nanos]) =>
      timeValue(addNanos(time, integerOf(nanos))),
    ),
  ],
  [
    'Sub',
    onTime({ params: [timeReference], result: durationType }, (time, [other]) =>
      durationValue(unixNanosOf(time) - unixNanosOf(timeOf(other))),
    ),
  ],
  ['AddDate', onTime({ params: [intType, intType, intType], result: timeReference }, addDate)],
]);

const timeType: GoType = {
  ...timeReference,
  methods: timeMethods,
  text: (value) => formatTime(timeOf(value), goString),
  goText: (value) => goTextOf(timeOf(value)),
  jsonText: (value) => formatTime(timeOf(value), rfc3339Nano),
};

/** As Go source makes the time. */
function goTextOf(moment: Time): string {
  const { year, month, day, hour, minute, second } = fieldsOf(moment);
  const { name } = moment.zone;
  const isPlain = name === utc.name || name === local.name;
  const zone = isPlain ? `time.${name}` : `time.Location(${quote(name)})`;
  const parts = [year, `time.${monthNames[month - 1]}`, day, hour, minute, second, moment.nanos];
  return `time.Date(${parts.join(', ')}, ${zone})`;
}

/** Times as parameters and results. */
export const time: Codec<Time> = { type: timeType, read: timeOf, make: timeValue };

function durationValue(nanos: bigint): Value {
  const max = 2n ** 63n;
  const held = nanos < -max ? -max : nanos >= max ? max - 1n : nanos;
  return { kind: 'int', type: durationType, value: held };
}

function addDate(moment: Time, args: readonly Value[]): Value {
  const [years = 0, months = 0, days = 0] = args.map((value) => Number(integerOf(value)));
  const { offset, ...fields } = fieldsOf(moment);
  const wallClock = unixOfFields({
    ...fields,
    year: fields.year + years,
    month: fields.month + months,
    day: fields.day + days,
  });
  return timeValue({ ...moment, unix: wallClock - BigInt(offset) });
}

function timeValue({ unix, nanos, zone }: Time): StructValue {
  const fields = new Map<string, Value>([
    ['wall', uintValue(nanos)],
    ['ext', intValue(unix, int64Type)],
    ['loc', stringValue(zone.name)],
  ]);
  if (zone.fixed !== undefined) {
    fields.set('offset', intValue(zone.fixed.offset));
  }
  return { kind: 'struct', type: timeType, fields };
}

function timeOf(value: Value | undefined): Time {
  const fields = value?.kind === 'struct' ? value.fields : new Map<string, Value>();
  const nanos = fields.get('wall');
  const name = fields.get('loc');
  const offset = fields.get('offset');
  return {
    unix: integerOf(fields.get('ext')),
    nanos: nanos?.kind === 'uint' ? Number(nanos.value) : 0,
    zone: zoneOf(name?.kind === 'string' ? name.value : '', offset),
  };
}

function zoneOf(name: string, offset: Value | undefined): Zone {
  if (name === local.name) {
    return local;
  }
  return offset === undefined ? { name } : fixedZone(name, Number(integerOf(offset)));
}
