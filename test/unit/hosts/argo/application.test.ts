// Tests what is made of Argo CD's words on an application.
import { expect, test } from 'vitest';
import {
  applicationName,
  repositoryRoot,
  substitute,
} from '../../../../plugin/hosts/argo/application.ts';

test.each([
  { reason: 'of the own namespace', name: 'shop', expected: 'shop' },
  { reason: 'of another namespace', name: 'team_shop', expected: 'shop' },
  { reason: 'none', name: '', expected: undefined },
  { reason: 'outside of Argo CD', name: undefined, expected: undefined },
])('the name of an application: $reason', ({ name, expected }) => {
  expect(applicationName({ ARGOCD_APP_NAME: name })).toBe(expected);
});

test.each([
  { reason: 'the whole path', folder: '/w/1/apps/web', path: 'apps/web', root: '/w/1' },
  { reason: 'the root itself', folder: '/w/1', path: '.', root: '/w/1' },
  { reason: 'spelt in another way', folder: '/w/1/apps/web', path: './apps//web/', root: '/w/1' },
  { reason: 'a root that Argo CD narrowed', folder: '/w/1/web', path: 'apps/web', root: '/w/1' },
  { reason: 'outside of Argo CD', folder: '/w/apps/web', path: undefined, root: '/w/apps/web' },
  { reason: 'a path that is another one', folder: '/w/1/web', path: 'api', root: '/w/1/web' },
  { reason: 'a path that leads up', folder: '/w/1/web', path: '../../../web', root: '/w/1' },
])('the root of the repository: $reason', ({ folder, path, root }) => {
  expect(repositoryRoot(folder, { ARGOCD_APP_SOURCE_PATH: path })).toBe(root);
});

const env = { ARGOCD_APP_NAME: 'shop', ARGOCD_APP_REVISION: 'abc', PATH: '/bin', TOKEN: 'secret' };

test.each([
  { reason: 'plain', text: 'a.yaml', expected: 'a.yaml' },
  {
    reason: 'with and without braces',
    text: '$ARGOCD_APP_NAME-${ARGOCD_APP_REVISION}',
    expected: 'shop-abc',
  },
  { reason: 'a dollar', text: '$$ARGOCD_APP_NAME', expected: '$ARGOCD_APP_NAME' },
  { reason: 'no other variable of the process', text: '<$TOKEN${PATH}>', expected: '<>' },
  { reason: 'one that is not set', text: '<$ARGOCD_APP_NAMESPACE>', expected: '<>' },
  { reason: 'the end of a text', text: 'cost: 5 $', expected: 'cost: 5 $' },
])("variables in an application's texts: $reason", ({ text, expected }) => {
  expect(substitute(text, env)).toBe(expected);
});
