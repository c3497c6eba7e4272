// Owns what every provider must hold: one suite, which each provider's test runs with its own backend.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ProviderError,
  type Connection,
  type Credentials,
  type FindOutcome,
  type OpenContext,
  type Provider,
  type ProviderErrorCode,
  type ReadOutcome,
  type SecretsClient,
  type Selection,
  type SelectRef,
} from '../../plugin/providers/provider.ts';
import type { SecretBytes } from '../../plugin/secret-bytes.ts';
import { startFaultProxy, type FaultAnswer, type FaultProxy } from '../servers/fault-proxy.ts';
import { startStranger } from '../servers/stranger.ts';
import { openContext } from '../support/open-context.ts';

/** A secret to put into a backend: the values of its versions, oldest first. */
export type Stored = { readonly key: string; readonly versions: readonly Uint8Array[] };

export type Backend = {
  readonly provider: Provider;
  readonly put: (secrets: readonly Stored[]) => Promise<void>;
  /** After everything was put. */
  readonly connect: () => Connection;
  readonly env: OpenContext['env'];
  readonly credentials: Credentials;
  /** Names of the versions of a secret that was put, oldest first. */
  readonly versionsOf: (secret: Stored) => readonly string[];
  /** What a read of a value gives, where the backend keeps objects only; absent where it gives the value. */
  readonly wholeOf?: (value: Uint8Array) => Uint8Array;
  /** Under which name find gives a key; absent where it is the key. */
  readonly nameOf?: (key: string) => string;
  readonly wire?: Wire;
  readonly stop: () => Promise<void>;
};

/** What only a provider with a network has. */
export type Wire = {
  readonly proxy: FaultProxy;
  /** The environment in which nobody listens. */
  readonly downEnv: OpenContext['env'];
  /** Its message says `not authorized`. */
  readonly denied: FaultAnswer;
  readonly throttled: FaultAnswer;
  /** The environment in which the server is at another URL. */
  readonly envAt?: (url: string) => OpenContext['env'];
  /** A store whose session can end before its time. */
  readonly session?: {
    readonly connect: () => Connection;
    /** What it has got by logging in is not accepted any more. */
    readonly expire: () => Promise<void>;
  };
};

/** What a provider cannot have, with the reason. */
export type Limits = {
  /** A secret that does not exist is an ordinary error, and no NoSecret of ESO's. */
  readonly absent?: string;
  readonly empty?: string;
  readonly binary?: string;
  readonly large?: string;
  readonly unicodeKey?: string;
  readonly versions?: string;
  readonly network?: string;
  /** The order of keys, and the spelling of numbers. */
  readonly spelling?: string;
  /** Values that are no JSON. */
  readonly notJson?: string;
  /** A find without name and tags is refused. */
  readonly findOperator?: string;
  /** Names in folders that find does not look into. */
  readonly findFolders?: string;
  readonly session?: string;
};

const document = {
  key: 'conformance/json',
  versions: [
    bytes('{"user":"ann","a.b":"literal","a":{"b":"path"},"n":1.50,"nul":null,"Ключ":"ü"}'),
  ],
};
const text = { key: 'conformance/text', versions: [bytes('plain text\n')] };
const empty = { key: 'conformance/empty', versions: [bytes('')] };
const binary = { key: 'conformance/binary', versions: [Uint8Array.of(0, 255, 16, 128, 10)] };
const large = { key: 'conformance/large', versions: [bytes('x'.repeat(65_536))] };
const unicode = { key: 'conformance/Schlüssel-鍵', versions: [bytes('unicode')] };
const versioned = { key: 'conformance/versions', versions: ['one', 'two', 'three'].map(bytes) };
const many = Array.from({ length: 1000 }, (_, index) => ({
  key: `/many/${String(index).padStart(4, '0')}`,
  versions: [bytes(`value ${index}`)],
}));

