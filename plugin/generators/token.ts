// Owns what generators that get a token of a service have in common: they are guarded, and their one answer is a JSON object.
import { selectJsonMap } from '../providers/json-value.ts';
import type { Connection, StoreScope } from '../providers/provider.ts';
import type { Generated, Generator, GeneratorInput, Spec } from './generator.ts';

type TokenGenerator = Pick<Generator, 'kind'> & {
  readonly problems: NonNullable<Generator['problems']>;
  /** Whatever is read over it is an object of the generator's keys and their texts. One token serves all that use it. */
  readonly connect: (spec: Spec, scope: StoreScope) => Connection;
};

export function tokenGenerator({ kind, problems, connect }: TokenGenerator): Generator {
  return {
    kind,
    needsSeed: false,
    guard:
      'gets a new token in every render, so that its Secret is never the same (Argo CD would not find it in sync)',
    problems,
    source: (spec, scope) => ({
      connection: connect(spec, scope),
      read: { key: '', version: '', metadataPolicy: 'None' },
    }),
    generate: (_, input) => generate(input),
  };
}

function generate({ fetched }: GeneratorInput): Generated {
  if (fetched === undefined) throw new Error('the token was not fetched');
  const selection = selectJsonMap(fetched.reveal());
  if (selection.outcome !== 'map') throw new Error('the answer is no object of texts');
  return { ok: true, map: selection.map, volatile: 'its token is got anew' };
}
