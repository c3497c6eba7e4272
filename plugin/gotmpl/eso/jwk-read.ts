// Owns the members of a JSON Web Key, read and refused as jwx, ESO's library, reads and refuses them.
import type { Budget } from '../budget.ts';
import { FunctionError, plainFailure, prefixed } from '../errors.ts';
import { readFirstJson } from '../json-read.ts';
import { readBase64 } from '../sprig/encoding.ts';
import { withoutInterface, type Value } from '../values.ts';

type JwkKind = 'RSA' | 'EC' | 'OKP' | 'oct';

/** The members that make the key: bytes, as byte strings, and the name of a curve. */
export type Jwk = {
  readonly kind: JwkKind;
  /** There is a `d`, whatever it is. */
  readonly isPrivate: boolean;
  readonly curve: string;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
};

type Form = {
  /** In error texts. */
  readonly go: string;
  readonly bytes: readonly string[];
  readonly required: readonly string[];
};

const forms: Readonly<Record<JwkKind, { readonly public: Form; readonly private: Form }>> = {
  RSA: {
    public: { go: 'rsaPublicKey', bytes: ['e', 'n'], required: ['e', 'n'] },
    private: {
      go: 'rsaPrivateKey',
      bytes: ['d', 'dp', 'dq', 'e', 'n', 'p', 'q', 'qi'],
      required: ['d', 'e', 'n'],
    },
  },
  EC: {
    public: { go: 'ecdsaPublicKey', bytes: ['x', 'y'], required: ['crv', 'x', 'y'] },
    private: { go: 'ecdsaPrivateKey', bytes: ['d', 'x', 'y'], required: ['crv', 'd', 'x', 'y'] },
  },
  OKP: {
    public: { go: 'okpPublicKey', bytes: ['x'], required: ['crv', 'x'] },
    private: { go: 'okpPrivateKey', bytes: ['d', 'x'], required: ['crv', 'd', 'x'] },
  },
  oct: {
    public: { go: 'symmetricKey', bytes: ['k'], required: ['k'] },
    private: { go: 'symmetricKey', bytes: ['k'], required: ['k'] },
  },
};

/** Throws FunctionError, which quotes a member's type, or the wrong name of a kind. */
export function readJwk(json: string, budget: Budget): Jwk {
  const members = membersOf(json, budget);
  const kind = kindOf(members.get('kty'));
  const isPrivate = members.has('d');
  const form = forms[kind][isPrivate ? 'private' : 'public'];
  const failed = (message: string): FunctionError =>
    plainFailure(`failed to unmarshal JSON into key (*jwk.${form.go}): ${message}`);
  const bytes = new Map<string, Uint8Array>();
  for (const [name, value] of members) {
    const failure = memberFailure(name, value, form);
    if (failure !== undefined) throw failed(failure);
    if (form.bytes.includes(name)) bytes.set(name, decoded(textOf(value)) ?? new Uint8Array());
  }
  const missing = form.required.find((name) => !members.has(name));
  if (missing !== undefined) throw failed(`required field ${missing} is missing`);
  const curve = members.get('crv');
  return { kind, isPrivate, curve: curve === undefined ? '' : textOf(curve), bytes };
}

function membersOf(json: string, budget: Budget): ReadonlyMap<string, Value> {
  const value = prefixed('failed to unmarshal JSON into key hint', () =>
    readFirstJson(json, budget),
  );
  if (value.kind === 'map') return value.entries ?? new Map<string, Value>();
  if (value.kind === 'invalid') return new Map();
  const hint = String.raw`struct { Kty string "json:\"kty\""; D json.RawMessage "json:\"d\"" }`;
  throw plainFailure(
    `failed to unmarshal JSON into key hint: json: cannot unmarshal ${jsonKind(value)} into Go value of type ${hint}`,
  );
}

function kindOf(value: Value | undefined): JwkKind {
  if (value !== undefined && !isText(value)) {
    throw plainFailure(
      `failed to unmarshal JSON into key hint: json: cannot unmarshal ${jsonKind(value)} into Go struct field .kty of type string`,
    );
  }
  const name = value === undefined ? '' : textOf(value);
  if (name === 'RSA' || name === 'EC' || name === 'OKP' || name === 'oct') return name;
  throw new FunctionError(`invalid key type from JSON (${name})`);
}

/** What is wrong with a member; undefined for a right one, and for one that jwx does not know. */
function memberFailure(name: string, value: Value, form: Form): string | undefined {
  const isForeign = name === 'crv' && !form.required.includes(name);
  const check = form.bytes.includes(name) ? bytesFailure : checks.get(name);
  const why = isForeign ? undefined : check?.(value);
  return why === undefined ? undefined : `failed to decode value for key ${name}: ${why}`;
}

type Check = (value: Value) => string | undefined;

/** What is wrong with the members that a key of any kind may have, and with the name of a curve. */
const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['alg', (value) => textFailure(value)],
  ['crv', (value) => textFailure(value, 'jwa.EllipticCurveAlgorithm')],
  ['kid', nextTextFailure],
  ['use', nextTextFailure],
  ['x5t', nextTextFailure],
  ['x5t#S256', nextTextFailure],
  ['x5u', nextTextFailure],
  ['key_ops', (value) => listFailure(value, 'jwk.KeyOperationList', 'jwk.KeyOperation')],
  [
    'x5c',
    (value) => {
      const why = listFailure(value, '[]string', 'string');
      return why === undefined ? undefined : `failed to unmarshal certificate chain: ${why}`;
    },
  ],
]);

function textFailure(value: Value, type = 'string'): string | undefined {
  return isText(value) ? undefined : wrongType(value, type);
}

function nextTextFailure(value: Value): string | undefined {
  return isText(value) ? undefined : `error reading next value: ${wrongType(value, 'string')}`;
}

function bytesFailure(value: Value): string | undefined {
  const isBase64 = decoded(textOf(value)) !== undefined;
  return (
    nextTextFailure(value) ?? (isBase64 ? undefined : 'expected base64 encoded []byte (string)')
  );
}

function wrongType(value: Value, type: string): string {
  return `json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`;
}

/** What is wrong with a list of texts; the types are Go's. */
function listFailure(value: Value, list: string, item: string): string | undefined {
  if (value.kind === 'invalid') return undefined;
  if (value.kind !== 'slice') return wrongType(value, list);
  const wrong = (value.items ?? []).map(withoutInterface).find((one) => !isText(one));
  return wrong === undefined ? undefined : wrongType(wrong, item);
}

/** A text, or null, which leaves Go's string empty. */
function isText(value: Value): boolean {
  return value.kind === 'string' || value.kind === 'invalid';
}

function textOf(value: Value): string {
  return value.kind === 'string' ? value.value : '';
}

function jsonKind(value: Value): string {
  switch (value.kind) {
    case 'bool':
      return 'bool';
    case 'string':
      return 'string';
    case 'slice':
      return 'array';
    case 'map':
      return 'object';
    default:
      return 'number';
  }
}

/** Base64 of either alphabet, with padding or without: what the text has says which. */
function decoded(text: string): Uint8Array | undefined {
  const isStandard = /[+/]/.test(text);
  if (isStandard && /[-_]/.test(text)) return undefined;
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  const digits = standard.replaceAll(/[\r\n]/g, '').length;
  const padding = text.endsWith('=') || digits % 4 === 1 ? '' : '='.repeat((4 - (digits % 4)) % 4);
  const bytes = readBase64(standard + padding);
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : undefined;
}