/** `limits` say what is not put, and which tests are skipped. */
export function describeProvider(
  name: string,
  start: () => Promise<Backend>,
  limits: Limits = {},
): void {
  describe(`provider ${name}`, () => {
    let backend: Backend;

    beforeAll(async () => {
      backend = await start();
      await backend.put([
        document,
        text,
        ...(limits.empty === undefined ? [empty] : []),
        ...(limits.binary === undefined ? [binary] : []),
        ...(limits.large === undefined ? [large] : []),
        ...(limits.unicodeKey === undefined ? [unicode] : []),
        ...(limits.versions === undefined ? [versioned] : []),
        ...many,
      ]);
    });
    afterAll(() => backend.stop());

    describeValues(() => backend, limits);
    describeProperties(() => backend, limits);
    describeFind(() => backend, limits);
    describeNetwork(() => backend, limits.network);
    describeFaults(() => backend, limits);
  });
}

function describeValues(backend: () => Backend, limits: Limits): void {
  const values = [
    { reason: 'a text comes as it is, with its line end', secret: text, limit: undefined },
    { reason: 'an empty value is a value', secret: empty, limit: limits.empty },
    { reason: 'bytes that are no text come as they are', secret: binary, limit: limits.binary },
    { reason: '64 kB come in one piece', secret: large, limit: limits.large },
    { reason: 'a key may hold any letter', secret: unicode, limit: limits.unicodeKey },
  ];
  for (const { reason, secret, limit } of values) {
    test.skipIf(limit !== undefined)(`${reason}${skipped(limit)}`, async () => {
      const outcome = await readOne(backend(), { key: secret.key });

      expect(revealed(outcome)).toEqual(whole(backend(), secret.versions[0]));
    });
  }

  const isAbsence = 'what does not exist is not found, and no error';
  test.skipIf(limits.absent !== undefined)(`${isAbsence}${skipped(limits.absent)}`, async () => {
    expect(await readOne(backend(), { key: 'conformance/absent' })).toEqual({
      outcome: 'not-found',
    });
  });

  test('outcomes stand in the order of the refs, whatever becomes of each', async () => {
    const refs = [text, { key: 'conformance/absent' }, document, ...many.slice(0, 45)].map(refOf);
    const outcomes = await withClient(backend(), (client) => client.read(refs));

    expect(outcomes.map(revealed)).toEqual([
      whole(backend(), text.versions[0]),
      limits.absent === undefined ? 'not-found' : 'error',
      whole(backend(), document.versions[0]),
      ...many.slice(0, 45).map(({ versions }) => whole(backend(), versions[0])),
    ]);
  });

  test.skipIf(limits.versions !== undefined)(
    `every version can be read, and the newest without a version${skipped(limits.versions)}`,
    async () => {
      const versions = backend().versionsOf(versioned);
      const refs = versions.map((version) => refOf({ key: versioned.key, version }));
      const outcomes = await withClient(backend(), (client) =>
        client.read([...refs, refOf({ key: versioned.key })]),
      );

      const expected = [...versioned.versions, versioned.versions.at(-1)];
      expect(outcomes.map(revealed)).toEqual(expected.map((value) => whole(backend(), value)));
    },
  );

  test('nothing to read is no call', async () => {
    expect(await withClient(backend(), (client) => client.read([]))).toEqual([]);
  });
}

