// Owns the generator STSSessionToken: temporary credentials of AWS.
import { sessionTokenConnection } from '../providers/aws/generators.ts';
import { awsGeneratorProblems } from '../providers/aws/validate.ts';
import type { SpecProblem } from '../providers/provider.ts';
import { fieldsOf } from '../providers/spec.ts';
import type { Generator, Spec } from './generator.ts';
import { tokenGenerator } from './token.ts';

export const generator: Generator = tokenGenerator({
  kind: 'STSSessionToken',
  problems: (spec) => [...awsGeneratorProblems(spec), ...jwtProblems(spec)],
  connect: sessionTokenConnection,
});

/** AWS gives session tokens to access keys only. */
function jwtProblems(spec: Spec): readonly SpecProblem[] {
  if (fieldsOf(spec['auth'])['jwt'] === undefined) return [];
  const message = 'cannot be used for a session token: AWS gives one to an access key (secretRef)';
  return [{ path: ['auth', 'jwt'], message }];
}
