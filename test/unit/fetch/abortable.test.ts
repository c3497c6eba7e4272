// Tests waiting that a signal may end.
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { abortable } from '../../../plugin/fetch/abortable.ts';

const reason = new Error('enough');

function never(): Promise<never> {
  return new Promise(() => {});
}

test.each([
  { reason: 'gives what the promise gives', settle: () => Promise.resolve('answer') },
  { reason: 'ends as the promise ends', settle: () => Promise.reject(new Error('refused')) },
])('$reason, and stops listening', async ({ settle }) => {
  const { signal } = new AbortController();
  const [expected] = await Promise.allSettled([settle()]);
  const [actual] = await Promise.allSettled([abortable(settle(), signal)]);
  await Promise.resolve();
  expect(actual).toEqual(expected);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('an abort ends the wait with its reason', async () => {
  const controller = new AbortController();
  const waiting = abortable(never(), controller.signal);
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('a signal that has aborted already ends the wait at once', async () => {
  await expect(abortable(never(), AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a rejection that comes after the abort is dropped', async () => {
  const controller = new AbortController();
  const failing: { fail?: (error: Error) => void } = {};
  const promise = new Promise<never>((_, reject) => {
    failing.fail = reject;
  });
  const waiting = abortable(promise, controller.signal);
  controller.abort(reason);
  failing.fail?.(new Error('too late'));
  await expect(waiting).rejects.toBe(reason);
});