function describeProperties(backend: () => Backend, limits: Limits): void {
  test.each([
    { reason: 'a key of the object', property: 'user', expected: 'ann' },
    { reason: 'a number as gjson writes it', property: 'n', expected: '1.5' },
    { reason: 'null exists and is empty', property: 'nul', expected: '' },
    { reason: 'an object as it is spelled', property: 'a', expected: '{"b":"path"}' },
    { reason: 'a key of any letters', property: 'Ключ', expected: 'ü' },
  ])('property "$property": $reason', async ({ property, expected }) => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: document.key }));

    expect(selected(provider.select(value, { ...refOf(document), property }))).toBe(expected);
  });

  test('a property that does not exist is never a value', async () => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: document.key }));
    const selection = provider.select(value, { ...refOf(document), property: 'absent' });

    expect(['not-found', 'error']).toContain(selection.outcome);
  });

  test('no property is the whole value', async () => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: document.key }));

    expect(selected(provider.select(value, refOf(document)))).toBe(
      decodedBytes(whole(backend(), document.versions[0])),
    );
  });

  const { spelling, notJson } = limits;
  const inOrder = 'extract keeps the order of the document and the spelling of its values';
  test.skipIf(spelling !== undefined)(`${inOrder}${skipped(spelling)}`, async () => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: document.key }));
    const selection = provider.selectMap(value, { ...refOf(document), property: '' });
    if (selection.outcome !== 'map') throw new Error(selection.outcome);

    expect([...selection.map].map(([key, one]) => [key, decoded(one)])).toEqual([
      ['user', 'ann'],
      ['a.b', 'literal'],
      ['a', '{"b":"path"}'],
      ['n', '1.50'],
      ['nul', ''],
      ['Ключ', 'ü'],
    ]);
  });

  const saysSo = 'extract of what is no JSON says so, and does not show the value';
  test.skipIf(notJson !== undefined)(`${saysSo}${skipped(notJson)}`, async () => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: text.key }));
    const selection = provider.selectMap(value, { ...refOf(text), property: '' });

    expect(selection).toMatchObject({ outcome: 'error', code: 'VALUE' });
    expect(JSON.stringify(selection)).not.toContain('plain');
  });
}

function describeFind(backend: () => Backend, { findOperator, findFolders }: Limits): void {
  const readsAll = 'find reads all pages, and names that match anywhere';
  test.skipIf(findFolders !== undefined)(`${readsAll}${skipped(findFolders)}`, async () => {
    const outcome = await findAll(backend(), { name: { regexp: 'many/[0-9]' } });

    const { nameOf = (key) => key } = backend();
    const expected = many.map(({ key, versions }) => [
      nameOf(key),
      decodedBytes(whole(backend(), versions[0])),
    ]);
    expect(found(outcome)).toEqual(Object.fromEntries(expected));
  });

  test('find that finds nothing is an empty map', async () => {
    expect(found(await findAll(backend(), { name: { regexp: '^nothing$' } }))).toEqual({});
  });

  const refused = [
    {
      reason: 'RE2 has no look-ahead',
      query: { name: { regexp: 'a(?=b)' } },
      message: 'a(?=b)',
      limit: undefined,
    },
    {
      reason: 'find needs an operator',
      query: {},
      message: 'find operator',
      limit: findOperator,
    },
  ];
  for (const { reason, query, message, limit } of refused) {
    test.skipIf(limit !== undefined)(`find is refused: ${reason}${skipped(limit)}`, async () => {
      const outcome = await findAll(backend(), query);

      expect(outcome).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
      expect(errorOf(outcome).message).toContain(message);
    });
  }
}

