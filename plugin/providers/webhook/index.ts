// Owns the `webhook` provider (ESO 3.10) as far as it needs no request and no template engine.
import type { Connection, Provider, StoreScope } from '../provider.ts';
import { serverOf, webhookConfig } from './config.ts';
import { select, selectMap } from './select.ts';
import { webhookProblems } from './validate.ts';

export const provider: Provider = {
  name: 'webhook',
  validate: webhookProblems,
  connect,
  select,
  selectMap,
  readsProperty: true,
  findConvertsKeys: false,
};

function connect(spec: Readonly<Record<string, unknown>>, scope: StoreScope): Connection {
  const config = webhookConfig(spec, scope);
  const server = serverOf(config.url);
  return {
    identity: `webhook ${JSON.stringify(config)}`,
    title: `Webhook, ${server}`,
    server,
    open: async (context) => (await import('./client.ts')).openWebhook(config, context),
  };
}
