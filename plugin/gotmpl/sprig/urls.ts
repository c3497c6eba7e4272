// Owns sprig's functions on URLs: dicts out of them, and them out of dicts.
import { plainFailure, prefixed } from '../errors.ts';
import { dict, function1, text, type GoFunction } from '../functions.ts';
import { formatUrl, hostnameOf, parseUrl, userInfoText, type GoUrl } from '../url.ts';
import { stringValue, type Value } from '../values.ts';
import { kindName, nilDereference } from './values.ts';

export const urlFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['urlParse', function1([text], dict, urlParse)],
  ['urlJoin', function1([dict], text, urlJoin)],
]);

function urlParse(raw: string): Map<string, Value> {
  const url = prefixed('unable to parse url', () => parseUrl(raw));
  const parts = {
    scheme: url.scheme,
    host: url.host,
    hostname: hostnameOf(url),
    path: url.path,
    query: url.query,
    opaque: url.opaque,
    fragment: url.fragment,
    userinfo: url.user === undefined ? '' : userInfoText(url.user),
  };
  return new Map(Object.entries(parts).map(([key, part]) => [key, stringValue(part)]));
}

function urlJoin(parts: ReadonlyMap<string, Value>): string {
  const url: GoUrl = {
    scheme: partOf(parts, 'scheme'),
    host: partOf(parts, 'host'),
    path: partOf(parts, 'path'),
    query: partOf(parts, 'query'),
    opaque: partOf(parts, 'opaque'),
    fragment: partOf(parts, 'fragment'),
  };
  const userInfo = partOf(parts, 'userinfo');
  if (userInfo === '') {
    return formatUrl(url);
  }
  const { user } = prefixed('unable to parse userinfo in dict', () =>
    parseUrl(`proto://${userInfo}@host`),
  );
  return formatUrl(user === undefined ? url : { ...url, user });
}

function partOf(parts: ReadonlyMap<string, Value>, key: string): string {
  const part = parts.get(key);
  if (part === undefined) {
    return '';
  }
  if (part.kind === 'invalid') {
    throw nilDereference();
  }
  if (part.kind !== 'string') {
    const kind = kindName(part.type);
    throw plainFailure(`unable to parse ${key} key, must be of type string, but ${kind} found`);
  }
  return part.value;
}
