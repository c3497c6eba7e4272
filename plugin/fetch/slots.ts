// Owns how many requests are under way at once, over all connections.

export type Slots = {
  /** Waits for a free slot, first come first served. Rejects with the signal's reason when that aborts before. */
  readonly take: (signal: AbortSignal) => Promise<void>;
  /** Gives a slot back that was taken. */
  readonly give: () => void;
};

/** `count` is at least 1. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  function queue(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(enter);
    });
  }

  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (free === 0) return queue(signal);
      free -= 1;
    },
    give: () => {
      const [next] = waiting;
      if (next === undefined) {
        free += 1;
        return;
      }
      waiting.delete(next);
      next();
    },
  };
}
