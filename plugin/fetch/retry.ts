// Owns what is tried again, how often, and after which delay.
import { ProviderError } from '../providers/provider.ts';

/** A store's `retrySettings` (ESO: SecretStore.spec.retrySettings), the interval in milliseconds. */
export type RetrySettings = { readonly maxRetries?: number; readonly retryIntervalMs?: number };

export type RetryPolicy = {
  readonly maxRetries: number;
  /** The delay before a retry, which counts from 1, in milliseconds. */
  readonly delayMs: (retry: number, failure: ProviderError) => number;
};

const defaultRetries = 4;
/** ESO's default where a store has `retrySettings` without `maxRetries` (provider/aws). */
const settingsRetries = 3;
const backoffBaseMs = 100;
const backoffCapMs = 5_000;

/**
 * Exponential backoff with full jitter, or the store's own settings. A server's `Retry-After` makes a
 * delay longer, never shorter.
 */
export function retryPolicy(
  settings: RetrySettings | undefined,
  random: () => number,
): RetryPolicy {
  const maxRetries =
    settings === undefined ? defaultRetries : (settings.maxRetries ?? settingsRetries);
  const intervalMs = settings?.retryIntervalMs;
  return {
    maxRetries,
    delayMs: (retry, { retryAfterMs = 0 }) =>
      Math.max(retryAfterMs, intervalMs ?? random() * backoffMs(retry)),
  };
}

function backoffMs(retry: number): number {
  return Math.min(backoffCapMs, backoffBaseMs * 2 ** (retry - 1));
}

/** Whether the same request may succeed a moment later. */
export function isRetryable(error: unknown): error is ProviderError {
  return (
    error instanceof ProviderError && (error.code === 'throttled' || error.code === 'unavailable')
  );
}
