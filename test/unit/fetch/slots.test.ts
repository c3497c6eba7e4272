// Tests who gets a slot, and when.
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createSlots } from '../../../plugin/fetch/slots.ts';

const reason = new Error('enough');

/** Lets every promise go on that can. */
function rest(): Promise<void> {
  return new Promise(setImmediate);
}

test('slots are given in the order in which they were asked for', async () => {
  const slots = createSlots(2);
  const { signal } = new AbortController();
  const entered: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    void slots.take(signal).then(() => entered.push(name));
  }
  await rest();
  expect(entered).toEqual(['a', 'b']);
  slots.give();
  await rest();
  expect(entered).toEqual(['a', 'b', 'c']);
  slots.give();
  await rest();
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('who leaves the queue gets no slot, and keeps nobody from it', async () => {
  const slots = createSlots(1);
  const leaving = new AbortController();
  const { signal } = new AbortController();
  await slots.take(signal);
  const left = slots.take(leaving.signal);
  const next = slots.take(signal);
  leaving.abort(reason);
  await expect(left).rejects.toBe(reason);
  slots.give();
  await expect(next).resolves.toBeUndefined();
});

test.each([
  { reason: 'is free', taken: 0 },
  { reason: 'is taken', taken: 1 },
])('a signal that has aborted takes none when the only slot $reason', async ({ taken }) => {
  const slots = createSlots(1);
  const { signal } = new AbortController();
  if (taken === 1) await slots.take(signal);
  await expect(slots.take(AbortSignal.abort(reason))).rejects.toBe(reason);
  if (taken === 1) slots.give();
  await expect(slots.take(signal)).resolves.toBeUndefined();
});
