// Tests label selectors, as Kubernetes decides them.
import { expect, test } from 'vitest';
import { selectsLabels } from '../../../plugin/k8s/labels.ts';

const labels = { env: 'prod', team: 'a' };

test.each([
  { reason: 'an empty selector selects everything', selector: {}, selected: true },
  {
    reason: 'all labels must match',
    selector: { matchLabels: { env: 'prod', team: 'b' } },
    selected: false,
  },
  {
    reason: 'labels and expressions both must hold',
    selector: {
      matchLabels: { env: 'prod' },
      matchExpressions: [{ key: 'team', operator: 'Exists' }],
    },
    selected: true,
  },
  {
    reason: 'In',
    selector: { matchExpressions: [{ key: 'env', operator: 'In', values: ['dev', 'prod'] }] },
    selected: true,
  },
  {
    reason: 'In, and the label is not there',
    selector: { matchExpressions: [{ key: 'x', operator: 'In', values: ['a'] }] },
    selected: false,
  },
  {
    reason: 'NotIn holds where the label is not there',
    selector: { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['a'] }] },
    selected: true,
  },
  {
    reason: 'DoesNotExist',
    selector: { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] },
    selected: false,
  },
])('$reason', ({ selector, selected }) => {
  expect(selectsLabels(selector, labels)).toEqual({ ok: true, selected });
});

test.each([
  {
    reason: 'an operator that does not exist',
    expression: { key: 'a', operator: 'Is', values: ['x'] },
  },
  { reason: 'In without values', expression: { key: 'a', operator: 'In', values: [] } },
  { reason: 'Exists with values', expression: { key: 'a', operator: 'Exists', values: ['x'] } },
])('$reason is an error', ({ expression }) => {
  expect(selectsLabels({ matchExpressions: [expression] }, labels)).toMatchObject({ ok: false });
});
