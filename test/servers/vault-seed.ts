// Owns putting mounts, documents and logins into a server of Vault's API.

/** As the recorded cases have it. */
export type VaultSeed = {
  readonly mounts: readonly { readonly path: string; readonly version: 1 | 2 }[];
  readonly kv2: readonly {
    readonly mount: string;
    readonly path: string;
    readonly versions: readonly Readonly<Record<string, unknown>>[];
    readonly metadata?: Readonly<Record<string, string>>;
    readonly delete?: boolean;
  }[];
  readonly kv1: readonly {
    readonly mount: string;
    readonly path: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  readonly policies: Readonly<Record<string, string>>;
  readonly approle: { readonly role: string; readonly role_id: string; readonly secret_id: string };
  readonly userpass: { readonly user: string; readonly password: string };
};

export type VaultServer = { readonly url: string; readonly token: string };

export async function seedVault(server: VaultServer, seed: VaultSeed): Promise<void> {
  for (const { path, version } of seed.mounts) {
    await post(server, `sys/mounts/${path}`, { type: 'kv', options: { version: String(version) } });
  }
  for (const { mount, path, versions, metadata, delete: isDeleted } of seed.kv2) {
    for (const data of versions) await post(server, `${mount}/data/${path}`, { data });
    if (metadata !== undefined) {
      await post(server, `${mount}/metadata/${path}`, { custom_metadata: metadata });
    }
    if (isDeleted === true) {
      await askVault(server, { method: 'DELETE', path: `${mount}/data/${path}` });
    }
  }
  for (const { mount, path, data } of seed.kv1) await post(server, `${mount}/${path}`, data);
  for (const [name, policy] of Object.entries(seed.policies)) {
    await post(server, `sys/policies/acl/${name}`, { policy });
  }
  const [policy = ''] = Object.keys(seed.policies);
  await seedLogins(server, seed, policy);
}

async function seedLogins(
  server: VaultServer,
  { approle, userpass }: VaultSeed,
  policy: string,
): Promise<void> {
  await post(server, 'sys/auth/approle', { type: 'approle' });
  const role = `auth/approle/role/${approle.role}`;
  await post(server, role, { token_policies: policy });
  await post(server, `${role}/role-id`, { role_id: approle.role_id });
  await post(server, `${role}/custom-secret-id`, { secret_id: approle.secret_id });
  await post(server, 'sys/auth/userpass', { type: 'userpass' });
  await post(server, `auth/userpass/users/${userpass.user}`, {
    password: userpass.password,
    token_policies: policy,
  });
}

async function post(server: VaultServer, path: string, body: unknown): Promise<void> {
  await askVault(server, { method: 'POST', path, body });
}

/** The answer of the API to a request of the root's; what is refused fails the test. */
export async function askVault(
  { url, token }: VaultServer,
  {
    method,
    path,
    body,
  }: { readonly method: string; readonly path: string; readonly body?: unknown },
): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${url}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': token },
      // A text is JSON already, with its numbers as they are spelled.
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (response.ok) return answer === '' ? undefined : (JSON.parse(answer) as unknown);
    // A new mount of version 2 is made ready behind its back.
    if (attempt === 20 || !/upgrad|not ready/i.test(answer)) {
      throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
