// Owns the cluster that a run reads: its objects, each asked for once, and tokens of its ServiceAccounts. It knows no ESO.
import { createCall } from '../fetch/call.ts';
import { type Clock, systemClock } from '../fetch/clock.ts';
import { startDeadline } from '../fetch/deadline.ts';
import { createSlots } from '../fetch/slots.ts';
import { type ApiResource, apiPath, namespaces, serviceAccounts } from '../k8s/api.ts';
import { isRecord } from '../k8s/object.ts';
import type { KubeOptions } from '../options.ts';
import type { Environment } from '../outcome.ts';
import { listAll } from '../providers/kubernetes/listing.ts';
import { identityOfContext } from '../providers/kubernetes/login.ts';
import { createSession, type Session } from '../providers/kubernetes/session.ts';
import { ProviderError } from '../providers/provider.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { clusterAccess } from './access.ts';
import { withExecCredential } from './exec-plugin.ts';

type Json = Readonly<Record<string, unknown>>;

/** Absent namespace: the object has none. */
type ObjectName = { readonly namespace?: string; readonly name: string };

export type Cluster = {
  /** For messages. */
  readonly title: string;
  /**
   * The object, or undefined where it does not exist. Of several versions of a resource the first is meant that the server
   * has. Throws {@link ProviderError}.
   */
  readonly read: (
    versions: readonly ApiResource[],
    object: ObjectName,
  ) => Promise<Json | undefined>;
  /** All Namespaces. Throws {@link ProviderError}. */
  readonly listNamespaces: () => Promise<readonly Json[]>;
  /** A new token of a ServiceAccount; undefined where there is no such. Throws {@link ProviderError}. */
  readonly token: (account: TokenRequest) => Promise<SecretBytes | undefined>;
  /** What is left of the time for all reads together. */
  readonly remainingMs: () => number;
  readonly close: () => void;
};

export type TokenRequest = {
  readonly namespace: string;
  readonly name: string;
  /** None: the API server's own. */
  readonly audiences: readonly string[];
  readonly expirationSeconds: number | undefined;
};

export type ClusterOptions = {
  readonly kube: KubeOptions;
  readonly deadlineMs: number;
};

/** Requests under way at once. */
const concurrency = 16;

/** Asks nothing yet. @throws UsageError where it is not known which cluster is meant. */
export function openCluster(
  { kube, deadlineMs }: ClusterOptions,
  env: Environment,
  clock: Clock = systemClock,
): Cluster {
  const { title, context } = clusterAccess(kube, env);
  const deadline = startDeadline(clock, deadlineMs);
  const slots = createSlots(concurrency);
  const call = createCall({ clock, slots, deadline, retry: undefined });
  const started = memo(async (): Promise<Session> => {
    const whole = await call('ExecCredential', (signal) =>
      withExecCredential(context, env, signal),
    );
    return createSession(identityOfContext(whole, `the kubeconfig of ${title}`), call);
  });
  let session: Session | undefined;
  const ask: Session['ask'] = async (request) => {
    session = await started();
    return session.ask(request);
  };
  const known = new Map<string, Promise<Json | undefined>>();
  return {
    title,
    read: (versions, object) => {
      const [first] = versions;
      const key = first === undefined ? '' : apiPath(first, object);
      const answer = known.get(key) ?? readVersions(ask, versions, object);
      known.set(key, answer);
      return answer;
    },
    listNamespaces: memo(() => listAll(ask, { resource: namespaces, labelSelector: '' })),
    token: (request) => requestToken(ask, request),
    remainingMs: () => Math.max(1, deadline.endsAt - clock.now()),
    close: () => {
      deadline.end();
      session?.close();
    },
  };
}

function memo<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function readVersions(
  ask: Session['ask'],
  versions: readonly ApiResource[],
  object: ObjectName,
): Promise<Json | undefined> {
  for (const resource of versions) {
    const { kind } = resource;
    const answer = await ask({ call: `Get${kind}`, verb: 'get', resource, kind, ...object });
    if (answer.outcome === 'object') return answer.object;
    if (answer.outcome === 'absent') return undefined;
  }
  return undefined;
}

async function requestToken(
  ask: Session['ask'],
  { namespace, name, audiences, expirationSeconds }: TokenRequest,
): Promise<SecretBytes | undefined> {
  const answer = await ask({
    call: 'CreateToken',
    verb: 'create',
    resource: serviceAccounts,
    kind: 'TokenRequest',
    namespace,
    name,
    subresource: 'token',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences, ...(expirationSeconds !== undefined && { expirationSeconds }) },
    },
  });
  if (answer.outcome !== 'object') return undefined;
  const { status } = answer.object;
  const token = isRecord(status) ? status['token'] : undefined;
  if (typeof token === 'string') return SecretBytes.ofText(token);
  throw new ProviderError('failed', 'the API server answered a TokenRequest without a token');
}
