// Owns the connection of GCRAccessToken: which identity of Google gets a token; the rest loads when it is opened.
import type { Connection, StoreScope } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import { googleAuth, type GoogleAuth } from './config.ts';

type Spec = Readonly<Record<string, unknown>>;

/** The project is that of a cluster which names none of its own; a token belongs to an identity, and to no project. */
export function googleRegistryConnection(spec: Spec, scope: StoreScope): Connection {
  const auth = ofProject(googleAuth(fieldsOf(spec['auth']), scope), textOf(spec['projectID']));
  return {
    identity: `google token ${JSON.stringify(auth)}`,
    title: 'Google, tokens of registries',
    open: async (context) => (await import('./registry-token.ts')).openRegistry(auth, context),
  };
}

function ofProject(auth: GoogleAuth, projectID: string): GoogleAuth {
  if (auth.kind !== 'workloadIdentity') return auth;
  return { ...auth, clusterProjectID: auth.clusterProjectID || projectID };
}
