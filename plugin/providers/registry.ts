// Owns the list of providers. No other file names them all.
import { provider as aws } from './aws/index.ts';
import { provider as fake } from './fake.ts';
import type { Provider } from './provider.ts';

const providers: ReadonlyMap<string, Provider> = new Map(
  [aws, fake].map((provider) => [provider.name, provider]),
);

/** Keys of `spec.provider` that can be used. */
export const providerNames: readonly string[] = [...providers.keys()];

/** The provider of a key in `spec.provider`. */
export function providerNamed(name: string): Provider | undefined {
  return providers.get(name);
}
