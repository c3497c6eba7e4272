// Owns the outcome of what a provider is asked: its own errors are answers, and anything else is a bug.
import { ProviderError } from './provider.ts';

/** What comes of the work; where that throws a {@link ProviderError}, an outcome of its own. */
export async function orError<T>(
  work: Promise<T>,
): Promise<T | { readonly outcome: 'error'; readonly error: ProviderError }> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError) return { outcome: 'error', error };
    throw error;
  }
}
