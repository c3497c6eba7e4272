// Owns the generator ACRAccessToken: a token for an Azure registry of containers.
import { azureRegistryConnection, azureRegistryProblems } from '../providers/azure/registry.ts';
import type { Generator } from './generator.ts';
import { tokenGenerator } from './token.ts';

export const generator: Generator = tokenGenerator({
  kind: 'ACRAccessToken',
  problems: azureRegistryProblems,
  connect: azureRegistryConnection,
});
