// Runs the examples of Vault and OpenBao against a server, with what their READMEs say: a mounted secret, a policy, one login.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { startOpenBao, type OpenBao } from '../servers/openbao.ts';
import { askVault } from '../servers/vault-seed.ts';
import { esoRender } from '../support/eso-render.ts';
import { secretsIn } from '../support/secrets.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const secretID = 'secret-id-of-the-shop';
const password = 'password-of-the-shop';

let bao: OpenBao;
let proxy: FaultProxy;
let folder: string;

beforeAll(async () => {
  bao = await startOpenBao();
  proxy = await startFaultProxy(bao.url);
  const post = (path: string, body: unknown): Promise<unknown> =>
    askVault(bao, { method: 'POST', path, body });
  await post('sys/mounts/kv', { type: 'kv', options: { version: '2' } });
  for (const one of ['old', 'new']) {
    await post('kv/data/database', {
      data: { password: one, credentials: { password: `${one}-p4ss` } },
    });
  }
  await post('kv/metadata/database', { custom_metadata: { owner: 'db-team' } });
  await post('kv/data/mail', { data: { MAIL_USER: 'shop', MAIL_PORT: 587 } });
  await post('kv/data/certificates/shop.pem', { data: { pem: 'certificate' } });
  await post('kv/data/certificates/notes', { data: { text: 'none' } });
  const readme = await readFile(join(examples, 'vault/README.md'), 'utf8');
  const [, policy = ''] = /```hcl\n(.*?)```/s.exec(readme) ?? [];
  await post('sys/policies/acl/shop', { policy });
  await post('sys/auth/approle', { type: 'approle' });
  await post('auth/approle/role/shop', { token_policies: 'shop' });
  await post('auth/approle/role/shop/role-id', { role_id: 'shop' });
  await post('auth/approle/role/shop/custom-secret-id', { secret_id: secretID });
  await post('sys/auth/userpass', { type: 'userpass' });
  await post('auth/userpass/users/shop', { password, token_policies: 'shop' });
  folder = await mkdtemp(join(tmpdir(), 'eso-render-'));
  await mount('shop/vault-approle/secret-id', secretID);
  await mount('shop/openbao-user/password', password);
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  await proxy.stop();
  await bao.stop();
  await rm(folder, { recursive: true });
});

async function mount(path: string, value: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), value);
}

test.each([
  {
    example: 'vault',
    data: {
      password: 'new-p4ss',
      'previous-password': 'old-p4ss',
      owner: 'db-team',
      MAIL_USER: 'shop',
      MAIL_PORT: '587',
      'certificates_shop.pem': '{"pem":"certificate"}',
    },
    login: 'PUT /v1/auth/approle/login',
  },
  {
    example: 'openbao',
    data: { password: 'new', MAIL_USER: 'shop', MAIL_PORT: '587' },
    login: 'PUT /v1/auth/userpass/login/shop',
  },
])('$example: its Secret, by one login, whose token is revoked', async (given) => {
  const text = await readFile(join(examples, given.example, 'manifests.yaml'), 'utf8');
  const input = text.replace(/https:\/\/\w+\.example\.com:8200/, proxy.url);
  const args = ['--secrets-directory', folder, '--trusted-server', proxy.url, '-'];
  const { code, stdout, stderr } = await esoRender('bundle', args, { input });
  const [secret] = secretsIn(stdout);
  const data = Object.entries(secret?.data ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value, 'base64').toString(),
  ]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(Object.fromEntries(data)).toEqual(given.data);
  expect(proxy.counts()).toMatchObject({
    [given.login]: 1,
    'PUT /v1/auth/token/revoke-self': 1,
  });
  expect(Math.max(...Object.values(proxy.counts()))).toBe(1);
});
