// Owns the generator Webhook: the keys of an object that an endpoint answers with.
import { webhookConnection } from '../providers/webhook/index.ts';
import { selectMap } from '../providers/webhook/select.ts';
import { webhookProblems } from '../providers/webhook/validate.ts';
import type { Generated, Generator, GeneratorInput } from './generator.ts';

const read = { key: '', version: '', metadataPolicy: 'None' } as const;

export const generator: Generator = {
  kind: 'Webhook',
  needsSeed: false,
  problems: (spec) => webhookProblems(spec, { kind: 'SecretStore' }),
  source: (spec, scope) => ({
    connection: webhookConnection(spec, { ...scope, kind: 'SecretStore' }, 'generator'),
    read,
  }),
  generate: (_, input) => generate(input),
};

function generate({ fetched, part }: GeneratorInput): Generated {
  if (fetched === undefined) throw new Error('the answer of the endpoint was not fetched');
  const ref = { ...read, property: '', ...(part === undefined ? {} : { part }) };
  const selection = selectMap(fetched, ref);
  if (selection.outcome === 'map') return { ok: true, map: selection.map };
  return {
    ok: false,
    message: selection.outcome === 'error' ? selection.message : 'the endpoint has no such secret',
  };
}
