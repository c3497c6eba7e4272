// Owns the check of a certificate's name constraints, as Go makes it when it reads one.
import { FunctionError, plainFailure } from '../errors.ts';
import { ipAddressError } from '../ip-address.ts';
import { quote } from '../quote.ts';
import { isAscii, isDomainName } from './alternative-names.ts';
import { derReader, tags, type DerReader } from './der-reader.ts';

/** Throws FunctionError with Go's text, which may quote a constraint. */
export function checkNameConstraints(value: Uint8Array): void {
  const outer = derReader(value);
  const list = outer.element(tags.sequence);
  if (list === undefined || !outer.isEmpty()) throw invalid();
  const constraints = derReader(list.content);
  const trees = [optional(constraints, tags.around(0)), optional(constraints, tags.around(1))];
  if (!constraints.isEmpty()) throw invalid();
  if (trees.every((tree) => tree.length === 0))
    throw plainFailure('x509: empty name constraints extension');
  for (const tree of trees) checkTrees(derReader(tree));
}

function invalid(): FunctionError {
  return plainFailure('x509: invalid NameConstraints extension');
}

function optional(reader: DerReader, tag: number): Uint8Array {
  if (!reader.isNext(tag)) return new Uint8Array();
  const found = reader.any();
  if (found === undefined) throw invalid();
  return found.content;
}

function checkTrees(trees: DerReader): void {
  while (!trees.isEmpty()) {
    const tree = trees.element(tags.sequence);
    const base = tree && derReader(tree.content).any();
    if (base === undefined) throw invalid();
    checks.get(base.tag)?.(base.content);
  }
}

const checks: ReadonlyMap<number, (content: Uint8Array) => void> = new Map([
  [
    tags.context(2),
    (content) => {
      const domain = textOf(content);
      if (!isDomainName(domain, true)) throw unparsed('dnsName', domain);
    },
  ],
  [
    tags.context(1),
    (content) => {
      const mail = textOf(content);
      if (!(mail.includes('@') ? isMailbox(mail) : isDomainName(mail, true)))
        throw unparsed('rfc822Name', mail);
    },
  ],
  [
    tags.context(6),
    (content) => {
      const domain = textOf(content);
      const isAddress = !domain.includes('%') && ipAddressError(domain) === undefined;
      if (isAddress) throw unparsed('URI', domain, ': cannot be IP address');
      if (!isDomainName(domain, true)) throw unparsed('URI', domain);
    },
  ],
  [tags.context(7), checkRange],
]);

function textOf(content: Uint8Array): string {
  const text = Buffer.from(content).toString('latin1');
  if (isAscii(content)) return text;
  throw new FunctionError(
    `x509: invalid constraint value: x509: ${quote(text)} cannot be encoded as an IA5String`,
  );
}

function unparsed(kind: string, text: string, why = ''): FunctionError {
  return new FunctionError(`x509: failed to parse ${kind} constraint ${quote(text)}${why}`);
}

/** An address and its mask, whose ones come first. */
function checkRange(content: Uint8Array): void {
  if (content.length !== 8 && content.length !== 32)
    throw plainFailure(`x509: IP constraint contained value of length ${content.length}`);
  const mask = Buffer.from(content.subarray(content.length / 2)).toString('hex');
  const bits = BigInt(`0x1${mask}`).toString(2).slice(1);
  if (bits.includes('01')) throw plainFailure(`x509: IP constraint contained invalid mask ${mask}`);
}

/** A quoted local part, or atoms with single dots between them; then a domain, which may be empty. */
function isMailbox(text: string): boolean {
  const quoted = /^"(?:\\[^\0\n\r]|[^\0\t\n\r"\\])*"@/;
  const atoms = /^(?!\\?\.)(?:[\w!#$%&'*+\-/=?^`{|}~]|\\[^.]|\\?\.(?!\\?\.|@))+@/;
  const local = (quoted.exec(text) ?? atoms.exec(text))?.[0];
  return local !== undefined && isDomainName(text.slice(local.length));
}
