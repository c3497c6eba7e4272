// Owns sprig's functions on dates and durations.
import type { CallContext } from '../call-context.ts';
import { durationText, parseDuration } from '../duration.ts';
import { FunctionError } from '../errors.ts';
import {
  any,
  function0,
  function1,
  function2,
  function3,
  text,
  type GoFunction,
} from '../functions.ts';
import { nearestInt64 } from '../parse-number.ts';
import { addNanos, parseTime } from '../time-parse.ts';
import { formatTime, timeOfNanos, unixNanosOf, zeroTime, type Time } from '../time.ts';
import { loadZone, local, utc } from '../time-zone.ts';
import type { Value } from '../values.ts';
import { time } from './time-values.ts';

const isoDate = '2006-01-02';
const nanosPerSecond = 1_000_000_000n;

const dateInZone = function3([text, any, text], text, ([layout, date, zone], context) =>
  formatIn({ layout, date, zone }, context),
);
const dateModify = function2([text, time], time, (duration, date) =>
  orElse(date, () => addNanos(date, parseDuration(duration))),
);
const mustDateModify = function2([text, time], time, (duration, date) =>
  addNanos(date, parseDuration(duration)),
);

export const dateFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['now', function0(time, now)],
  [
    'date',
    function2([text, any], text, (layout, date, context) =>
      formatIn({ layout, date, zone: 'Local' }, context),
    ),
  ],
  ['dateInZone', dateInZone],
  ['date_in_zone', dateInZone],
  [
    'htmlDate',
    function1([any], text, (date, context) =>
      formatIn({ layout: isoDate, date, zone: 'Local' }, context),
    ),
  ],
  [
    'htmlDateInZone',
    function2([any, text], text, (date, zone, context) =>
      formatIn({ layout: isoDate, date, zone }, context),
    ),
  ],
  ['dateModify', dateModify],
  ['date_modify', dateModify],
  ['mustDateModify', mustDateModify],
  ['must_date_modify', mustDateModify],
  [
    'toDate',
    function2([text, text], time, (layout, s) =>
      orElse(zeroTime, () => parseTime(layout, s, local)),
    ),
  ],
  ['mustToDate', function2([text, text], time, (layout, s) => parseTime(layout, s, local))],
  ['unixEpoch', function1([time], text, ({ unix }) => unix.toString())],
  ['ago', function1([any], text, ago)],
  [
    'duration',
    function1([any], text, (seconds) =>
      durationText(BigInt.asIntN(64, secondsOf(seconds) * nanosPerSecond)),
    ),
  ],
  ['durationRound', function1([any], text, durationRound)],
]);

function now({ now: clock }: CallContext): Time {
  return timeOfNanos(BigInt(Math.round(clock() * 1_000_000)), local);
}

type Formatting = { readonly layout: string; readonly date: Value; readonly zone: string };

function formatIn({ layout, date, zone }: Formatting, context: CallContext): string {
  return formatTime({ ...momentOf(date, context), zone: loadZone(zone) ?? utc }, layout);
}

/** A time, a number of seconds since 1970, or now for anything else. */
function momentOf(date: Value, context: CallContext): Time {
  if (date.kind === 'struct' && date.type.name === time.type.name) {
    return time.read(date);
  }
  const isSeconds = date.kind === 'int' && (date.type.name === 'int' || date.type.name === 'int64');
  return isSeconds ? { unix: date.value, nanos: 0, zone: local } : now(context);
}

function orElse(fallback: Time, run: () => Time): Time {
  try {
    return run();
  } catch (error) {
    if (error instanceof FunctionError) {
      return fallback;
    }
    throw error;
  }
}

/** The time since then, in whole seconds. */
function ago(date: Value, context: CallContext): string {
  const elapsed = unixNanosOf(now(context)) - unixNanosOf(momentOf(date, context));
  return durationText(roundedToSeconds(elapsed));
}

function roundedToSeconds(nanos: bigint): bigint {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const rounded = ((magnitude + nanosPerSecond / 2n) / nanosPerSecond) * nanosPerSecond;
  return nanos < 0n ? -rounded : rounded;
}

function secondsOf(value: Value): bigint {
  if (value.kind === 'string') return nearestInt64(value.value);
  return value.kind === 'int' && value.type.name === 'int64' ? value.value : 0n;
}

const hour = 3600n * nanosPerSecond;
const roundings: readonly (readonly [bigint, string])[] = [
  [hour * 24n * 365n, 'y'],
  [hour * 24n * 30n, 'mo'],
  [hour * 24n, 'd'],
  [hour, 'h'],
  [hour / 60n, 'm'],
  [nanosPerSecond, 's'],
];

/** The duration in its largest unit, cut off: 2h, 3mo. */
function durationRound(value: Value, context: CallContext): string {
  const nanos = nanosOf(value, context);
  const magnitude = nanos < 0n ? -nanos : nanos;
  const [size, unit] = roundings.find(([least]) => magnitude > least) ?? [];
  return size === undefined || unit === undefined ? '0s' : `${magnitude / size}${unit}`;
}

function nanosOf(value: Value, context: CallContext): bigint {
  if (value.kind === 'string') {
    return durationOrZero(value.value);
  }
  if (value.kind === 'struct' && value.type.name === time.type.name) {
    return unixNanosOf(now(context)) - unixNanosOf(time.read(value));
  }
  return value.kind === 'int' && value.type.name === 'int64' ? value.value : 0n;
}

function durationOrZero(duration: string): bigint {
  try {
    return parseDuration(duration);
  } catch (error) {
    if (error instanceof FunctionError) {
      return 0n;
    }
    throw error;
  }
}
