// Owns waiting for something that may not listen to a signal.

/**
 * What the promise gives, or the signal's reason as soon as that aborts. The promise is then left
 * alone: whatever it still gives is dropped, a rejection too.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const leave = (): void => signal.removeEventListener('abort', abort);
    void promise.then(resolve, reject).finally(leave);
  });
}
