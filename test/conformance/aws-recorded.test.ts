import { afterAll, beforeAll, describe, test } from 'vitest';
import { type AwsSeed, seedAws } from '../servers/aws-seed.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { esoRender } from '../support/eso-render.ts';
import { expectRecorded, recordedCases, recordedLines } from './recorded.ts';

describe('what the operator made of them, against the same server', () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
    const [first] = recordedLines('aws.jsonl') as readonly [{ readonly seed: readonly AwsSeed[] }];
    await seedAws({ url: moto.url }, first.seed);
  });

  afterAll(async () => moto.stop());

  test.each(recordedCases('aws.jsonl').map((recorded) => [recorded.id, recorded] as const))(
    '%s',
    async (_id, recorded) => {
      const env = {
        AWS_SECRETSMANAGER_ENDPOINT: moto.url,
        AWS_SSM_ENDPOINT: moto.url,
        AWS_STS_ENDPOINT: moto.url,
      };
      expectRecorded(recorded, await esoRender('bundle', [], { input: recorded.input, env }));
    },
  );
});
