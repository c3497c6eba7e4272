// Owns ESO's functions on PEM texts: filterPEM, filterCertChain, certSANs.
import { plainFailure, prefixed } from '../errors.ts';
import { function1, function2, text, texts, type GoFunction } from '../functions.ts';
import { decodePem, encodePem, pemText } from '../pem.ts';
import { parseCertificate, type Certificate } from '../crypto/certificate.ts';
import { fromByteString } from '../utf8.ts';
import { chainIn, isRoot } from './chain.ts';

export const pemFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['filterPEM', function2([text, text], text, filterPem)],
  ['filterCertChain', function2([text, text], text, filterChain)],
  ['certSANs', function1([text], texts, certificateNames)],
]);

function filterPem(type: string, input: string): string {
  let rest = fromFirstBlock(input);
  let output = '';
  for (;;) {
    const decoded = decodePem(rest);
    rest = decoded.rest;
    const { block } = decoded;
    if (block === undefined) break;
    if (inOneCase(block.type) === inOneCase(type)) output += encodePem(block);
  }
  if (output === '' && rest !== '') throw plainFailure('error filtering pem: found junk');
  return output;
}

function inOneCase(type: string): string {
  return fromByteString(type).toLowerCase();
}

/** Without what stands before the first block. */
function fromFirstBlock(input: string): string {
  return input.slice(Math.max(input.indexOf('-----BEGIN'), 0));
}

function filterChain(type: string, input: string): string {
  const chain = chainIn(input);
  switch (type) {
    case 'leaf':
      return pemOf(chain.slice(0, 1).filter((certificate) => !isRoot(certificate)));
    case 'intermediate': {
      const signers = chain.slice(1);
      const root = signers.findIndex(isRoot);
      return pemOf(root < 0 ? signers : signers.slice(0, root));
    }
    case 'root':
      return pemOf(chain.slice(-1).filter(isRoot));
    default:
      return '';
  }
}

/** The certificates in PEM, one after the other. */
export function pemOf(certificates: readonly Certificate[]): string {
  return certificates.map(({ raw }) => pemText('CERTIFICATE', raw)).join('');
}

function certificateNames(pem: string): readonly string[] {
  const { block } = decodePem(fromFirstBlock(pem));
  if (block === undefined) throw plainFailure('failed to decode PEM block');
  return prefixed('failed to parse certificate', () => parseCertificate(block.bytes))
    .alternativeNames;
}
