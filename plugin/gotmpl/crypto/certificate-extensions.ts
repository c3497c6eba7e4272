// Owns the extensions of a certificate: the three that ESO looks at, and what Go refuses in those that it knows.
import { plainFailure } from '../errors.ts';
import { alternativeNamesIn } from './alternative-names.ts';
import {
  bitsIn,
  booleanIn,
  derReader,
  integerIn,
  oidIn,
  tags,
  type DerReader,
} from './der-reader.ts';
import { checkNameConstraints } from './name-constraints.ts';

export type Extension = {
  readonly id: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
};

export type KnownExtensions = {
  /** Undefined where there is no such extension, or none in it. */
  readonly authorityKeyId: Uint8Array | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  /** Byte strings: DNS names, then addresses, mail addresses, URIs. */
  readonly alternativeNames: readonly string[];
};

/** Throws FunctionError with Go's text for the first extension that is wrong. */
export function knownExtensions(extensions: readonly Extension[]): KnownExtensions {
  let known: KnownExtensions = {
    authorityKeyId: undefined,
    subjectKeyId: undefined,
    alternativeNames: [],
  };
  for (const extension of extensions) known = { ...known, ...partOf(extension) };
  return known;
}

function partOf(extension: Extension): Partial<KnownExtensions> {
  switch (extension.id) {
    case '2.5.29.14':
      return { subjectKeyId: subjectKeyIdIn(extension) };
    case '2.5.29.17':
      return { alternativeNames: alternativeNamesIn(extension.value) };
    case '2.5.29.35':
      return { authorityKeyId: authorityKeyIdIn(extension) };
    default:
      checks.get(extension.id)?.(extension);
      return {};
  }
}

function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw plainFailure(`x509: ${what}`);
  return value;
}

function refuseCritical({ isCritical }: Extension, name: string): void {
  if (isCritical) throw plainFailure(`x509: ${name} incorrectly marked critical`);
}

function authorityKeyIdIn(extension: Extension): Uint8Array | undefined {
  refuseCritical(extension, 'authority key identifier');
  const what = 'invalid authority key identifier';
  const identifier = sequenceIn(extension.value, what);
  if (!identifier.isNext(tags.context(0))) return undefined;
  return need(identifier.any(), what).content;
}

function subjectKeyIdIn(extension: Extension): Uint8Array {
  refuseCritical(extension, 'subject key identifier');
  const found = derReader(extension.value).element(tags.octetString);
  return need(found, 'invalid subject key identifier').content;
}

/** The elements of the SEQUENCE that comes first. */
function sequenceIn(value: Uint8Array, what: string): DerReader {
  return derReader(need(derReader(value).element(tags.sequence), what).content);
}

/** Reads the elements of a SEQUENCE until there are no more. */
function eachIn(value: Uint8Array, what: string, read: (list: DerReader) => void): void {
  const list = sequenceIn(value, what);
  while (!list.isEmpty()) read(list);
}

/** Of those that only have to be right; what is not here may hold anything. */
const checks: ReadonlyMap<string, (extension: Extension) => void> = new Map([
  [
    '2.5.29.15',
    ({ value }) => {
      need(bitsIn(derReader(value).element(tags.bitString)?.content), 'invalid key usage');
    },
  ],
  ['2.5.29.19', ({ value }) => checkBasicConstraints(value)],
  ['2.5.29.30', ({ value }) => checkNameConstraints(value)],
  ['2.5.29.31', ({ value }) => checkDistributionPoints(value)],
  ['2.5.29.36', ({ value }) => checkPolicyConstraints(value)],
  ['2.5.29.37', ({ value }) => checkOids(value, 'invalid extended key usages')],
  ['2.5.29.32', ({ value }) => checkPolicies(value)],
  ['2.5.29.33', ({ value }) => checkPolicyMappings(value)],
  [
    '2.5.29.54',
    ({ value }) => {
      const number = integerIn(derReader(value).element(tags.integer)?.content);
      need(inInt64(number), 'invalid inhibit any policy extension');
    },
  ],
  ['1.3.6.1.5.5.7.1.1', checkAuthorityAccess],
]);

function inInt64(number: bigint | undefined): bigint | undefined {
  return number !== undefined && BigInt.asIntN(64, number) === number ? number : undefined;
}

function checkBasicConstraints(value: Uint8Array): void {
  const what = 'invalid basic constraints';
  const constraints = sequenceIn(value, what);
  if (constraints.isNext(tags.boolean)) need(booleanIn(constraints.any()?.content), what);
  if (!constraints.isNext(tags.integer)) return;
  const length = need(inInt64(integerIn(constraints.any()?.content)), what);
  if (length < 0n) throw plainFailure(`x509: ${what}`);
}

function checkDistributionPoints(value: Uint8Array): void {
  const what = 'invalid CRL distribution point';
  eachIn(value, `${what}s`, (list) => {
    const point = derReader(need(list.element(tags.sequence), what).content);
    if (!point.isNext(tags.around(0))) return;
    const name = derReader(need(point.any(), what).content);
    const names = derReader(need(name.element(tags.around(0)), what).content);
    while (names.isNext(tags.context(6))) need(names.any(), what);
  });
}

function checkPolicyConstraints(value: Uint8Array): void {
  const what = 'invalid policy constraints extension';
  const constraints = sequenceIn(value, what);
  for (const tag of [tags.context(0), tags.context(1)]) {
    if (constraints.isNext(tag)) need(inInt64(integerIn(constraints.any()?.content)), what);
  }
}

function checkOids(value: Uint8Array, what: string): void {
  eachIn(value, what, (list) => need(oidIn(list.element(tags.oid)?.content), what));
}

/** Identifiers here may have numbers of any size, but none twice. */
function checkPolicies(value: Uint8Array): void {
  const what = 'invalid certificate policies';
  const seen = new Set<string>();
  eachIn(value, what, (list) => {
    const policy = derReader(need(list.element(tags.sequence), what).content);
    const { content } = need(policy.element(tags.oid), what);
    const id = Buffer.from(content).toString('hex');
    if (seen.has(id) || !isLongOid(content)) throw plainFailure(`x509: ${what}`);
    seen.add(id);
  });
}

function isLongOid(content: Uint8Array): boolean {
  const last = content.at(-1);
  const isPadded = content.some(
    (byte, i) => byte === 0x80 && (i === 0 || (content[i - 1] ?? 0) < 0x80),
  );
  return last !== undefined && last < 0x80 && !isPadded;
}

function checkPolicyMappings(value: Uint8Array): void {
  const what = 'invalid policy mappings extension';
  eachIn(value, what, (list) => {
    const mapping = derReader(need(list.element(tags.sequence), what).content);
    need(mapping.element(tags.oid) && mapping.element(tags.oid), what);
  });
}

function checkAuthorityAccess(extension: Extension): void {
  refuseCritical(extension, 'authority info access');
  const what = 'invalid authority info access';
  eachIn(extension.value, what, (list) => {
    const access = derReader(need(list.element(tags.sequence), what).content);
    need(oidIn(access.element(tags.oid)?.content), what);
    if (access.isNext(tags.context(6))) need(access.any(), what);
  });
}
