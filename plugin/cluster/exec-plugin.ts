// Owns the program that an operator's kubeconfig names for his credentials (client.authentication.k8s.io, `exec`).
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { isRecord } from '../k8s/object.ts';
import type { KubeContext } from '../k8s/kubeconfig.ts';
import type { Environment } from '../outcome.ts';
import { ProviderError } from '../providers/provider.ts';
import { SecretBytes } from '../secret-bytes.ts';

type Plugin = NonNullable<KubeContext['user']['exec']>;

/** The context with what its program gave in the place of the program. Throws {@link ProviderError} `credentials`. */
export async function withExecCredential(
  context: KubeContext,
  env: Environment,
  signal: AbortSignal,
): Promise<KubeContext> {
  const { exec } = context.user;
  if (exec === undefined || context.user.token !== undefined) return context;
  if (exec.interactiveMode === 'Always') throw failed(exec, 'it wants to ask a person');
  const said = await outputOf(exec, { ...env, ...exec.env, ...infoFor(exec, context) }, signal);
  const status = statusIn(said);
  if (status === undefined) throw failed(exec, 'it printed no ExecCredential');
  const material = (field: string): { readonly data: SecretBytes } | undefined => {
    const value = status[field];
    return typeof value === 'string' ? { data: SecretBytes.ofText(value) } : undefined;
  };
  return {
    ...context,
    user: {
      ...context.user,
      token: material('token'),
      certificate: material('clientCertificateData') ?? context.user.certificate,
      key: material('clientKeyData') ?? context.user.key,
      exec: undefined,
    },
  };
}

function infoFor(
  { apiVersion, provideClusterInfo }: Plugin,
  { server, ca, tlsServerName, skipsTlsVerify }: KubeContext,
): Environment {
  const pem = ca !== undefined && 'data' in ca ? Buffer.from(ca.data.reveal()) : undefined;
  const cluster = {
    server,
    ...(pem === undefined ? {} : { 'certificate-authority-data': pem.toString('base64') }),
    ...(tlsServerName === '' ? {} : { 'tls-server-name': tlsServerName }),
    ...(skipsTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
  };
  const spec = { interactive: false, ...(provideClusterInfo ? { cluster } : {}) };
  return { KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }) };
}

/** What it says on its standard error may hold anything, and is not shown. */
async function outputOf(plugin: Plugin, env: Environment, signal: AbortSignal): Promise<string> {
  const child = spawn(plugin.command, plugin.args, {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  try {
    const [said, code] = await Promise.all([text(child.stdout), ended]);
    if (code === 0) return said;
    throw failed(plugin, `it ended with exit code ${code}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProviderError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw failed(plugin, `it cannot be run (${reason})`);
  }
}

function statusIn(said: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const credential: unknown = JSON.parse(said);
    return isRecord(credential) && isRecord(credential['status'])
      ? credential['status']
      : undefined;
  } catch {
    // The parser's own words would quote it.
    return undefined;
  }
}

function failed({ command }: Plugin, reason: string): ProviderError {
  return new ProviderError(
    'credentials',
    `the program "${command}", which the kubeconfig names for credentials, gave none: ${reason}`,
  );
}
