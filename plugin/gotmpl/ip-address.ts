// Owns the check of IPv6 literals in URLs, with the error texts of Go's netip.
import { quote } from './quote.ts';

/** What is wrong with an IPv6 address; undefined if nothing is. An IPv4 address has no error either. */
export function ipAddressError(address: string): string | undefined {
  const first = /[.:%]/.exec(address)?.[0];
  switch (first) {
    case '.':
      return shown(address, ipv4Fault(address));
    case ':':
      return shown(address, ipv6Fault(address));
    case '%':
      return shown(address, { message: 'missing IPv6 address' });
    default:
      return shown(address, { message: 'unable to parse IP' });
  }
}

/** `at` is the part that could not be read. */
type Fault = { readonly message: string; readonly at?: string };

function shown(address: string, fault: Fault | undefined): string | undefined {
  if (fault === undefined) {
    return undefined;
  }
  const place = fault.at === undefined || fault.at === '' ? '' : ` (at ${quote(fault.at)})`;
  return `ParseAddr(${quote(address)}): ${fault.message}${place}`;
}

function ipv4Fault(text: string): Fault | undefined {
  let octet = '';
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (/[0-9]/.test(char)) {
      if (octet === '0') {
        return { message: 'IPv4 field has octet with leading zero' };
      }
      octet += char;
      if (Number(octet) > 255) {
        return { message: 'IPv4 field has value >255' };
      }
    } else if (char !== '.') {
      return { message: 'unexpected character', at: text.slice(i) };
    } else if (octet === '' || i === text.length - 1) {
      return { message: 'IPv4 field must have at least one digit', at: text.slice(i) };
    } else if (dots === 3) {
      return { message: 'IPv4 address too long' };
    } else {
      dots++;
      octet = '';
    }
  }
  return dots < 3 ? { message: 'IPv4 address too short' } : undefined;
}

/** What is left to read, and what has been: bytes of the address, and whether `::` was among them. */
type Ipv6Reading = { rest: string; bytes: number; hasEllipsis: boolean };

function ipv6Fault(address: string): Fault | undefined {
  const [text, zone] = splitZone(address);
  if (zone === '') {
    return { message: 'zone must be a non-empty string' };
  }
  if (text === '::') {
    return undefined;
  }
  const hasEllipsis = text.startsWith('::');
  const reading: Ipv6Reading = { rest: hasEllipsis ? text.slice(2) : text, bytes: 0, hasEllipsis };
  do {
    const fault = readField(reading);
    if (fault !== undefined) {
      return fault;
    }
  } while (reading.bytes < 16 && reading.rest !== '');
  return lengthFault(reading);
}

function splitZone(address: string): readonly [string, string?] {
  const at = address.indexOf('%');
  return at < 0 ? [address] : [address.slice(0, at), address.slice(at + 1)];
}

function lengthFault({ rest, bytes, hasEllipsis }: Ipv6Reading): Fault | undefined {
  if (rest !== '') {
    return { message: 'trailing garbage after address', at: rest };
  }
  if (bytes < 16) {
    return hasEllipsis ? undefined : { message: 'address string too short' };
  }
  return hasEllipsis ? { message: 'the :: must expand to at least one field of zeros' } : undefined;
}

function readField(reading: Ipv6Reading): Fault | undefined {
  const { rest } = reading;
  const digits = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? '';
  if (digits.length > 4) {
    return { message: 'each group must have 4 or less digits', at: rest };
  }
  if (digits === '') {
    return { message: 'each colon-separated field must have at least one digit', at: rest };
  }
  if (rest[digits.length] === '.') {
    return readEmbeddedIpv4(reading);
  }
  reading.bytes += 2;
  reading.rest = rest.slice(digits.length);
  return reading.rest === '' ? undefined : readColon(reading);
}

function readEmbeddedIpv4(reading: Ipv6Reading): Fault | undefined {
  const { rest, bytes, hasEllipsis } = reading;
  if (!hasEllipsis && bytes !== 12) {
    const message = 'embedded IPv4 address must replace the final 2 fields of the address';
    return { message, at: rest };
  }
  if (bytes + 4 > 16) {
    const message = 'too many hex fields to fit an embedded IPv4 at the end of the address';
    return { message, at: rest };
  }
  reading.bytes += 4;
  reading.rest = '';
  return ipv4Fault(rest);
}

function readColon(reading: Ipv6Reading): Fault | undefined {
  const { rest } = reading;
  if (!rest.startsWith(':')) {
    return { message: 'unexpected character, want colon', at: rest };
  }
  if (rest.length === 1) {
    return { message: 'colon must be followed by more characters', at: rest };
  }
  if (rest[1] === ':' && reading.hasEllipsis) {
    return { message: 'multiple :: in address', at: rest.slice(1) };
  }
  reading.hasEllipsis ||= rest[1] === ':';
  reading.rest = rest.slice(rest[1] === ':' ? 2 : 1);
  return undefined;
}
