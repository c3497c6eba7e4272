// Owns the table of the functions that need ASN.1 or keys; loaded where a template names one of them.
import type { GoFunction } from '../functions.ts';
import { certificateFunctions } from '../sprig/certificates.ts';
import { jwkFunctions } from './jwk.ts';
import { pemFunctions } from './pem-functions.ts';
import { pkcs12Functions } from './pkcs12-functions.ts';
import { rsaDecrypt } from './rsa.ts';

/** ESO's own (ESO 5), but for toYaml and fromYaml; and sprig's that hash passwords and make keys and certificates. */
export const esoFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ...pemFunctions,
  ...pkcs12Functions,
  ...jwkFunctions,
  ...certificateFunctions,
  ['rsaDecrypt', rsaDecrypt],
]);
