// Owns the settings of a webhook, read from a store's or a generator's spec.
import { FunctionError } from '../../gotmpl/errors.ts';
import { parseDuration } from '../../gotmpl/duration.ts';
import { caSource, type CaSource } from '../ca.ts';
import type { ObjectRef, SecretKeyRef, StoreScope } from '../provider.ts';
import { fieldsOf, listOf, secretKeyRef, textOf } from '../spec.ts';

type Spec = Readonly<Record<string, unknown>>;

export type WebhookConfig = {
  /** A generator's templates have no `.remoteRef`, and its jsonPath is no template. */
  readonly use: 'store' | 'generator';
  /** Of the ExternalSecret; '' where no template can tell. */
  readonly namespace: string;
  readonly method: string;
  /** Templates, as are the values of `headers`. */
  readonly url: string;
  readonly body: string;
  readonly jsonPath: string;
  readonly headers: readonly (readonly [name: string, template: string])[];
  /** For one exchange with all its redirects. Undefined: the deadline of the run alone. */
  readonly timeoutMs: number | undefined;
  readonly secrets: readonly { readonly name: string; readonly ref: ObjectRef }[];
  readonly ntlm: { readonly user: SecretKeyRef; readonly password: SecretKeyRef } | undefined;
  readonly ca: CaSource | undefined;
};

export function webhookConfig(
  spec: Spec,
  scope: StoreScope,
  use: WebhookConfig['use'],
): WebhookConfig {
  const timeoutMs = durationMs(textOf(spec['timeout']));
  const templates = {
    url: textOf(spec['url']),
    body: textOf(spec['body']),
    jsonPath: textOf(fieldsOf(spec['result'])['jsonPath']),
    headers: Object.entries(fieldsOf(spec['headers'])).map(
      ([name, value]) => [name, textOf(value)] as const,
    ),
  };
  const texts = [templates.url, templates.body, templates.jsonPath, ...templates.headers.flat()];
  return {
    use,
    namespace: texts.some(mayUseNamespace) ? scope.namespace : '',
    method: textOf(spec['method']) || 'GET',
    ...templates,
    timeoutMs: timeoutMs === 0 ? undefined : timeoutMs,
    secrets: listOf(spec['secrets']).map((item) => {
      const { name, secretRef } = fieldsOf(item);
      return { name: textOf(name), ref: objectRef(secretRef, scope) };
    }),
    ntlm: ntlmConfig(spec, scope),
    ca: caSource(spec, scope),
  };
}

function objectRef(value: unknown, scope: StoreScope): ObjectRef {
  const { namespace, name } = secretKeyRef(value, scope);
  return { namespace, name };
}

function ntlmConfig(spec: Spec, scope: StoreScope): WebhookConfig['ntlm'] {
  const { ntlm } = fieldsOf(spec['auth']);
  if (ntlm === undefined) return undefined;
  const { usernameSecret, passwordSecret } = fieldsOf(ntlm);
  return {
    user: secretKeyRef(usernameSecret, scope),
    password: secretKeyRef(passwordSecret, scope),
  };
}

/**
 * False only where it is certain: every dot in the template's actions belongs to `.remoteRef.key`, `.version` or
 * `.property`, or to a Secret's key. Then all namespaces send the same requests, and share them.
 */
function mayUseNamespace(template: string): boolean {
  const actions = template.match(/\{\{[^]*?\}\}/g) ?? [];
  const field = /\.(?!remoteRef\.namespace\b)[A-Za-z_]\w*\.[A-Za-z_]\w*/g;
  return actions.some((action) => /[.$]/.test(action.replaceAll(field, '')));
}

/** A Go duration in milliseconds; undefined where there is none that can be read. */
export function durationMs(text: string): number | undefined {
  try {
    return text === '' ? undefined : Number(parseDuration(text)) / 1e6;
  } catch (error) {
    if (error instanceof FunctionError) return undefined;
    throw error;
  }
}

/** The origin where the URL's authority is no template, else the text as it stands. Never with user-info. */
export function serverOf(url: string): string {
  const [start = ''] = /^https?:\/\/[^/?#]*/i.exec(url) ?? [];
  if (!start.includes('{{') && URL.canParse(start)) return new URL(start).origin;
  return url.replace(/\/\/[^/]*@/, '//');
}
