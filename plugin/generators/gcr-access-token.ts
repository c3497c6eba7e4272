// Owns the generator GCRAccessToken: a token for Google's registries of containers.
import { gcpsmProblems } from '../providers/gcpsm/validate.ts';
import { googleRegistryConnection } from '../providers/google/registry.ts';
import type { Generator } from './generator.ts';
import { tokenGenerator } from './token.ts';

export const generator: Generator = tokenGenerator({
  kind: 'GCRAccessToken',
  // References are looked up in the ExternalSecret's namespace, whatever they say: there is none to refuse.
  problems: (spec) => gcpsmProblems(spec, { kind: 'ClusterSecretStore' }),
  connect: googleRegistryConnection,
});
