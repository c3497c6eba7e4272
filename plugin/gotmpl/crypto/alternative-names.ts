// Owns the alternative names in a certificate, as Go reads them and as certSANs prints them.
import { FunctionError, plainFailure } from '../errors.ts';
import { quote } from '../quote.ts';
import { formatUrl, parseUrl } from '../url.ts';
import { toByteString } from '../utf8.ts';
import { derReader, tags, type DerElement } from './der-reader.ts';

const kinds = [
  { tag: tags.context(2), read: ascii('dNSName') },
  { tag: tags.context(7), read: addressText },
  { tag: tags.context(1), read: ascii('rfc822Name') },
  { tag: tags.context(6), read: uriText },
];

/** DNS names, then addresses, mail addresses and URIs, as byte strings; others are passed over. Throws FunctionError. */
export function alternativeNamesIn(value: Uint8Array): readonly string[] {
  const list = derReader(value).element(tags.sequence);
  if (list === undefined) throw plainFailure('x509: invalid subject alternative names');
  const reader = derReader(list.content);
  const texts = new Map<number, string[]>(kinds.map(({ tag }) => [tag, []]));
  while (!reader.isEmpty()) {
    const name: DerElement | undefined = reader.any();
    if (name === undefined) throw plainFailure('x509: invalid subject alternative name');
    const text = kinds.find(({ tag }) => tag === name.tag)?.read(name.content);
    if (text !== undefined) texts.get(name.tag)?.push(text);
  }
  return [...texts.values()].flat();
}

function ascii(kind: string): (content: Uint8Array) => string {
  return (content) => {
    if (!isAscii(content)) throw plainFailure(`x509: SAN ${kind} is malformed`);
    return Buffer.from(content).toString('latin1');
  };
}

export function isAscii(content: Uint8Array): boolean {
  return content.every((byte) => byte < 0x80);
}

function uriText(content: Uint8Array): string {
  const text = ascii('uniformResourceIdentifier')(content);
  const failed = (why: string): FunctionError =>
    new FunctionError(`x509: cannot parse URI ${quote(text)}: ${why}`);
  try {
    const uri = parseUrl(text);
    if (uri.host !== '' && !isDomainName(uri.host)) throw new FunctionError('invalid domain');
    return formatUrl(uri);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    throw failed(error.message);
  }
}

/** As Go asks of a name's host: labels of visible signs, none empty; and that only a constraint begins with a dot. */
export function isDomainName(text: string, isConstraint = false): boolean {
  if (text === '') return true;
  const labels = (isConstraint && text.startsWith('.') ? text.slice(1) : text).split('.');
  return labels.every((label) => /^[!-~]+$/.test(label));
}

/** net.IP.String: RFC 5952, and an IPv4 address in IPv6 as the former. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16)
    throw plainFailure(`x509: cannot parse IP address of length ${bytes.length}`);
  const isMapped = bytes.subarray(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 255));
  if (isMapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  // A URL writes an IPv6 address in its shortest form.
  return toByteString(new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1));
}
