// Owns semantic versions as Masterminds/semver 3.4 reads and compares them: loose forms such as v1.2 included.
import { FunctionError, plainFailure } from './errors.ts';
import { compareBytes } from './values.ts';

export type Version = {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  /** As it was written. */
  readonly original: string;
};

const looseVersion =
  /^v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

const maxSegment = 2n ** 64n - 1n;

/** semver.NewVersion. Throws FunctionError with Go's text. */
export function parseVersion(text: string): Version {
  const match = looseVersion.exec(text);
  if (match === null) {
    throw plainFailure('invalid semantic version');
  }
  const [, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = match;
  const version = {
    major: segmentOf(major),
    minor: segmentOf(minor),
    patch: segmentOf(patch),
    prerelease,
    metadata,
    original: text,
  };
  checkPrerelease(prerelease);
  return version;
}

function segmentOf(digits: string): bigint {
  const segment = BigInt(digits);
  if (segment > maxSegment) {
    const reason = `strconv.ParseUint: parsing "${digits}": value out of range`;
    throw new FunctionError(`error parsing version segment: ${reason}`);
  }
  return segment;
}

/** Throws for what may not be behind the hyphen; nothing there is fine. */
export function checkPrerelease(prerelease: string): void {
  for (const part of prerelease === '' ? [] : prerelease.split('.')) {
    if (/^0[0-9]+$/.test(part)) {
      throw plainFailure('version segment starts with 0');
    }
    if (!/^[0-9A-Za-z-]+$/.test(part)) {
      throw plainFailure('invalid prerelease string');
    }
  }
}

/** Throws for what may not be behind the plus sign; nothing there is fine. */
export function checkMetadata(metadata: string): void {
  if (metadata !== '' && !/^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/.test(metadata)) {
    throw plainFailure('invalid metadata string');
  }
}

export function versionText({ major, minor, patch, prerelease, metadata }: Version): string {
  const behind = (prerelease && `-${prerelease}`) + (metadata && `+${metadata}`);
  return `${major}.${minor}.${patch}${behind}`;
}

/** Below 0, 0 or above 0. Metadata does not count; a prerelease is before its release. */
export function compareVersions(a: Version, b: Version): number {
  const order =
    compareNumbers(a.major, b.major) ||
    compareNumbers(a.minor, b.minor) ||
    compareNumbers(a.patch, b.patch);
  if (order !== 0) {
    return order;
  }
  if (a.prerelease === '' || b.prerelease === '') {
    return Number(a.prerelease === '') - Number(b.prerelease === '');
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

function compareNumbers(a: bigint, b: bigint): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** Part by part: numbers by size and before words, words by their bytes. */
export function comparePrereleases(a: string, b: string): number {
  const ours = a.split('.');
  const theirs = b.split('.');
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) {
    const order = compareParts(ours[i] ?? '', theirs[i] ?? '');
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  if (a === '' || b === '') {
    return a === '' ? -1 : 1;
  }
  const ours = numberOf(a);
  const theirs = numberOf(b);
  if (ours === undefined || theirs === undefined) {
    return ours === theirs ? compareBytes(a, b) : Number(theirs !== undefined) * 2 - 1;
  }
  return ours > theirs ? 1 : -1;
}

function numberOf(part: string): bigint | undefined {
  const number = /^[0-9]+$/.test(part) ? BigInt(part) : undefined;
  return number === undefined || number > maxSegment ? undefined : number;
}