function describeNetwork(backend: () => Backend, limit: string | undefined): void {
  const wire = (): Wire => wireOf(backend());
  const cases: readonly NetworkCase[] = [
    {
      reason: 'a store that refuses says why',
      arrange: ({ proxy, denied }) => proxy.inject({ answer: denied }),
      code: 'denied',
      message: /not authorized/,
    },
    {
      reason: 'no answer before the deadline names the call',
      arrange: ({ proxy }) => proxy.inject({ delayMs: 30_000 }),
      deadlineMs: 300,
      code: 'timeout',
      message: /within 0.3 s \(\w+ was pending/,
    },
    {
      reason: 'a connection that always breaks in the middle of the answer ends as unavailable',
      arrange: ({ proxy }) => proxy.inject({ cut: 'in-answer' }),
      code: 'unavailable',
      message: /ECONNRESET/,
    },
    {
      reason: 'a store that is down is unavailable',
      arrange: () => {},
      isDown: true,
      code: 'unavailable',
      message: /ECONNREFUSED/,
    },
  ];
  for (const { reason, arrange, code, message, deadlineMs, isDown } of cases) {
    test.skipIf(limit !== undefined)(`${reason}${skipped(limit)}`, async () => {
      const given = wire();
      arrange(given);
      const refs = [text, document].map(refOf);
      const options = { env: isDown === true ? given.downEnv : backend().env, deadlineMs };
      const outcomes = await withClient(backend(), (client) => client.read(refs), options);
      const errors = outcomes.map(errorOf);

      expect(errors.map((error) => error.code)).toEqual([code, code]);
      for (const error of errors) expect(error.message).toMatch(message);
    });
  }

  test.skipIf(limit !== undefined)(
    `throttling passes, when it is tried again${skipped(limit)}`,
    async () => {
      const { proxy, throttled } = wire();
      proxy.inject({ answer: throttled, times: 2 });
      const outcome = await readOne(backend(), { key: text.key });

      expect(revealed(outcome)).toEqual(whole(backend(), text.versions[0]));
      expect(proxy.requests()).toHaveLength(3);
    },
  );

  test.skipIf(limit !== undefined)(
    `an answer cut once is asked for again${skipped(limit)}`,
    async () => {
      const { proxy } = wire();
      proxy.inject({ cut: 'in-answer', times: 1 });
      const outcome = await readOne(backend(), { key: text.key });

      expect(revealed(outcome)).toEqual(whole(backend(), text.versions[0]));
    },
  );
}

/** What a fixture does not give (`Wire.envAt`, `Wire.session`) skips its tests, which say so. */
function describeFaults(backend: () => Backend, limits: Limits): void {
  const { network } = limits;
  const session = network ?? limits.session;
  const refs = many.slice(0, 200).map(refOf);

  /** Reads with the server at that URL. What fails when the connection is opened fails for each. */
  async function readAt(
    env: OpenContext['env'],
    deadlineMs?: number,
  ): Promise<readonly ReadOutcome[]> {
    try {
      return await withClient(backend(), (client) => client.read(refs), { env, deadlineMs });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return refs.map(() => ({ outcome: 'error', error }));
    }
  }

  test.skipIf(network !== undefined)(
    `killed while 200 reads are under way: each has its value or the cause, and a second run all values${skipped(network)}`,
    async ({ skip }) => {
      const { proxy, envAt } = wireOf(backend());
      if (envAt === undefined) return skip(noOtherUrl);
      const mortal = await startFaultProxy(proxy.url);
      mortal.inject({ kill: true, after: 2 });
      const outcomes = await readAt(envAt(mortal.url));
      const errors = failures(outcomes);

      expect(outcomes).toHaveLength(200);
      expect(errors.length).toBeGreaterThanOrEqual(20);
      for (const { code, message } of errors) {
        expect(code).toBe('unavailable');
        expect(message).toMatch(/ECONN(?:REFUSED|RESET)/);
      }
      expect(failures(await readAt(envAt(proxy.url)))).toEqual([]);
    },
  );

  test.skipIf(network !== undefined)(
    `slowed while 200 reads are under way: what has come by the deadline is kept${skipped(network)}`,
    async ({ skip }) => {
      const { proxy, envAt } = wireOf(backend());
      if (envAt === undefined) return skip(noOtherUrl);
      proxy.inject({ delayMs: 60_000, after: 2, times: 1 });
      const outcomes = await readAt(envAt(proxy.url), 5_000);
      const errors = failures(outcomes);

      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThan(200);
      for (const error of errors) expect(error).toMatchObject({ code: 'timeout' });
    },
  );

  test.skipIf(network !== undefined)(
    `a certificate that nobody known has signed gets no request${skipped(network)}`,
    async ({ skip }) => {
      const { envAt } = wireOf(backend());
      if (envAt === undefined) return skip(noOtherUrl);
      const stranger = await startStranger();
      const outcomes = await readAt(envAt(stranger.url));
      await stranger.stop();

      for (const outcome of outcomes) {
        expect(errorOf(outcome)).toMatchObject({ code: 'failed' });
        expect(errorOf(outcome).message).toMatch(/certificate is not trusted/);
      }
      expect(stranger.requests()).toBe(0);
    },
  );

  test.skipIf(session !== undefined)(
    `a session that ends under way is begun anew${skipped(session)}`,
    async ({ skip }) => {
      const given = wireOf(backend()).session;
      if (given === undefined) return skip('the fixture cannot end a session');
      const connected = { ...backend(), connect: given.connect };
      const outcomes = await withClient(connected, async (client) => {
        const before = await client.read([refOf(text)]);
        await given.expire();
        return [...before, ...(await client.read(refs))];
      });

      expect(outcomes).toHaveLength(201);
      expect(failures(outcomes)).toEqual([]);
    },
  );
}

const noOtherUrl = 'the fixture cannot put the server at another URL';

/** With nothing counted or broken yet. */
function wireOf({ wire }: Backend): Wire {
  if (wire === undefined) throw new Error('the backend has no wire');
  wire.proxy.reset();
  return wire;
}

function failures(outcomes: readonly ReadOutcome[]): readonly ProviderError[] {
  return outcomes.flatMap((outcome) => (outcome.outcome === 'error' ? [outcome.error] : []));
}

type NetworkCase = {
  readonly reason: string;
  readonly arrange: (wire: Wire) => void;
  readonly code: ProviderErrorCode;
  readonly message: RegExp;
  readonly deadlineMs?: number;
  readonly isDown?: boolean;
};

/** Opens, uses and closes a client. */
export async function withClient<T>(
  { connect, env, credentials }: Pick<Backend, 'connect' | 'env' | 'credentials'>,
  use: (client: SecretsClient) => Promise<T>,
  options: { readonly env?: OpenContext['env']; readonly deadlineMs?: number | undefined } = {},
): Promise<T> {
  const { deadlineMs = 60_000 } = options;
  const context = openContext({ env: options.env ?? env, credentials, deadlineMs });
  const client = await connect().open(context);
  try {
    return await use(client);
  } finally {
    await client.close();
    context.end();
  }
}

export function refOf({
  key,
  version = '',
}: {
  readonly key: string;
  readonly version?: string;
}): SelectRef {
  return { key, version, metadataPolicy: 'None', property: '' };
}

/** The bytes of a value, or the outcome's name. */
export function revealed(outcome: ReadOutcome): Uint8Array | string {
  return outcome.outcome === 'value' ? outcome.value.reveal() : outcome.outcome;
}

/** The texts that a find found. */
export function found(outcome: FindOutcome): Readonly<Record<string, string>> {
  if (outcome.outcome === 'error') throw outcome.error;
  if (outcome.outcome === 'not-found') throw new Error('not found');
  return Object.fromEntries([...outcome.values].map(([key, value]) => [key, decoded(value)]));
}

async function readOne(
  backend: Backend,
  ref: { readonly key: string; readonly version?: string },
): Promise<ReadOutcome> {
  const [outcome] = await withClient(backend, (client) => client.read([refOf(ref)]));
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

function findAll(
  backend: Backend,
  query: Parameters<SecretsClient['find']>[0],
): Promise<FindOutcome> {
  return withClient(backend, (client) => client.find(query));
}

function whole({ wholeOf }: Backend, value: Uint8Array = new Uint8Array()): Uint8Array {
  return wholeOf === undefined ? value : wholeOf(value);
}

function errorOf(outcome: ReadOutcome | FindOutcome): ProviderError {
  if (outcome.outcome !== 'error') throw new Error(outcome.outcome);
  return outcome.error;
}

function valueOf(outcome: ReadOutcome): SecretBytes {
  if (outcome.outcome !== 'value') throw new Error(outcome.outcome);
  return outcome.value;
}

function selected(selection: Selection): string {
  return selection.outcome === 'value' ? decoded(selection.value) : `(${selection.outcome})`;
}

function decoded(value: SecretBytes): string {
  return decodedBytes(value.reveal());
}

function decodedBytes(value: Uint8Array | undefined): string {
  return new TextDecoder().decode(value);
}

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** The reason of a skip, for the name of its test. */
function skipped(limit: string | undefined): string {
  return limit === undefined ? '' : ` (skipped: ${limit})`;
}
