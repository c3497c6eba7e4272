// Owns the order of certificates: from the leaf over those that signed to the root, as ESO infers it from key identifiers.
import { plainFailure } from '../errors.ts';
import { decodePem } from '../pem.ts';
import { parseCertificate, type Certificate } from '../crypto/certificate.ts';

/** The certificates of a PEM text, from the leaf to the root. Throws FunctionError where there is no single chain. */
export function chainIn(pem: string): readonly Certificate[] {
  return orderedChain(certificatesIn(pem));
}

/** All blocks, whatever their type is. */
function certificatesIn(pem: string): readonly Certificate[] {
  const certificates: Certificate[] = [];
  for (let rest = pem; ;) {
    const decoded = decodePem(rest);
    if (decoded.block === undefined) return certificates;
    certificates.push(parseCertificate(decoded.block.bytes));
    rest = decoded.rest;
  }
}

export function orderedChain(certificates: readonly Certificate[]): readonly Certificate[] {
  const parents = certificates.map((certificate, i) =>
    certificates.findIndex(
      (other, j) => i !== j && sameBytes(certificate.authorityKeyId, other.subjectKeyId),
    ),
  );
  const [leaf, ...others] = [...certificates.keys()].filter((i) => !parents.includes(i));
  if (others.length > 0) throw plainFailure('found multiple leaf or disjunct certificates');
  if (leaf === undefined) throw plainFailure('no leaf certificate found');
  return followed(certificates, { parents, leaf });
}

function followed(
  certificates: readonly Certificate[],
  { parents, leaf }: { readonly parents: readonly number[]; readonly leaf: number },
): readonly Certificate[] {
  const chain: Certificate[] = [];
  for (let at = leaf; ; at = parents[at] ?? -1) {
    const certificate = certificates[at];
    if (certificate === undefined) return chain;
    if (chain.length === certificates.length) {
      throw plainFailure('constructing chain resulted in cycle');
    }
    chain.push(certificate);
  }
}

/** As Go's bytes.Equal: none is as an empty one. */
function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return Buffer.compare(one ?? new Uint8Array(), other ?? new Uint8Array()) === 0;
}

/** Signed by its own key, as far as the identifiers say. */
export function isRoot({ authorityKeyId, subjectKeyId }: Certificate): boolean {
  return authorityKeyId === undefined || sameBytes(authorityKeyId, subjectKeyId);
}
