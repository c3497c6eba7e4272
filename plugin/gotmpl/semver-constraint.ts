// Owns version constraints such as ">=1.2, <3 || ~4.1", with the rules of Masterminds/semver 3.4.
import { FunctionError, plainFailure } from './errors.ts';
import { comparePrereleases, compareVersions, parseVersion, type Version } from './semver.ts';

/** Far more than anybody writes; keeps the search for ranges short. */
const maxLength = 1000;

type Operator = '' | '=' | '!=' | '>' | '<' | '>=' | '=>' | '<=' | '=<' | '~' | '~>' | '^';

const operators: ReadonlyMap<string, Operator> = new Map(
  (['', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^'] as const).map((operator) => [
    operator,
    operator,
  ]),
);

export type Constraint = {
  readonly operator: Operator;
  readonly version: Version;
  /** Whether a part is x or * or left out: any, the minor one, the patch. */
  readonly isOpen: boolean;
  readonly isMinorOpen: boolean;
  readonly isPatchOpen: boolean;
};

/** Whether the version meets all constraints of one of the alternatives. */
export function satisfies(
  version: Version,
  alternatives: readonly (readonly Constraint[])[],
): boolean {
  return alternatives.some((parts) => {
    const includesPrereleases = parts.some((part) => part.version.prerelease !== '');
    const isExcluded = version.prerelease !== '' && !includesPrereleases;
    return !isExcluded && parts.every((part) => isMet(version, part));
  });
}

/** The alternatives that `||` separates. Throws FunctionError for what is no constraint. */
export function parseConstraints(text: string): Constraint[][] {
  if (text.length > maxLength) {
    throw improper(text);
  }
  return withoutRanges(text).split('||').map(parseAll);
}

function improper(text: string): FunctionError {
  return new FunctionError(`improper constraint: ${text}`, 'first');
}

const number = String.raw`[0-9|xX*]+`;
const suffix = String.raw`[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*`;
const versionSource = `v?${number}(?:\\.${number})?(?:\\.${number})?(?:-${suffix})?(?:\\+${suffix})?`;

/** "1.2 - 1.4" means ">= 1.2, <= 1.4". */
function withoutRanges(text: string): string {
  // oxlint-disable-next-line no-restricted-globals -- a pattern of ours, put together from parts
  const range = new RegExp(`\\s*(${versionSource})\\s+-\\s+(${versionSource})\\s*`, 'g');
  return text.replaceAll(range, '>= $1, <= $2 ');
}

/** Constraints with spaces or a comma between them. The form of all of them is looked at before any of the versions. */
function parseAll(text: string): Constraint[] {
  const found: (readonly [Operator, string])[] = [];
  // oxlint-disable-next-line no-restricted-globals -- a pattern of ours, put together from parts
  const next = new RegExp(`([=!<>~^]*)\\s*(${versionSource})`, 'y');
  next.lastIndex = text.search(/\S|$/);
  for (;;) {
    const match = next.exec(text);
    const [, sign = '', version = ''] = match ?? [];
    const operator = operators.get(sign);
    if (match === null || operator === undefined) {
      throw improper(text);
    }
    found.push([operator, version]);
    const end = match.index + match[0].length;
    const separator = /^(?:\s*,\s*|\s+)?/.exec(text.slice(end))?.[0] ?? '';
    const start = end + separator.length;
    if (start === text.length && !separator.includes(',')) {
      return found.map((one) => parseConstraint(...one));
    }
    if (separator === '') {
      throw improper(text);
    }
    next.lastIndex = start;
  }
}

const partsOf =
  /^v?([0-9|xX*]+)(?:\.([0-9|xX*]+))?(?:\.([0-9|xX*]+))?((?:-[0-9A-Za-z\-.]+)?)(?:\+[0-9A-Za-z\-.]+)?$/;

