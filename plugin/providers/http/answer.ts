// Owns what is common to the answers of services that speak JSON: the object in one, and a service's words in one line.
import { isRecord } from '../../k8s/object.ts';
import type { HttpAnswer } from './send.ts';

/** The object that an answer holds; undefined where it holds none. A parser's own words would quote it. */
export function objectIn({
  body,
}: Pick<HttpAnswer, 'body'>): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const longestText = 500;

/** What a service says, fit for a message. `tokens` are what it may repeat when it refuses one. */
export function oneLine(text: string, tokens: RegExp): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(tokens, '(a token)')
    .slice(0, longestText)
    .replace(/[: ]+$/, '');
}
