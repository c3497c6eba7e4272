// Runs the whole command over TLS with each provider: proxies, certificates, time-outs and the user agent are the same in all.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { startConnectProxy, type ConnectProxy } from '../servers/connect-proxy.ts';
import { startTlsFront, type TlsFront } from '../servers/tls-front.ts';
import { createAuthority } from '../support/certificates.ts';
import { run, type Ended } from '../support/command.ts';
import { programs } from '../support/eso-render.ts';
import { freePort } from '../support/free-port.ts';
import { secretsIn } from '../support/secrets.ts';
import { describeWith, nodeTwenty } from '../support/tools.ts';
import { networked } from './fixtures/all.ts';
import { skipped, type Backend, type Wire } from './provider.ts';
import { externalSecretManifest, secretManifest, streamOf } from './store-input.ts';

type Env = Readonly<Record<string, string>>;
type Spec = Readonly<Record<string, unknown>>;

const key = 'network/text';
const value = 'over the network';
const login = 'ann:p4ss';

/** What libraries would write to standard error by themselves, if they were let. */
const talkative: Env = { DEBUG: '*', GOOGLE_SDK_NODE_LOGGING: '*', NODE_USE_ENV_PROXY: '0' };

let folder: string;
let authority: Awaited<ReturnType<typeof createAuthority>>;
let pair: Awaited<ReturnType<typeof authority.issue>>;
let proxy: ConnectProxy;
let guarded: ConnectProxy;
let silent: ConnectProxy;
let withCa: Env;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eso-render-network-'));
  authority = await createAuthority('a-company');
  pair = await authority.issue('server', 'localhost');
  await writeFile(join(folder, 'ca.crt'), authority.ca);
  withCa = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt') };
  proxy = await startConnectProxy();
  guarded = await startConnectProxy({ login });
  silent = await startConnectProxy({ isSilent: true });
});
afterAll(async () => {
  for (const one of [proxy, guarded, silent]) await one.stop();
  await authority.remove();
  await rm(folder, { recursive: true });
});

const oldest = await nodeTwenty();

