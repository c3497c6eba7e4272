// Owns the generator ECRAuthorizationToken: a token for AWS's registries of containers.
import { registryConnection } from '../providers/aws/generators.ts';
import { awsGeneratorProblems } from '../providers/aws/validate.ts';
import type { Generator } from './generator.ts';
import { tokenGenerator } from './token.ts';

export const generator: Generator = tokenGenerator({
  kind: 'ECRAuthorizationToken',
  problems: awsGeneratorProblems,
  connect: registryConnection,
});
