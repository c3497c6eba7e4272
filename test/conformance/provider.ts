// Owns what every provider must hold: one suite, which each provider's test runs with its own backend.
import { afterAll, beforeAll, describe, expect, test, type TaskMeta } from 'vitest';
import {
  ProviderError,
  type Connection,
  type Credentials,
  type FindOutcome,
  type OpenContext,
  type Provider,
  type ProviderErrorCode,
  type ReadOutcome,
  type RemoteRead,
  type SecretsClient,
  type Selection,
  type SelectRef,
} from '../../plugin/providers/provider.ts';
import type { SecretBytes } from '../../plugin/secret-bytes.ts';
import {
  startFaultProxy,
  type Fault,
  type FaultAnswer,
  type FaultProxy,
} from '../servers/fault-proxy.ts';
import { startStranger } from '../servers/stranger.ts';
import { freePort } from '../support/free-port.ts';
import { openContext } from '../support/open-context.ts';
import { describeWith, type Tool } from '../support/tools.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a user gets where a test makes a provider fail. */
    outcome?: { readonly code: ProviderErrorCode; readonly message: string };
  }
}

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

type Spec = Readonly<Record<string, unknown>>;

/** What a run of the whole command is given: a store as its user writes it. */
type StoreInput = {
  /** The SecretStore `store` of namespace `shop`, and the Secrets that it names. */
  readonly documents: readonly Spec[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of a secret that was put; absent where it is its key alone. */
  readonly remoteRef?: (key: string) => Spec;
};

/** What only a provider with a network has. */
export type Wire = {
  readonly proxy: FaultProxy;
  /** Its message says `not authorized`, or what `says` has. */
  readonly denied: FaultAnswer & { readonly says?: RegExp };
  readonly throttled: FaultAnswer;
  /** The environment in which the server is at another URL. */
  readonly envAt: (url: string) => OpenContext['env'];
  /** The same for the whole command. `ca` are the fields that name a CA, where the spec has them. */
  readonly storeAt: (url: string, ca?: Spec) => StoreInput;
  /** A store whose session can end before its time. */
  readonly session?: {
    readonly connect: () => Connection;
    readonly credentials?: Credentials;
    /** What it has got by logging in is not accepted any more. */
    readonly expire: () => Promise<void>;
  };
};

/** What a provider cannot have, with the reason. */
type Limits = {
  /** A secret that does not exist is an ordinary error, and no NoSecret of ESO's. */
  readonly absent?: string;
  readonly empty?: string;
  readonly binary?: string;
  readonly large?: string;
  readonly unicodeKey?: string;
  readonly versions?: string;
  readonly network?: string;
  /** What stands in a value is not selected by `property`. */
  readonly properties?: string;
  /** A property is no path. */
  readonly paths?: string;
  /** A key with a dot in it does not go before a path. */
  readonly dottedKey?: string;
  readonly bigNumbers?: string;
  readonly find?: string;
  /** Nobody sees that bytes of an answer are others. */
  readonly garbled?: string;
  /** The order of keys, and the spelling of numbers. */
  readonly spelling?: string;
  /** Values that are no JSON. */
  readonly notJson?: string;
  /** A find without name and tags is refused. */
  readonly findOperator?: string;
  /** Names in folders that find does not look into. */
  readonly findFolders?: string;
  readonly session?: string;
  /** A field for certificates of a CA. */
  readonly ca?: string;
};

const document = {
  key: 'conformance/json',
  versions: [
    bytes(
      '{"user":"ann","a.b":"literal","a":{"b":"path","c":{"d":"deep"}},"n":1.50,"t":true,"list":["x",{"y":"z"}],"nul":null,"Ключ":"ü"}',
    ),
  ],
};
const numbers = {
  key: 'conformance/numbers',
  versions: [bytes('{"big":12345678901234567890}')],
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

/** A provider with its backend, for the tests that all of them run. */
export type Fixture = {
  /** As the table of providers has it (docs/providers.md). */
  readonly name: string;
  readonly start: () => Promise<Backend>;
  /** What is not put, and which tests are skipped. */
  readonly limits: Limits;
  /** Programs without which there is no backend. */
  readonly tools?: () => Promise<Readonly<Record<string, Tool>>>;
};

export async function describeProvider({ name, start, limits, tools }: Fixture): Promise<void> {
  describeWith(`provider ${name}`, (await tools?.()) ?? {}, () => {
    let backend: Backend;

    beforeAll(async () => {
      backend = await start();
      await backend.put([
        document,
        numbers,
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

    describe('values', () => {
      describeValues(() => backend, limits);
    });
    describe('properties', () => {
      describeProperties(() => backend, limits);
    });
    describe('find', () => {
      describeFind(() => backend, limits);
    });
    describe('failures', () => {
      describeNetwork(() => backend, limits);
      describeFaults(() => backend, limits);
    });
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
  const { properties, paths = properties, dottedKey = properties } = limits;
  const forms = [
    { form: 'a key of the object', property: 'user', expected: 'ann', limit: properties },
    {
      form: 'a key with a dot goes before a path',
      property: 'a.b',
      expected: 'literal',
      limit: dottedKey,
    },
    { form: 'a path', property: 'a.c.d', expected: 'deep', limit: paths },
    { form: 'an element of a list', property: 'list.0', expected: 'x', limit: paths },
    { form: 'how many elements', property: 'list.#', expected: '2', limit: paths },
    { form: 'a key in all elements', property: 'list.#.y', expected: '["z"]', limit: paths },
    {
      form: 'an element by a query',
      property: 'list.#(y=="z").y',
      expected: 'z',
      limit: paths,
    },
    { form: 'a number as gjson writes it', property: 'n', expected: '1.5', limit: properties },
    { form: 'true', property: 't', expected: 'true', limit: properties },
    { form: 'null exists and is empty', property: 'nul', expected: '', limit: properties },
    {
      form: 'an object as it is spelled',
      property: 'a',
      expected: '{"b":"path","c":{"d":"deep"}}',
      limit: properties,
    },
    { form: 'a key of any letters', property: 'Ключ', expected: 'ü', limit: properties },
  ];
  for (const { form, property, expected, limit } of forms) {
    test.skipIf(limit !== undefined)(`\`${property}\`: ${form}${skipped(limit)}`, async () => {
      const { provider } = backend();
      const value = valueOf(await readOne(backend(), { key: document.key }));

      expect(selected(provider.select(value, { ...refOf(document), property }))).toBe(expected);
    });
  }

  const isExact = '`big`: a number beyond float64';
  const { bigNumbers = properties } = limits;
  test.skipIf(bigNumbers !== undefined)(`${isExact}${skipped(bigNumbers)}`, async () => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: numbers.key }));

    expect(selected(provider.select(value, { ...refOf(numbers), property: 'big' }))).toBe(
      '12345678901234567890',
    );
  });

  const isNone = 'one that does not exist is never a value';
  test.skipIf(properties !== undefined)(`${isNone}${skipped(properties)}`, async () => {
    const { provider } = backend();
    const value = valueOf(await readOne(backend(), { key: document.key }));
    const selection = provider.select(value, { ...refOf(document), property: 'absent' });

    expect(['not-found', 'error']).toContain(selection.outcome);
  });

  test('none is the whole value', async () => {
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
      ['a', '{"b":"path","c":{"d":"deep"}}'],
      ['n', '1.50'],
      ['t', 'true'],
      ['list', '["x",{"y":"z"}]'],
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

function describeFind(backend: () => Backend, limits: Limits): void {
  const { find, findOperator = find, findFolders = find } = limits;
  const readsAll = '1,000 names, of all pages, that match anywhere';
  test.skipIf(findFolders !== undefined)(`${readsAll}${skipped(findFolders)}`, async () => {
    const outcome = await findAll(backend(), { name: { regexp: 'many/[0-9]' } });

    const { nameOf = (key) => key } = backend();
    const expected = many.map(({ key, versions }) => [
      nameOf(key),
      decodedBytes(whole(backend(), versions[0])),
    ]);
    expect(found(outcome)).toEqual(Object.fromEntries(expected));
  });

  const isEmpty = 'what finds nothing is an empty map';
  test.skipIf(find !== undefined)(`${isEmpty}${skipped(find)}`, async () => {
    expect(found(await findAll(backend(), { name: { regexp: '^nothing$' } }))).toEqual({});
  });

  const refused = [
    {
      reason: 'RE2 has no look-ahead',
      query: { name: { regexp: 'a(?=b)' } },
      message: 'a(?=b)',
      limit: find,
    },
    {
      reason: 'find needs an operator',
      query: {},
      message: 'find operator',
      limit: findOperator,
    },
  ];
  for (const { reason, query, message, limit } of refused) {
    test.skipIf(limit !== undefined)(`refused: ${reason}${skipped(limit)}`, async () => {
      const outcome = await findAll(backend(), query);

      expect(outcome).toMatchObject({ outcome: 'error', error: { code: 'invalid' } });
      expect(errorOf(outcome).message).toContain(message);
    });
  }
}

/** What goes wrong before or in an answer, for all reads of a client. */
type Failure = {
  readonly reason: string;
  readonly arrange: (wire: Wire) => readonly Fault[];
  readonly code: ProviderErrorCode;
  readonly message: (wire: Wire) => RegExp;
  readonly deadlineMs?: number;
  /** Which limit skips it too. */
  readonly limitedBy?: keyof Limits;
};

const failed: readonly Failure[] = [
  {
    reason: 'denied',
    arrange: ({ denied }) => [{ answer: denied }],
    code: 'denied',
    message: ({ denied: { says = /not authorized/ } }) => says,
  },
  {
    reason: 'throttled, until after the deadline (Retry-After)',
    arrange: ({ throttled }) => [{ answer: inAnHour(throttled) }],
    code: 'throttled',
    message: () => /./,
  },
  {
    reason: 'slow: no answer before the deadline, which names the call',
    arrange: () => [{ delayMs: 30_000 }],
    deadlineMs: 300,
    code: 'timeout',
    message: () => /within 0.3 s \(\w+ was pending/,
  },
  {
    reason: 'cut in the middle of every answer',
    arrange: () => [{ cut: 'in-answer' }],
    code: 'unavailable',
    message: () => /ECONNRESET/,
  },
  {
    reason: 'bytes changed in every answer',
    arrange: () => [{ garble: true }],
    code: 'unavailable',
    message: () => /not to be understood/,
    limitedBy: 'garbled',
  },
];

function inAnHour(answer: FaultAnswer): FaultAnswer {
  return { ...answer, headers: { ...answer.headers, 'retry-after': '3600' } };
}

function describeNetwork(backend: () => Backend, limits: Limits): void {
  const { network } = limits;
  for (const { reason, arrange, code, message, deadlineMs, limitedBy } of failed) {
    const limit = limits.network ?? (limitedBy === undefined ? undefined : limits[limitedBy]);
    test.skipIf(limit !== undefined)(`${reason}${skipped(limit)}`, async ({ task }) => {
      const wire = wireOf(backend());
      for (const fault of arrange(wire)) wire.proxy.inject(fault);
      const outcomes = await readFrom(backend(), [refOf(text)], { deadlineMs });
      const errors = outcomes.map(errorOf);
      note(task, errors);

      expect(errors.map((error) => error.code)).toEqual([code]);
      for (const error of errors) expect(error.message).toMatch(message(wire));
    });
  }

  test.skipIf(network !== undefined)(`the server is down${skipped(network)}`, async ({ task }) => {
    const env = wireOf(backend()).envAt(`http://127.0.0.1:${await freePort()}`);
    const errors = (await readFrom(backend(), [refOf(text)], { env })).map(errorOf);
    note(task, errors);

    for (const error of errors) {
      expect(error).toMatchObject({ code: 'unavailable' });
      expect(error.message).toMatch(/ECONNREFUSED/);
    }
  });

  test.skipIf(network !== undefined)(
    `a certificate that nobody known has signed gets no request${skipped(network)}`,
    async ({ task }) => {
      const stranger = await startStranger();
      const env = wireOf(backend()).envAt(stranger.url);
      const errors = (await readFrom(backend(), [refOf(text)], { env })).map(errorOf);
      await stranger.stop();
      note(task, errors);

      for (const error of errors) {
        expect(error).toMatchObject({ code: 'failed' });
        expect(error.message).toMatch(/certificate is not trusted/);
      }
      expect(stranger.requests()).toBe(0);
    },
  );

  test.skipIf(network !== undefined)(
    `throttling passes, when it is tried again${skipped(network)}`,
    async () => {
      const { proxy, throttled } = wireOf(backend());
      proxy.inject({ answer: throttled, times: 2 });
      const outcome = await readOne(backend(), { key: text.key });

      expect(revealed(outcome)).toEqual(whole(backend(), text.versions[0]));
      expect(proxy.requests()).toHaveLength(3);
    },
  );

  const once = [
    {
      reason: 'an answer cut once is asked for again',
      fault: { cut: 'in-answer' },
      limit: network,
    },
    {
      reason: 'an answer with bytes changed once is asked for again',
      fault: { garble: true },
      limit: network ?? limits.garbled,
    },
  ] as const;
  for (const { reason, fault, limit } of once) {
    test.skipIf(limit !== undefined)(`${reason}${skipped(limit)}`, async () => {
      wireOf(backend()).proxy.inject({ ...fault, times: 1 });
      const outcome = await readOne(backend(), { key: text.key });

      expect(revealed(outcome)).toEqual(whole(backend(), text.versions[0]));
    });
  }
}

function describeFaults(backend: () => Backend, limits: Limits): void {
  const { network } = limits;
  const session = network ?? limits.session;
  const refs = many.slice(0, 200).map(refOf);

  test.skipIf(network !== undefined)(
    `killed while 200 reads are under way: each has its value or the cause, and a second run all values${skipped(network)}`,
    async () => {
      const { proxy, envAt } = wireOf(backend());
      const mortal = await startFaultProxy(proxy.url);
      mortal.inject({ kill: true, after: 2 });
      const outcomes = await readFrom(backend(), refs, { env: envAt(mortal.url) });
      const errors = failures(outcomes);

      expect(outcomes).toHaveLength(200);
      expect(errors.length).toBeGreaterThanOrEqual(20);
      for (const { code, message } of errors) {
        expect(code).toBe('unavailable');
        expect(message).toMatch(/ECONN(?:REFUSED|RESET)/);
      }
      expect(failures(await readFrom(backend(), refs))).toEqual([]);
    },
  );

  test.skipIf(network !== undefined)(
    `slowed while 200 reads are under way: what has come by the deadline is kept${skipped(network)}`,
    async () => {
      wireOf(backend()).proxy.inject({ delayMs: 60_000, after: 2, times: 1 });
      const errors = failures(await readFrom(backend(), refs, { deadlineMs: 5_000 }));

      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThan(200);
      for (const error of errors) expect(error).toMatchObject({ code: 'timeout' });
    },
  );

  test.skipIf(session !== undefined)(
    `a session that ends under way is begun anew${skipped(session)}`,
    async () => {
      const given = wireOf(backend()).session;
      if (given === undefined) throw new Error('the backend has no session, and no limit says why');
      const connected = { ...backend(), ...given };
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

/** What a user gets, for the page of providers: without what is another in every run. */
function note(task: { readonly meta: TaskMeta }, [error]: readonly ProviderError[]): void {
  if (error === undefined) return;
  const message = error.message.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:443');
  task.meta.outcome = { code: error.code, message };
}

/** The outcomes of reads. What fails when the connection is opened fails for each. */
async function readFrom(
  backend: Backend,
  refs: readonly RemoteRead[],
  options: Parameters<typeof withClient>[2] = {},
): Promise<readonly ReadOutcome[]> {
  try {
    return await withClient(backend, (client) => client.read(refs), options);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return refs.map(() => ({ outcome: 'error', error }));
  }
}

/** With nothing counted or broken yet. */
function wireOf({ wire }: Backend): Wire {
  if (wire === undefined) throw new Error('the backend has no wire');
  wire.proxy.reset();
  return wire;
}

function failures(outcomes: readonly ReadOutcome[]): readonly ProviderError[] {
  return outcomes.flatMap((outcome) => (outcome.outcome === 'error' ? [outcome.error] : []));
}

/** Opens, uses and closes a client. */
export async function withClient<T>(
  { connect, env, credentials }: Pick<Backend, 'connect' | 'env' | 'credentials'>,
  use: (client: SecretsClient) => Promise<T>,
  options: {
    readonly env?: OpenContext['env'] | undefined;
    readonly deadlineMs?: number | undefined;
  } = {},
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
  return outcome.outcome === 'value' ? Uint8Array.from(outcome.value.reveal()) : outcome.outcome;
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
  return wholeOf === undefined ? value : Uint8Array.from(wholeOf(value));
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
export function skipped(limit: string | undefined): string {
  return limit === undefined ? '' : ` (skipped: ${limit})`;
}
