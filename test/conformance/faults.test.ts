// Runs the whole command with 200 reads of each provider, whose server is killed, slowed or broken meanwhile.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFaultProxy, type Fault } from '../servers/fault-proxy.ts';
import type { Ended } from '../support/command.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';
import { describeWith } from '../support/tools.ts';
import { networked } from './fixtures/all.ts';
import type { Backend, Wire } from './provider.ts';
import { externalSecretManifest, streamOf } from './store-input.ts';

/** So many requests are answered as they should be, and the server fails from then on. */
const answered = 3;
const canary = 'c4n4ry';
const keys = Array.from({ length: 200 }, (_, index) => `many/${index}`);
const valueOf = (key: string): string => `${canary} of ${key}`;

type Case = {
  readonly reason: string;
  readonly fault: (wire: Wire) => Fault;
  readonly deadline?: string;
  /** Code and cause of each reference that fails. */
  readonly says: RegExp;
};

const cases: readonly Case[] = [
  {
    reason: 'killed',
    fault: () => ({ kill: true }),
    says: /^error UNAVAILABLE .*ECONN(?:REFUSED|RESET)/,
  },
  {
    reason: 'slowed',
    fault: () => ({ delayMs: 60_000 }),
    deadline: '3s',
    says: /^error TIMEOUT .*no answer within 3 s \(\w+ was pending/,
  },
  {
    reason: 'cut off in the middle of its answers',
    fault: () => ({ cut: 'in-answer' }),
    says: /^error UNAVAILABLE .*ECONNRESET/,
  },
  {
    reason: 'refusing',
    fault: ({ denied }) => ({ answer: denied }),
    says: /^error DENIED /,
  },
  {
    reason: 'overloaded',
    fault: () => ({ answer: { status: 503, body: 'busy' } }),
    says: /^error UNAVAILABLE .*(?:HTTP 503|503 Service Unavailable|ServiceUnavailable)/,
  },
  {
    reason: 'corrupted in the bytes of its answers',
    fault: () => ({ garble: true }),
    says: /^error (?:UNAVAILABLE .*not to be understood|VALUE .*is not JSON)/,
  },
  {
    reason: 'one that answers a page of its own',
    fault: () => ({
      answer: { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
    }),
    says: /^error (?:UNAVAILABLE|PROVIDER|VALUE) .*(?:not to be understood|is no|is not JSON)/,
  },
];

for (const { name, start, tools } of networked) {
  describeWith(`provider ${name}`, (await tools?.()) ?? {}, () => {
    let backend: Backend;
    let wire: Wire;

    beforeAll(async () => {
      backend = await start();
      if (backend.wire === undefined) throw new Error(`${name} has no wire`);
      wire = backend.wire;
      await backend.put(keys.map((key) => ({ key, versions: [Buffer.from(valueOf(key))] })));
    });
    beforeEach(() => wire.proxy.reset());
    afterAll(() => backend.stop());

    function render(url: string, deadline = '60s'): Promise<Ended> {
      const { documents, env = {}, remoteRef = (key) => ({ key }) } = wire.storeAt(url);
      const secrets = Array.from({ length: 10 }, (_, index) =>
        externalSecretManifest(
          `es-${index}`,
          keys.slice(index * 20, index * 20 + 20).map((key) => remoteRef(key)),
        ),
      );
      const input = streamOf([...documents, ...secrets]);
      return esoRender('bundle', ['--deadline', deadline, '-'], { input, env });
    }

    describe('200 reads by the command', () => {
      test.each(cases)(
        'the server is $reason: each reference that fails is named, and a second run succeeds',
        async ({ fault, deadline, says }) => {
          const front = await startFaultProxy(wire.proxy.url);
          front.inject({ ...fault(wire), after: answered });
          const { code, stdout, stderr } = await render(front.url, deadline);
          await front.stop();
          const lines = stderr.split('\n').filter((line) => line !== '');
          const references = lines.map(
            (line) =>
              / ExternalSecret (shop\/es-\d) \(.*?\) (spec\.data\[\d+\]\S*): /.exec(line) ?? [],
          );

          expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
          for (const line of lines) expect(line).toMatch(says);
          expect(stderr).not.toContain(canary);
          expect(lines.length).toBeGreaterThanOrEqual(100);
          expect(new Set(references.map(([, object, field]) => `${object} ${field}`)).size).toBe(
            lines.length,
          );

          const again = await render(wire.proxy.url);
          expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
          expect(valuesIn(again.stdout)).toEqual(keys.map(valueOf));
        },
      );
    });
  });
}

/** In the order of the keys. */
function valuesIn(stdout: string): readonly string[] {
  const made = secretsIn(stdout).filter(({ name }) => name.startsWith('es-'));
  return made.flatMap(({ data }) =>
    Object.keys(data)
      .toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
      .map((key) => Buffer.from(data[key] ?? '', 'base64').toString()),
  );
}
