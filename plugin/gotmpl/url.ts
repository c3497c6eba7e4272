// Owns URLs as Go's net/url takes them apart and puts them together.
import { FunctionError } from './errors.ts';
import { ipAddressError } from './ip-address.ts';
import { quote } from './quote.ts';

/** The parts of a URL; path, host, user and fragment are unescaped. */
export type GoUrl = {
  readonly scheme: string;
  readonly opaque: string;
  readonly user?: UserInfo;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
};

export type UserInfo = { readonly name: string; readonly password?: string };

/** Where a text stands in a URL: which bytes may stand there as they are. */
type Place = 'path' | 'host' | 'zone' | 'user' | 'fragment';

const unescaped: Readonly<Record<Place, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  zone: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  user: /[A-Za-z0-9\-_.~$&+,;=]/,
  fragment: /[A-Za-z0-9\-_.~!$&()*+,/:;=?@]/,
};

/** url.Parse. Throws FunctionError with Go's text, which quotes the URL. */
export function parseUrl(raw: string): GoUrl {
  const [main, rawFragment] = cut(raw, '#');
  const url = explained(main, () => parseWithoutFragment(main));
  return {
    ...url,
    fragment: explained(raw, () => unescape(rawFragment ?? '', 'fragment')),
  };
}

function explained<T>(url: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FunctionError) {
      throw new FunctionError(`parse ${quote(url)}: ${error.message}`);
    }
    throw error;
  }
}

function cut(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function parseWithoutFragment(raw: string): Omit<GoUrl, 'fragment'> {
  // oxlint-disable-next-line no-control-regex -- control bytes are what Go refuses here
  if (/[\x00-\x1f\x7f]/.test(raw)) {
    throw new FunctionError('net/url: invalid control character in URL');
  }
  const empty = { scheme: '', opaque: '', host: '', path: '', query: '' };
  if (raw === '*') {
    return { ...empty, path: '*' };
  }
  const [scheme, behindScheme] = splitScheme(raw);
  const [rest, query = ''] = cut(behindScheme, '?');
  if (!rest.startsWith('/')) {
    if (scheme !== '') {
      return { ...empty, scheme, opaque: rest, query };
    }
    if (cut(rest, '/')[0].includes(':')) {
      throw new FunctionError('first path segment in URL cannot contain colon');
    }
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  if (!hasAuthority) {
    return { ...empty, scheme, path: unescape(rest, 'path'), query };
  }
  const [authority, path] = splitAt(rest.slice(2), rest.slice(2).indexOf('/'));
  return {
    ...empty,
    scheme,
    ...parseAuthority(scheme, authority),
    path: unescape(path, 'path'),
    query,
  };
}

function splitAt(text: string, at: number): readonly [string, string] {
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

function splitScheme(raw: string): readonly [string, string] {
  if (raw.startsWith(':')) {
    throw new FunctionError('missing protocol scheme');
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(raw)?.[1];
  return scheme === undefined ? ['', raw] : [scheme.toLowerCase(), raw.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): Pick<GoUrl, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) {
    return { host };
  }
  const info = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) {
    throw new FunctionError('net/url: invalid userinfo');
  }
  const [name, password] = cut(info, ':');
  const user: UserInfo = { name: unescape(name, 'user') };
  return {
    user: password === undefined ? user : { ...user, password: unescape(password, 'user') },
    host,
  };
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) {
    throw new FunctionError('invalid IP-literal');
  }
  if (open === 0) {
    return parseIpLiteral(host);
  }
  const isHttp = scheme === 'http' || scheme === 'https';
  const colon = isHttp ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) {
    checkPort(host.slice(colon));
  }
  return unescape(host, 'host');
}

function checkPort(colonPort: string): void {
  if (!isOptionalPort(colonPort)) {
    throw new FunctionError(`invalid port ${quote(colonPort)} after host`);
  }
}

function isOptionalPort(colonPort: string): boolean {
  return /^(?::[0-9]*)?$/.test(colonPort);
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) {
    throw new FunctionError("missing ']' in host");
  }
  const colonPort = host.slice(close + 1);
  checkPort(colonPort);
  const [address, zone] = splitAt(host.slice(1, close), host.slice(1, close).indexOf('%25'));
  const name = unescape(address, 'host') + unescape(zone, 'zone');
  const fault = ipAddressError(name);
  if (fault !== undefined) {
    throw new FunctionError(`invalid host: ${fault}`);
  }
  if (!name.includes(':')) {
    throw new FunctionError('invalid IP-literal');
  }
  return `[${name}]${colonPort}`;
}

function unescape(text: string, place: Place): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '%') {
      out += unescapedByte(text.slice(at, at + 3), place);
      at += 2;
    } else {
      checkHostByte(char, place);
      out += char;
    }
  }
  return out;
}

function checkHostByte(char: string, place: Place): void {
  const isHost = place === 'host' || place === 'zone';
  if (isHost && char < '\x80' && !unescaped[place].test(char)) {
    throw new FunctionError(`invalid character ${quote(char)} in host name`);
  }
}

/** A host may escape only what is not ASCII, a zone also spaces. */
function unescapedByte(escape: string, place: Place): string {
  const byte = Number.parseInt(escape.slice(1), 16);
  const char = String.fromCharCode(byte);
  const isBad =
    !/^%[0-9a-fA-F]{2}$/.test(escape) ||
    (place === 'host' && byte < 0x80 && escape !== '%25') ||
    (place === 'zone' && escape !== '%25' && char !== ' ' && !unescaped.host.test(char));
  if (isBad) {
    throw new FunctionError(`invalid URL escape ${quote(escape)}`);
  }
  return char;
}

function escape(text: string, place: Place): string {
  let out = '';
  for (const char of text) {
    out += unescaped[place].test(char)
      ? char
      : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** The host without its port and brackets. */
export function hostnameOf({ host }: GoUrl): string {
  const colon = host.lastIndexOf(':');
  const name = colon >= 0 && isOptionalPort(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** User and password, escaped. */
export function userInfoText({ name, password }: UserInfo): string {
  const escapedName = escape(name, 'user');
  return password === undefined ? escapedName : `${escapedName}:${escape(password, 'user')}`;
}

/** The text of a URL that was put together from its parts. */
export function formatUrl(url: GoUrl): string {
  const { scheme, opaque, query, fragment } = url;
  const start = scheme === '' ? '' : `${scheme}:`;
  const body = opaque === '' ? hierarchy(url, start) : opaque;
  const queryText = query === '' ? '' : `?${query}`;
  const fragmentText = fragment === '' ? '' : `#${escape(fragment, 'fragment')}`;
  return start + body + queryText + fragmentText;
}

function hierarchy({ user, host, path }: GoUrl, start: string): string {
  const hasHost = host !== '' || user !== undefined;
  const slashes = hasHost || (start !== '' && path !== '') ? '//' : '';
  const userText = user === undefined ? '' : `${userInfoText(user)}@`;
  const authority = slashes + userText + escape(host, 'host');
  const escapedPath = path === '*' ? '*' : escape(path, 'path');
  const slash = escapedPath !== '' && !escapedPath.startsWith('/') && host !== '' ? '/' : '';
  const isAmbiguous = start + authority + slash === '' && cut(escapedPath, '/')[0].includes(':');
  return authority + slash + (isAmbiguous ? './' : '') + escapedPath;
}
