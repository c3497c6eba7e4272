// Runs the provider suite for the Kubernetes API: each of the suite's secrets is a Secret with the one key `value`.
import { provider as kubernetes } from '../../plugin/providers/kubernetes/index.ts';
import { selectJsonMap } from '../../plugin/providers/json-value.ts';
import type {
  Connection,
  FindOutcome,
  FindQuery,
  Provider,
  ReadOutcome,
  SelectRef,
} from '../../plugin/providers/provider.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import { freePort } from '../support/free-port.ts';
import { describeWith } from '../support/tools.ts';
import {
  connectTo,
  remoteNamespace,
  secret,
  serverTools,
  startBackend,
  statusFault,
  tokenCredentials,
} from './kubernetes-backend.ts';
import { describeProvider, type Backend } from './provider.ts';

const key = 'value';

/** The suite's keys are paths, and an object's name is not. */
function nameOf(text: string): string {
  return `k${text.replaceAll('/', '-s-')}`;
}

function keyOf(name: string): string {
  return name.slice(1).replaceAll('-s-', '/');
}

/** The provider as the suite asks it: a value is what stands under the one key. */
const provider: Provider = {
  ...kubernetes,
  select: (value, ref) => kubernetes.select(remote(value), below(ref)),
  // What extract means in a Secret is its keys: kubernetes-read.test.ts. The suite asks for the keys of a JSON document.
  selectMap: (value) => selectJsonMap(value.reveal()),
};

function remote(value: SecretBytes): SecretBytes {
  const base64 = Buffer.from(value.reveal()).toString('base64');
  return SecretBytes.ofText(JSON.stringify({ [key]: base64 }));
}

function below(ref: SelectRef): SelectRef {
  return { ...ref, property: ref.property === '' ? key : `${key}.${ref.property}` };
}

/** The suite says by the environment which server is meant. */
const serverVariable = 'TEST_SERVER';

function suiteConnection(): Connection {
  return {
    ...connectTo(''),
    open: async (context) => {
      const client = await connectTo(context.env[serverVariable] ?? '').open(context);
      return {
        ...client,
        read: async (refs) => {
          const named = refs.map((ref) => ({ ...ref, key: nameOf(ref.key) }));
          const outcomes = await client.read(named);
          return outcomes.map((outcome, index) => valueOf(outcome, refs[index]));
        },
        find: async (query) => valuesOf(await client.find(named(query))),
      };
    },
  };
}

function named(query: FindQuery): FindQuery {
  const regexp = query.name?.regexp;
  return regexp === undefined
    ? query
    : { ...query, name: { regexp: regexp.replaceAll('/', '-s-') } };
}

function valueOf(outcome: ReadOutcome, ref: { readonly key: string } | undefined): ReadOutcome {
  if (outcome.outcome !== 'value') return outcome;
  const asked = { key: ref?.key ?? '', version: '', metadataPolicy: 'None', property: '' } as const;
  const all = kubernetes.selectMap(outcome.value, asked);
  const value = all.outcome === 'map' ? all.map.get(key) : undefined;
  if (value === undefined) return { outcome: 'not-found' };
  return { outcome: 'value', value: new SecretBytes(Uint8Array.from(value.reveal())) };
}

function valuesOf(outcome: FindOutcome): FindOutcome {
  if (outcome.outcome !== 'values') return outcome;
  const values = [...outcome.values].map(([name, value]) => {
    const data = JSON.parse(new TextDecoder().decode(value.reveal())) as Record<string, string>;
    return [keyOf(name), SecretBytes.ofText(data[key] ?? '')] as const;
  });
  return { outcome: 'values', values: new Map(values) };
}

const tools = await serverTools();

describeWith('kube-apiserver', tools, (path) => {
  async function start(): Promise<Backend> {
    const { server, proxy, stop } = await startBackend(path);
    return {
      provider,
      env: { [serverVariable]: proxy.url },
      credentials: tokenCredentials(server, 'reader'),
      put: (secrets) =>
        server.create(
          secrets.map(({ key: name, versions }) =>
            secret(nameOf(name), { [key]: versions.at(-1) ?? '' }),
          ),
        ),
      connect: suiteConnection,
      versionsOf: () => [],
      wire: {
        proxy,
        downEnv: { [serverVariable]: `http://127.0.0.1:${await freePort()}` },
        denied: statusFault(403, 'Forbidden', `not authorized to read in ${remoteNamespace}`),
        throttled: statusFault(429, 'TooManyRequests', 'wait a moment'),
      },
      stop,
    };
  }

  describeProvider('Kubernetes', start, {
    unicodeKey: 'the name of an object is a DNS name',
    versions: 'a Secret has no versions',
  });
});
