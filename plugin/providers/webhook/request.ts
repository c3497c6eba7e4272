// Owns the request of one read: the templates of url, headers and body, filled in.
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { escapeQuery } from '../../gotmpl/escape.ts';
import { fromByteString, toByteString } from '../../gotmpl/utf8.ts';
import {
  mapValue,
  stringMapType,
  stringValue,
  type GoType,
  type Value,
} from '../../gotmpl/values.ts';
import type { SecretBytes } from '../../secret-bytes.ts';
import { functionsFor } from '../../template-functions.ts';
import { templateEngine } from '../../templates.ts';
import { ProviderError, type RemoteRead } from '../provider.ts';
import type { WebhookConfig } from './config.ts';
import type { Outgoing } from './redirects.ts';

/** The referenced Secrets, under the names that templates know them by; of one name there may be several. */
type TemplateSecrets = readonly (readonly [name: string, data: ReadonlyMap<string, SecretBytes>])[];

export type Prepared = {
  readonly outgoing: Outgoing;
  /** The path in the answer; '' where there is none. */
  readonly jsonPath: string;
};

/** Executes the template of a field over a dot. Gives a byte string. */
type RenderField = (field: string, template: string, dot: Value) => string;

/** What all requests of a webhook are made of. */
export type RequestParts = {
  readonly config: WebhookConfig;
  readonly secrets: TemplateSecrets;
  readonly render: RenderField;
};

/** Loads what the templates of a webhook call. What it gives throws ProviderError `invalid`. */
export async function fieldRenderer({
  url,
  body,
  jsonPath,
  headers,
}: WebhookConfig): Promise<RenderField> {
  const texts = [url, body, jsonPath, ...headers.map(([, text]) => text)];
  const renderTemplate = templateEngine(await functionsFor(texts));
  return (field, text, dot) => {
    if (!isTemplate(text)) return toByteString(text);
    const outcome = renderTemplate({ name: 'webhooktemplate', text, missingKey: 'default' }, dot);
    if (outcome.ok) return Buffer.from(outcome.value.reveal()).toString('latin1');
    throw new ProviderError('invalid', `${field}: ${outcome.message}`);
  };
}

/** @throws ProviderError `invalid` */
export function prepare({ config, secrets, render }: RequestParts, read: RemoteRead): Prepared {
  const raw = dotOf(config, { read, secrets, escape: (text) => text });
  const escaped = dotOf(config, { read, secrets, escape: escapeQuery });
  const body = render('body', config.body, raw);
  return {
    outgoing: {
      method: config.method,
      url: urlOf(config, escaped, render),
      headers: joined(config.headers.flatMap((header) => headerOf(header, raw, render))),
      body:
        body === ''
          ? undefined
          : { bytes: Buffer.from(body, 'latin1'), isTemplate: isTemplate(config.body) },
    },
    jsonPath:
      config.use === 'generator'
        ? config.jsonPath
        : fromByteString(render('result.jsonPath', config.jsonPath, raw)),
  };
}

const dotType: GoType = { name: 'map[string]map[string]string', kind: 'map', elem: stringMapType };

type DotParts = {
  readonly read: RemoteRead;
  readonly secrets: TemplateSecrets;
  /** Of key, version and property: for the URL alone. */
  readonly escape: (text: string) => string;
};

function dotOf(config: WebhookConfig, { read, secrets, escape }: DotParts): Value {
  const dot = new Map(
    config.use === 'store' ? [['remoteRef', remoteRef(config, read, escape)]] : [],
  );
  for (const [name, data] of secrets) {
    const texts = dot.get(name) ?? new Map<string, Value>();
    dot.set(name, texts);
    for (const [key, value] of data)
      texts.set(toByteString(key), stringValue(Buffer.from(value.reveal()).toString('latin1')));
  }
  const parts = [...dot].map(([name, texts]): [string, Value] => [
    toByteString(name),
    mapValue(texts, stringMapType),
  ]);
  return mapValue(new Map(parts), dotType);
}

function remoteRef(
  { namespace }: WebhookConfig,
  { key, version, property = '' }: RemoteRead,
  escape: DotParts['escape'],
): Map<string, Value> {
  const texts = Object.entries({ key, version, property }).map(
    ([name, text]) => [name, stringValue(escape(toByteString(text)))] as const,
  );
  return new Map([...texts, ['namespace', stringValue(toByteString(namespace))]]);
}

function isTemplate(text: string): boolean {
  return text.includes('{{');
}

function urlOf({ url }: WebhookConfig, dot: Value, render: RenderField): URL {
  const text = fromByteString(render('url', url, dot));
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  const what = isTemplate(url) ? 'what its template gives' : 'it';
  throw new ProviderError('invalid', `url: ${what} is no URL of http or https`);
}

/** Headers that HTTP itself sets, which Go takes from nobody. */
const reserved: ReadonlySet<string> = new Set([
  'content-length',
  'host',
  'trailer',
  'transfer-encoding',
]);

function headerOf(
  [name, template]: WebhookConfig['headers'][number],
  dot: Value,
  render: RenderField,
): Outgoing['headers'] {
  const lowerName = name.toLowerCase();
  if (reserved.has(lowerName)) return [];
  const value = render(`headers.${name}`, template, dot);
  try {
    validateHeaderName(lowerName);
    validateHeaderValue(lowerName, value);
  } catch {
    // Node's error is about the name or the characters, and this says the same without quoting either.
    throw new ProviderError('invalid', `headers.${name}: is no header that HTTP can send`);
  }
  return [{ name: lowerName, value, isTemplate: isTemplate(template) }];
}

/** Names that differ in case only are one header with two values. */
function joined(headers: Outgoing['headers']): Outgoing['headers'] {
  const byName = new Map<string, Outgoing['headers'][number]>();
  for (const header of headers) {
    const known = byName.get(header.name);
    byName.set(
      header.name,
      known === undefined
        ? header
        : {
            ...header,
            value: `${known.value}, ${header.value}`,
            isTemplate: known.isTemplate || header.isTemplate,
          },
    );
  }
  return [...byName.values()];
}
