// Tests which cluster a run reads: the flag, kubectl's own kubeconfig, the pod; and what is refused.
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type ClusterAccess, clusterAccess } from '../../../plugin/cluster/access.ts';
import { UsageError } from '../../../plugin/errors.ts';
import type { KubeOptions } from '../../../plugin/options.ts';

type Spec = Readonly<Record<string, unknown>>;

function config(name: string, user: Spec = { token: name }): string {
  return stringify({
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server: `https://${name}.example.com` } }],
    users: [{ name, user }],
  });
}

const pod = '/var/run/secrets/kubernetes.io/serviceaccount';
const files: Readonly<Record<string, string>> = {
  '/flag': config('flag'),
  '/one': config('one'),
  '/two': config('two'),
  '/home/me/.kube/config': config('home'),
  '/files/config': config('files', { tokenFile: 'token' }),
  '/files/token': 'from a file\n',
  '/gone': config('gone', { tokenFile: 'nowhere' }),
  '/as': config('as', { as: 'admin', token: 't' }),
  '/broken': '{',
  [`${pod}/token`]: 'of the pod\n',
  [`${pod}/ca.crt`]: 'PEM',
};

function access(
  env: Readonly<Record<string, string>>,
  given: Partial<KubeOptions> = {},
): ClusterAccess {
  const options = { context: undefined, kubeconfig: undefined, namespaces: [], ...given };
  return clusterAccess(options, env, (path) => {
    const text = files[path];
    return text === undefined ? undefined : Buffer.from(text);
  });
}

function tokenOf({ context }: ClusterAccess): string {
  const { token } = context.user;
  return token !== undefined && 'data' in token ? Buffer.from(token.data.reveal()).toString() : '';
}

const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('the cluster is that of', () => {
  test.each<{
    reason: string;
    env: Readonly<Record<string, string>>;
    given?: Partial<KubeOptions>;
    title: string;
    token: string;
  }>([
    {
      reason: 'the flag, before all',
      env: { KUBECONFIG: '/one', HOME: '/home/me', ...inPod },
      given: { kubeconfig: '/flag' },
      title: 'cluster "flag" (https://flag.example.com)',
      token: 'flag',
    },
    {
      reason: 'KUBECONFIG, before the home directory',
      env: { KUBECONFIG: '/one', HOME: '/home/me', ...inPod },
      title: 'cluster "one" (https://one.example.com)',
      token: 'one',
    },
    {
      reason: 'a context of one of several files, of which one is not there',
      env: { KUBECONFIG: '/nowhere:/one:/two' },
      given: { context: 'two' },
      title: 'cluster "two" (https://two.example.com)',
      token: 'two',
    },
    {
      reason: 'the home directory, before the pod',
      env: { HOME: '/home/me', ...inPod },
      title: 'cluster "home" (https://home.example.com)',
      token: 'home',
    },
    {
      reason: 'the pod',
      env: { HOME: '/home/nobody', ...inPod },
      title: 'the cluster of this pod (https://10.0.0.1)',
      token: 'of the pod',
    },
    {
      reason: 'a pod with an address of IPv6',
      env: { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
      title: 'the cluster of this pod (https://[fd00::1]:6443)',
      token: 'of the pod',
    },
    {
      reason: 'a token in a file, without its line end',
      env: { KUBECONFIG: '/files/config' },
      title: 'cluster "files" (https://files.example.com)',
      token: 'from a file',
    },
  ])('$reason', ({ env, given, title, token }) => {
    const found = access(env, given);
    expect([found.title, tokenOf(found)]).toEqual([title, token]);
  });
});

test.each<{
  reason: string;
  env?: Readonly<Record<string, string>>;
  given?: Partial<KubeOptions>;
  message: string;
}>([
  {
    reason: 'no kubeconfig and no pod',
    env: { HOME: '/home/nobody' },
    message: 'there is no kubeconfig',
  },
  {
    reason: 'a context in a pod',
    env: inPod,
    given: { context: 'one' },
    message: 'there is no kubeconfig',
  },
  {
    reason: 'a file that is not there',
    given: { kubeconfig: '/no' },
    message: 'cannot read the kubeconfig "/no"',
  },
  {
    reason: 'no YAML',
    given: { kubeconfig: '/broken' },
    message: 'it is not YAML of a kubeconfig',
  },
  {
    reason: 'a context that is not there',
    given: { kubeconfig: '/one', context: 'two' },
    message: 'it has no context "two"',
  },
  {
    reason: 'a token file that is not there',
    given: { kubeconfig: '/gone' },
    message: 'cannot read "/nowhere"',
  },
  {
    reason: 'to act as somebody else',
    given: { kubeconfig: '/as' },
    message: 'as of context "as" is not supported',
  },
])('wrong usage: $reason', ({ env = {}, given, message }) => {
  expect(() => access(env, given)).toThrow(UsageError);
  expect(() => access(env, given)).toThrow(message);
});
