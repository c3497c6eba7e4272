// Owns sprig's functions on semantic versions, and the methods of the version that templates get.
import { bool, function1, function2, text, type Codec, type GoFunction } from '../functions.ts';
import {
  checkMetadata,
  checkPrerelease,
  compareVersions,
  parseVersion,
  versionText,
  type Version,
} from '../semver.ts';
import { parseConstraints, satisfies } from '../semver-constraint.ts';
import {
  boolType,
  boolValue,
  indirect,
  intType,
  intValue,
  stringType,
  stringValue,
  uint64Type,
  uintValue,
  type GoType,
  type Method,
  type StructValue,
  type Value,
} from '../values.ts';

/** What a method works with: the version it is called on, and its only argument, if it has one. */
type Work = (version: Version, argument: Value) => Value;

const structName = 'semver.Version';
const structReference: GoType = { name: structName, kind: 'struct' };
const pointerReference: GoType = { name: `*${structName}`, kind: 'ptr', elem: structReference };

function method(params: readonly GoType[], result: GoType, work: Work): Method {
  return {
    params,
    isVariadic: false,
    result,
    call: (receiver, [argument = receiver]) => work(versionOf(receiver), argument),
  };
}

function comparison(test: (order: number) => boolean): Method {
  return method([pointerReference], boolType, (version, other) =>
    boolValue(test(compareVersions(version, versionOf(other)))),
  );
}

function raised(raise: (version: Version) => Version): Method {
  return method([], structReference, (version) => structOf(written(raise(version))));
}

const valueMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['String', method([], stringType, (version) => stringValue(versionText(version)))],
  ['Major', method([], uint64Type, ({ major }) => uintValue(major))],
  ['Minor', method([], uint64Type, ({ minor }) => uintValue(minor))],
  ['Patch', method([], uint64Type, ({ patch }) => uintValue(patch))],
  ['Prerelease', method([], stringType, ({ prerelease }) => stringValue(prerelease))],
  ['Metadata', method([], stringType, ({ metadata }) => stringValue(metadata))],
  [
    'IncMajor',
    raised(({ major, ...rest }) => ({ ...rest, major: major + 1n, minor: 0n, patch: 0n })),
  ],
  ['IncMinor', raised(({ minor, ...rest }) => ({ ...rest, minor: minor + 1n, patch: 0n }))],
  ['IncPatch', raised(nextPatch)],
  ['SetPrerelease', method([stringType], structReference, setPrerelease)],
  ['SetMetadata', method([stringType], structReference, setMetadata)],
]);

const pointerMethods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...valueMethods,
  ['Original', method([], stringType, ({ original }) => stringValue(original))],
  [
    'Compare',
    method([pointerReference], intType, (version, other) =>
      intValue(compareVersions(version, versionOf(other))),
    ),
  ],
  ['Equal', comparison((order) => order === 0)],
  ['LessThan', comparison((order) => order < 0)],
  ['LessThanEqual', comparison((order) => order <= 0)],
  ['GreaterThan', comparison((order) => order > 0)],
  ['GreaterThanEqual', comparison((order) => order >= 0)],
]);

const toText = (value: Value): string => versionText(versionOf(value));

const structType: GoType = {
  ...structReference,
  methods: valueMethods,
  text: toText,
  jsonText: toText,
};
const pointerType: GoType = { ...pointerReference, elem: structType, methods: pointerMethods };

const versionPointer: Codec<Version> = {
  type: pointerType,
  read: versionOf,
  make: (version) => ({ kind: 'ptr', type: pointerType, target: structOf(version) }),
};

export const semverFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['semver', function1([text], versionPointer, parseVersion)],
  ['semverCompare', function2([text, text], bool, compareWithConstraint)],
]);

/** The constraint is read first, so that its error is the one that shows. */
function compareWithConstraint(constraint: string, version: string): boolean {
  const alternatives = parseConstraints(constraint);
  return satisfies(parseVersion(version), alternatives);
}

function structOf(version: Version): StructValue {
  return {
    kind: 'struct',
    type: structType,
    fields: new Map<string, Value>([
      ['major', uintValue(version.major)],
      ['minor', uintValue(version.minor)],
      ['patch', uintValue(version.patch)],
      ['pre', stringValue(version.prerelease)],
      ['metadata', stringValue(version.metadata)],
      ['original', stringValue(version.original)],
    ]),
  };
}

function versionOf(value: Value): Version {
  const { value: struct } = indirect(value);
  const fields = struct.kind === 'struct' ? struct.fields : new Map<string, Value>();
  const number = (name: string): bigint => {
    const field = fields.get(name);
    return field?.kind === 'uint' ? field.value : 0n;
  };
  const part = (name: string): string => {
    const field = fields.get(name);
    return field?.kind === 'string' ? field.value : '';
  };
  return {
    major: number('major'),
    minor: number('minor'),
    patch: number('patch'),
    prerelease: part('pre'),
    metadata: part('metadata'),
    original: part('original'),
  };
}

/** What was behind the numbers is gone, and the original is the new text, with its v. */
function written(version: Version): Version {
  const released = { ...version, prerelease: '', metadata: '' };
  return { ...released, original: prefixOf(version) + versionText(released) };
}

function prefixOf({ original }: Version): string {
  return original.startsWith('v') ? 'v' : '';
}

/** The release of a prerelease is its next patch. */
function nextPatch({ patch, ...rest }: Version): Version {
  return { ...rest, patch: rest.prerelease === '' ? patch + 1n : patch };
}

function setPrerelease(version: Version, argument: Value): Value {
  const prerelease = text.read(argument);
  checkPrerelease(prerelease);
  return changed(version, { prerelease });
}

function setMetadata(version: Version, argument: Value): Value {
  const metadata = text.read(argument);
  checkMetadata(metadata);
  return changed(version, { metadata });
}

function changed(version: Version, change: Partial<Version>): StructValue {
  const next = { ...version, ...change };
  return structOf({ ...next, original: prefixOf(version) + versionText(next) });
}
