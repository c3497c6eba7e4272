// Runs the provider suite for AWS Parameter Store.
import type { ParameterSeed } from '../servers/aws-seed.ts';
import { startProvider } from './aws-backend.ts';
import { describeProvider, type Stored } from './provider.ts';

function seedOf({ key, versions }: Stored): ParameterSeed {
  const values = versions.map((value) => new TextDecoder().decode(value));
  return { service: 'ssm', name: key, type: 'String', values };
}

const versionsOf = ({ versions }: Stored): readonly string[] =>
  versions.map((_, index) => String(index + 1));

describeProvider(
  'AWS Parameter Store',
  () => startProvider('ParameterStore', { seedOf, versionsOf }),
  {
    empty: 'a parameter has at least one character',
    binary: 'a parameter is text',
    large: 'a parameter holds at most 8 kB',
    session: 'an access key is not got by logging in',
    unicodeKey: 'AWS takes ASCII letters, digits and /_.- only',
  },
);
