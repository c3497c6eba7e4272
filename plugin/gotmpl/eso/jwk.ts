// Owns ESO's functions on JSON Web Keys: jwkPublicKeyPem, jwkPrivateKeyPem.
import type { Budget } from '../budget.ts';
import { plainFailure } from '../errors.ts';
import { function1, text, type GoFunction } from '../functions.ts';
import { pemText } from '../pem.ts';
import { rawKeyOf } from './jwk-key.ts';
import { readJwk } from './jwk-read.ts';

export const jwkFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['jwkPublicKeyPem', function1([text], text, publicKeyPem)],
  ['jwkPrivateKeyPem', function1([text], text, privateKeyPem)],
]);

function publicKeyPem(json: string, budget: Budget): string {
  const { goType, publicDer } = rawKeyOf(readJwk(json, budget));
  if (publicDer !== undefined) return pemText('PUBLIC KEY', publicDer());
  throw plainFailure(`x509: unsupported public key type: ${goType}`);
}

function privateKeyPem(json: string, budget: Budget): string {
  const { goType, privateDer } = rawKeyOf(readJwk(json, budget));
  if (privateDer !== undefined) return pemText('PRIVATE KEY', privateDer());
  throw plainFailure(`x509: unknown key type while marshaling PKCS#8: ${goType}`);
}
