// Owns the connections of AWS's generators, as far as they need no SDK: it loads when one is opened.
import type { Connection, StoreScope } from '../provider.ts';
import { fieldsOf } from '../spec.ts';
import { awsGeneratorConfig, awsTitle } from './config.ts';
import type { SessionRequest } from './session-token.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Of ECRAuthorizationToken. Any scope but `public` is the private one, as in ESO. */
export function registryConnection(spec: Spec, scope: StoreScope): Connection {
  const isPublic = spec['scope'] === 'public';
  const config = awsGeneratorConfig(isPublic ? 'ECRPublic' : 'ECR', spec, scope);
  return {
    identity: `aws ${JSON.stringify(config)}`,
    title: awsTitle(config),
    open: async (context) =>
      isPublic
        ? (await import('./public-registry.ts')).openPublicRegistry(config, context)
        : (await import('./private-registry.ts')).openPrivateRegistry(config, context),
  };
}

/** Of STSSessionToken. */
export function sessionTokenConnection(spec: Spec, scope: StoreScope): Connection {
  const config = awsGeneratorConfig('STS', spec, scope);
  const request = sessionRequest(fieldsOf(spec['requestParameters']));
  return {
    identity: `aws ${JSON.stringify([config, request])}`,
    title: awsTitle(config),
    open: async (context) =>
      (await import('./session-token.ts')).openSessionTokens(config, request, context),
  };
}

function sessionRequest({ sessionDuration, serialNumber, tokenCode }: Spec): SessionRequest {
  return {
    ...(typeof sessionDuration === 'number' && { DurationSeconds: sessionDuration }),
    ...(typeof serialNumber === 'string' && { SerialNumber: serialNumber }),
    ...(typeof tokenCode === 'string' && { TokenCode: tokenCode }),
  };
}
