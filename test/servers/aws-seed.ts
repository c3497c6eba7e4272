// Owns what is put into moto before a test: secrets and parameters with their versions, labels and tags.
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { LabelParameterVersionCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

export type AwsSeed = SecretSeed | ParameterSeed;

export type SecretSeed = {
  readonly service: 'secretsmanager';
  readonly name: string;
  /** Oldest first; the last one is AWSCURRENT. `id` is a UUID, `binary` base64. */
  readonly versions: readonly {
    readonly id?: string;
    readonly string?: string;
    readonly binary?: string;
  }[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Scheduled for deletion, as DeleteSecret leaves it. */
  readonly deleted?: boolean;
};

export type ParameterSeed = {
  readonly service: 'ssm';
  readonly name: string;
  readonly type: 'String' | 'SecureString' | 'StringList';
  /** Oldest first: versions 1, 2, … */
  readonly values: readonly string[];
  /** By version. */
  readonly labels?: Readonly<Record<string, readonly string[]>>;
  readonly tags?: Readonly<Record<string, string>>;
};

export type AwsTarget = {
  readonly url: string;
  readonly region?: string;
  /** Moto keeps the resources of accounts apart; these belong to its default account. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

const anyone = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const seedsAtOnce = 8;

/** Puts all of it into moto. What is there already under such a name is an error. */
export async function seedAws(target: AwsTarget, seeds: readonly AwsSeed[]): Promise<void> {
  const config = {
    endpoint: target.url,
    region: target.region ?? 'us-east-1',
    credentials: target.credentials ?? anyone,
  };
  const secretsManager = new SecretsManagerClient(config);
  const ssm = new SSMClient(config);
  const queue = seeds.values();
  const work = async (): Promise<void> => {
    for (const seed of queue) {
      await (seed.service === 'ssm' ? putParameter(ssm, seed) : putSecret(secretsManager, seed));
    }
  };
  await Promise.all(Array.from({ length: seedsAtOnce }, work));
  secretsManager.destroy();
  ssm.destroy();
}

async function putSecret(client: SecretsManagerClient, seed: SecretSeed): Promise<void> {
  const [first, ...later] = seed.versions.map(({ id, string, binary }) => ({
    ClientRequestToken: id,
    SecretString: string,
    SecretBinary: binary === undefined ? undefined : Buffer.from(binary, 'base64'),
  }));
  await client.send(
    new CreateSecretCommand({ Name: seed.name, Tags: tagList(seed.tags), ...first }),
  );
  for (const version of later) {
    await client.send(new PutSecretValueCommand({ SecretId: seed.name, ...version }));
  }
  if (seed.deleted === true) await client.send(new DeleteSecretCommand({ SecretId: seed.name }));
}

async function putParameter(client: SSMClient, seed: ParameterSeed): Promise<void> {
  const { name: Name, type: Type } = seed;
  for (const [index, Value] of seed.values.entries()) {
    const rest = index === 0 ? { Tags: tagList(seed.tags) } : { Overwrite: true };
    await client.send(new PutParameterCommand({ Name, Type, Value, ...rest }));
  }
  for (const [version, Labels] of Object.entries(seed.labels ?? {})) {
    const ParameterVersion = Number(version);
    await client.send(
      new LabelParameterVersionCommand({ Name, ParameterVersion, Labels: [...Labels] }),
    );
  }
}

function tagList(tags: Readonly<Record<string, string>> = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
