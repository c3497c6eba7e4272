// Owns the `webhook` provider (ESO 3.10) as far as it needs no request and no template engine.
import type { Connection, Provider, StoreScope } from '../provider.ts';
import { serverOf, webhookConfig, type WebhookConfig } from './config.ts';
import { select, selectMap } from './select.ts';
import { webhookProblems } from './validate.ts';

export const provider: Provider = {
  name: 'webhook',
  validate: webhookProblems,
  connect: (spec, scope) => webhookConnection(spec, scope, 'store'),
  select,
  selectMap,
  readsProperty: true,
  findConvertsKeys: false,
};

/** Also for the generator of the same name. */
export function webhookConnection(
  spec: Readonly<Record<string, unknown>>,
  scope: StoreScope,
  use: WebhookConfig['use'],
): Connection {
  const config = webhookConfig(spec, scope, use);
  const server = serverOf(config.url);
  return {
    identity: `webhook ${JSON.stringify(config)}`,
    title: `Webhook, ${server}`,
    server,
    open: async (context) => (await import('./client.ts')).openWebhook(config, context),
  };
}
