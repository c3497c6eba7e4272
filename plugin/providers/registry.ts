// Owns the list of providers. No other file names them all.
import { provider as aws } from './aws/index.ts';
import { provider as azurekv } from './azurekv/index.ts';
import { provider as fake } from './fake.ts';
import { provider as gcpsm } from './gcpsm/index.ts';
import { provider as kubernetes } from './kubernetes/index.ts';
import { provider as openBao } from './openbao/index.ts';
import type { Provider } from './provider.ts';
import { provider as vault } from './vault/index.ts';
import { provider as webhook } from './webhook/index.ts';

const providers: ReadonlyMap<string, Provider> = new Map(
  [aws, azurekv, fake, gcpsm, kubernetes, openBao, vault, webhook].map((provider) => [
    provider.name,
    provider,
  ]),
);

/** The provider of a key in `spec.provider`. */
export function providerNamed(name: string): Provider | undefined {
  return providers.get(name);
}
