// Tests that what manifests can read in the environment of kustomize and helm holds no secret of this process.
import { expect, test } from 'vitest';
import { toolEnvironment } from '../../../../plugin/hosts/argo/tool-environment.ts';

const env = {
  PATH: '/bin',
  HOME: '/home/argocd',
  TMPDIR: '/tmp',
  XDG_CACHE_HOME: '/tmp/cache',
  HELM_CACHE_HOME: '/tmp/helm',
  LC_ALL: 'C.UTF-8',
  ARGOCD_APP_NAME: 'shop',
  ARGOCD_APP_PARAMETERS: '[]',
  ARGOCD_ENV_X: 'of a user',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
  AZURE_CLIENT_SECRET: 'secret',
  VAULT_TOKEN: 'secret',
  HELM_KUBETOKEN: 'secret',
  KUBECONFIG: '/root/.kube/config',
  NODE_OPTIONS: '--inspect',
  ESO_RENDER_CONFIG: '/etc/config.yaml',
  HTTPS_PROXY: 'http://user:password@proxy',
  GIT_ASKPASS: '/bin/askpass',
};

const always = {
  PATH: '/bin',
  HOME: '/home/argocd',
  TMPDIR: '/tmp',
  XDG_CACHE_HOME: '/tmp/cache',
  HELM_CACHE_HOME: '/tmp/helm',
  LC_ALL: 'C.UTF-8',
  ARGOCD_APP_NAME: 'shop',
};

function given(remote: boolean): Readonly<Record<string, string | undefined>> {
  return JSON.parse(JSON.stringify(toolEnvironment(env, { remote }))) as Record<string, string>;
}

test('what a program needs to run, the build environment, and proxies and protocols that lead nowhere', () => {
  expect(given(false)).toEqual({
    ...always,
    HTTP_PROXY: 'http://127.0.0.1:1',
    HTTPS_PROXY: 'http://127.0.0.1:1',
    ALL_PROXY: 'http://127.0.0.1:1',
    NO_PROXY: '',
    GIT_ALLOW_PROTOCOL: 'none',
  });
});

test('what it needs to fetch, where it may, and no protocol that runs programs here', () => {
  expect(given(true)).toEqual({
    ...always,
    HTTPS_PROXY: 'http://user:password@proxy',
    GIT_ASKPASS: '/bin/askpass',
    GIT_ALLOW_PROTOCOL: 'https:ssh',
    GIT_TERMINAL_PROMPT: '0',
  });
});
