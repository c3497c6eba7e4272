// Owns Azure's clouds: where each gives tokens, and what its services are called there.

export type Cloud = {
  /** Where Entra ID is, without a `/` at the end. */
  readonly entra: string;
  /** What the hosts of its vaults end in; with `https://` in front it is whom their tokens are for. */
  readonly vaults: string;
  /** Whom tokens for Azure itself are for, which its container registries take. */
  readonly management: string;
};

/** By the `environmentType` of stores and generators. AzureStackCloud is a cloud of somebody's own, and says itself where it is. */
export const clouds: ReadonlyMap<string, Cloud> = new Map([
  [
    'PublicCloud',
    {
      entra: 'https://login.microsoftonline.com',
      vaults: 'vault.azure.net',
      management: 'https://management.azure.com',
    },
  ],
  [
    'USGovernmentCloud',
    {
      entra: 'https://login.microsoftonline.us',
      vaults: 'vault.usgovcloudapi.net',
      management: 'https://management.usgovcloudapi.net',
    },
  ],
  [
    'ChinaCloud',
    {
      entra: 'https://login.chinacloudapi.cn',
      vaults: 'vault.azure.cn',
      management: 'https://management.chinacloudapi.cn',
    },
  ],
  [
    'GermanCloud',
    {
      entra: 'https://login.microsoftonline.de',
      vaults: 'vault.microsoftazure.de',
      management: 'https://management.microsoftazure.de',
    },
  ],
]);

/** The cloud whose vault a host is; only Microsoft can have such a host. */
export function cloudOfVault(host: string): Cloud | undefined {
  return [...clouds.values()].find(({ vaults }) => host.endsWith(`.${vaults}`));
}

/** Whether a URL is that of a cloud's Entra ID. */
export function isKnownEntra(url: string): boolean {
  return [...clouds.values()].some(({ entra }) => entra === url);
}
