// Owns the list of generators. No other file names them all.
import { generator as acrAccessToken } from './acr-access-token.ts';
import { generator as ecrAuthorizationToken } from './ecr-authorization-token.ts';
import { generator as fake } from './fake.ts';
import type { Generator } from './generator.ts';
import { generator as gcrAccessToken } from './gcr-access-token.ts';
import { generator as mfa } from './mfa.ts';
import { generator as password } from './password.ts';
import { generator as sshKey } from './ssh-key.ts';
import { generator as stsSessionToken } from './sts-session-token.ts';
import { generator as uuid } from './uuid.ts';
import { generator as vaultDynamicSecret } from './vault-dynamic-secret.ts';
import { generator as webhook } from './webhook.ts';

const generators: ReadonlyMap<string, Generator> = new Map(
  [
    acrAccessToken,
    ecrAuthorizationToken,
    fake,
    gcrAccessToken,
    mfa,
    password,
    sshKey,
    stsSessionToken,
    uuid,
    vaultDynamicSecret,
    webhook,
  ].map((generator) => [generator.kind, generator]),
);

/** The generator of a kind; undefined for one that is not ours. */
export function generatorOfKind(kind: string): Generator | undefined {
  return generators.get(kind);
}
