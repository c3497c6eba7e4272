// Owns Result: one finding about one place of the input, its line of text, and RenderError that carries findings out of a layer.
import { type ErrorCode, exitCode } from './errors.ts';
import { objectName, type ObjectRef } from './k8s/object.ts';
import type { Place } from './place.ts';

export type Severity = 'error' | 'warning' | 'info';

/** One finding. `message` says cause and remedy; it never holds a value of a secret. */
export type Result = {
  readonly code: ErrorCode;
  readonly severity: Severity;
  readonly message: string;
  /** The object that it is about, where it could be read that far. */
  readonly object?: ObjectRef;
  /** Where that object, or the field, stands in the input. */
  readonly place?: Place;
  /** Path of the field, as in `spec.data[1].remoteRef.key`. */
  readonly field?: string;
};

/** Leaves a layer with everything that was found. `results` holds at least one error. */
export class RenderError extends Error {
  readonly results: readonly Result[];
  /** That of a program whose failure this is, or our own. */
  readonly exitCode: number;

  constructor(results: readonly Result[], code: number = exitCode.failed) {
    super(`${results.length} problem(s)`);
    this.name = 'RenderError';
    this.results = results;
    this.exitCode = code;
  }
}

/**
 * `app/db.yaml:14`, `document 3, line 14` on standard input, with the item of a List behind it; `app/db.yaml, document 2`
 * of an item that a host has from a file.
 */
export function placeText(place: Place): string {
  const { file } = place.origin ?? {};
  if (file !== undefined) return `${file.path}, document ${file.index + 1}`;
  if (place.origin !== undefined) {
    const part = place.item === undefined ? 'functionConfig' : `ResourceList item ${place.item}`;
    return `${part}, line ${place.line}`;
  }
  const item = place.item === undefined ? '' : `, item ${place.item}`;
  if (place.file === undefined) return `document ${place.document}${item}, line ${place.line}`;
  return `${place.file}:${place.line}:${place.column}${item}`;
}

/** The finding as one line: `error NOT_FOUND ExternalSecret shop/db (app/db.yaml:14:7) spec.data[1].remoteRef: …`. */
export function resultLine(result: Result): string {
  const parts: string[] = [result.severity, result.code];
  if (result.object !== undefined) parts.push(objectName(result.object));
  if (result.place !== undefined) parts.push(`(${placeText(result.place)})`);
  if (result.field !== undefined) parts.push(result.field);
  return `${parts.join(' ')}: ${oneLine(shortened(result.message))}`;
}

/** Of what a message quotes, and of a word of it, so many characters are shown at most. */
const mostQuoted = 100;
const mostOfWord = 250;

/** A pattern, a key or a name may be of any length; a message of it is for reading. */
export function shortened(message: string): string {
  return message
    .replaceAll(/"(?:[^"\\]|\\.)*(?<end>"?)|`[^`]*`/gs, (quoted, end?: string) =>
      end === '' ? patternsCut(quoted) : cut(quoted, mostQuoted),
    )
    .replaceAll(/\S+/g, (word) => cut(word, mostOfWord));
}

/** A quotation without an end is none: the sign stands for inches, or for nothing. */
function patternsCut(text: string): string {
  return text.replaceAll(/`[^`]*`/g, (quoted) => cut(quoted, mostQuoted));
}

/** Beginning and end, which say most. */
function cut(text: string, most: number): string {
  if (text.length <= most + 2) return text;
  const end = Math.trunc(most / 3);
  return `${text.slice(0, most - end)}…${text.slice(-end)}`.toWellFormed();
}

/** Line ends and control characters in a message (a name of the input, a provider's words) must not make a second line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