function parseConstraint(operator: Operator, text: string): Constraint {
  const [, major = '', minor = '', patch = '', prerelease = ''] = partsOf.exec(text) ?? [];
  const isMajorOpen = isOpenPart(major);
  const isMinorOpen = !isMajorOpen && isOpenPart(minor);
  const isPatchOpen = !isMajorOpen && !isMinorOpen && isOpenPart(patch);
  const isOpen = isMajorOpen || isMinorOpen || isPatchOpen;
  return {
    operator,
    version: constraintVersion(isOpen ? filled([major, minor, patch]) + prerelease : text),
    isOpen,
    isMinorOpen,
    isPatchOpen,
  };
}

function isOpenPart(part: string): boolean {
  return part === '' || part === 'x' || part === 'X' || part === '*';
}

/** The parts up to the first open one, zeros from there on. */
function filled(parts: readonly string[]): string {
  const firstOpen = parts.findIndex(isOpenPart);
  return parts.map((part, i) => (i >= firstOpen ? '0' : part)).join('.');
}

function constraintVersion(text: string): Version {
  try {
    return parseVersion(text);
  } catch (error) {
    if (error instanceof FunctionError) {
      throw plainFailure('constraint parser error');
    }
    throw error;
  }
}

function isMet(version: Version, constraint: Constraint): boolean {
  const order = compareVersions(version, constraint.version);
  switch (constraint.operator) {
    case '':
    case '=':
      return constraint.isOpen ? isNear(version, constraint) : order === 0;
    case '!=':
      return isOther(version, constraint);
    case '>':
      return isAbove(version, constraint);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return constraint.isOpen ? !isBeyond(version, constraint) : order <= 0;
    case '~':
    case '~>':
      return isNear(version, constraint);
    default:
      return isCompatible(version, constraint);
  }
}

function isOther(version: Version, { version: wanted, ...constraint }: Constraint): boolean {
  if (!constraint.isOpen) {
    return compareVersions(version, wanted) !== 0;
  }
  if (version.major !== wanted.major) {
    return true;
  }
  if (constraint.isMinorOpen) {
    return false;
  }
  if (version.minor !== wanted.minor) {
    return true;
  }
  if (!constraint.isPatchOpen) {
    return version.patch !== wanted.patch || compareVersions(version, wanted) !== 0;
  }
  const hasPrerelease = version.prerelease !== '' || wanted.prerelease !== '';
  return hasPrerelease && comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
}

/** Above all versions that the constraint stands for. */
function isAbove(version: Version, { version: wanted, ...constraint }: Constraint): boolean {
  if (!constraint.isOpen || version.major !== wanted.major) {
    return compareVersions(version, wanted) > 0;
  }
  if (constraint.isMinorOpen) {
    return false;
  }
  return constraint.isPatchOpen
    ? version.minor > wanted.minor
    : compareVersions(version, wanted) > 0;
}

/** Above all versions that an open upper bound stands for. */
function isBeyond(version: Version, { version: wanted, isMinorOpen }: Constraint): boolean {
  return (
    version.major > wanted.major ||
    (version.major === wanted.major && version.minor > wanted.minor && !isMinorOpen)
  );
}

/** ~1.2: the same minor version, if one is given. */
function isNear(version: Version, { version: wanted, ...constraint }: Constraint): boolean {
  if (compareVersions(version, wanted) < 0) {
    return false;
  }
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && !constraint.isMinorOpen && !constraint.isPatchOpen) {
    return true;
  }
  return (
    version.major === wanted.major && (version.minor === wanted.minor || constraint.isMinorOpen)
  );
}

/** ^1.2: the same up to the first part that is not 0. */
function isCompatible(version: Version, { version: wanted, ...constraint }: Constraint): boolean {
  if (compareVersions(version, wanted) < 0 || version.major !== wanted.major) {
    return false;
  }
  if (wanted.major > 0n || constraint.isMinorOpen) {
    return true;
  }
  if (wanted.minor > 0n || constraint.isPatchOpen || version.minor !== wanted.minor) {
    return version.minor === wanted.minor;
  }
  return version.patch === wanted.patch;
}