for (const { name, start, tools, limits } of networked) {
  describeWith(`provider ${name}`, (await tools?.()) ?? {}, () => {
    let backend: Backend;
    let wire: Wire;
    let front: TlsFront;

    beforeAll(async () => {
      backend = await start();
      if (backend.wire === undefined) throw new Error(`${name} has no wire`);
      wire = backend.wire;
      await backend.put([{ key, versions: [Buffer.from(value)] }]);
      front = await startTlsFront(wire.proxy.url, pair);
    });
    beforeEach(() => {
      for (const one of [proxy, guarded, silent, front]) one.reset();
      wire.proxy.reset();
    });
    afterAll(async () => {
      await front.stop();
      await backend.stop();
    });

    async function render(
      given: Env,
      { ca, more = [], args = [], node }: RenderOptions = {},
    ): Promise<Ended> {
      const {
        documents,
        env = {},
        remoteRef = (one) => ({ key: one }),
      } = wire.storeAt(front.url, ca);
      const input = streamOf([
        ...documents,
        ...more,
        externalSecretManifest('es', [remoteRef(key)]),
      ]);
      const [program = '', bundle = ''] = programs.bundle;
      return run([node ?? program, bundle, ...args, '-'], {
        input,
        env: { ...env, ...talkative, ...given },
      });
    }

    function expectRead(ended: Ended): void {
      const made = secretsIn(ended.stdout).find((secret) => secret.name === 'es');
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.from(made?.data['k0'] ?? '', 'base64').toString()).toBe(value);
      expect(front.userAgents().length).toBeGreaterThan(0);
      for (const userAgent of front.userAgents()) {
        expect(userAgent).toContain(`${packageJson.name}/${packageJson.version}`);
      }
    }

    function expectRefused({ code, stdout, stderr }: Ended, says: RegExp): void {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(says);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(front.userAgents()).toEqual([]);
    }

    describe('network', () => {
      test.each([
        { title: 'HTTPS_PROXY', env: 'HTTPS_PROXY', except: undefined },
        { title: 'https_proxy', env: 'https_proxy', except: undefined },
        { title: 'ALL_PROXY', env: 'ALL_PROXY', except: undefined },
        { title: 'HTTPS_PROXY, but NO_PROXY', env: 'HTTPS_PROXY', except: 'NO_PROXY' },
        { title: 'https_proxy, but no_proxy', env: 'https_proxy', except: 'no_proxy' },
      ])('$title: with NODE_EXTRA_CA_CERTS, user agent, DEBUG', async ({ env, except }) => {
        const exception = except === undefined ? {} : { [except]: 'example.com, localhost' };
        expectRead(await render({ ...withCa, [env]: proxy.url, ...exception }));

        const target = `localhost:${front.port}`;
        expect([...new Set(proxy.targets())]).toEqual(except === undefined ? [target] : []);
      });

      test('user and password of the proxy', async () => {
        const url = guarded.url.replace('//', `//${login}@`);
        expectRead(await render({ ...withCa, HTTPS_PROXY: url }));

        expect(guarded.targets()).not.toEqual([]);
      });

      const { missing, path = process.execPath } = oldest;
      test.skipIf(missing !== undefined)(
        `under Node 20, as under 24${skipped(missing)}`,
        async () => {
          expectRead(await render({ ...withCa, HTTPS_PROXY: proxy.url }, { node: path }));
        },
      );

      test('a proxy that wants a user and a password says so', async () => {
        const ended = await render({ ...withCa, HTTPS_PROXY: guarded.url });

        expectRefused(ended, /does not connect to localhost.* \(status 407\): give it user/);
      });

      test('a proxy that is not there is named, and nobody goes around it', async () => {
        const url = `http://127.0.0.1:${await freePort()}`;
        const ended = await render({ ...withCa, HTTPS_PROXY: url });

        expectRefused(
          ended,
          new RegExp(`^error UNAVAILABLE .*${url.slice('http://'.length)} .*ECONNREFUSED`),
        );
      });

      test('a proxy that never answers ends in the deadline', async () => {
        const env = { ...withCa, HTTPS_PROXY: silent.url };

        expectRefused(await render(env, { args: ['--deadline', '2s'] }), /^error TIMEOUT /);
      });

      test('a CA that nobody named is not trusted', async () => {
        expectRefused(await render({}), /certificate is not trusted/);
      });

      const ca = {
        caBundle: (): Spec => ({ caBundle: Buffer.from(authority.ca).toString('base64') }),
        caProvider: (type: string): Spec => ({ caProvider: { type, name: 'ca', key: 'ca.crt' } }),
      };
      const noCa = limits.ca;
      test.skipIf(noCa !== undefined)(`caBundle, also behind a proxy${skipped(noCa)}`, async () => {
        expectRead(await render({}, { ca: ca.caBundle() }));
        expectRead(await render({ HTTPS_PROXY: proxy.url }, { ca: ca.caBundle() }));
      });

      test.skipIf(noCa !== undefined)(`caProvider${skipped(noCa)}`, async () => {
        const inSecret = secretManifest('ca', { 'ca.crt': authority.ca });
        const inConfigMap = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'ca', namespace: 'shop' },
          data: { 'ca.crt': authority.ca },
        };
        expectRead(await render({}, { ca: ca.caProvider('Secret'), more: [inSecret] }));
        expectRead(await render({}, { ca: ca.caProvider('ConfigMap'), more: [inConfigMap] }));
      });
    });
  });
}

type RenderOptions = {
  /** The fields of the store that name its CA. */
  readonly ca?: Spec;
  readonly more?: readonly Spec[];
  readonly args?: readonly string[];
  /** In place of the one that runs the tests. */
  readonly node?: string;
};
