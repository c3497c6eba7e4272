// Runs the provider suite for fake.
import { provider } from '../../plugin/providers/fake.ts';
import { credentialsOf } from '../support/open-context.ts';
import { describeProvider, type Backend, type Stored } from './provider.ts';

async function start(): Promise<Backend> {
  let data: { key: string; value: string; version: string }[] = [];
  return {
    provider,
    put: async (secrets) => {
      data = secrets.flatMap((secret) =>
        secret.versions.map((value, index) => ({
          key: secret.key,
          value: new TextDecoder().decode(value),
          version: versionsOf(secret)[index] ?? '',
        })),
      );
    },
    connect: () => provider.connect({ data }, { kind: 'SecretStore', name: 's', namespace: 'n' }),
    env: {},
    credentials: credentialsOf({}),
    versionsOf,
    stop: async () => {},
  };
}

function versionsOf({ versions }: Stored): readonly string[] {
  return versions.map((_, index) => (versions.length === 1 ? '' : `v${index}`));
}

describeProvider('fake', start, {
  empty: 'the manifest must give a value',
  binary: 'a manifest holds text',
  versions: 'a version is a label of the entry, and none of them is the newest',
  network: 'it makes no call',
});
