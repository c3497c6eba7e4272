// Owns reading from AWS Certificate Manager (ESO 3.3): a certificate that may be exported, with its chain and its private key.
import { randomBytes } from 'node:crypto';
import {
  ACMClient,
  DescribeCertificateCommand,
  ExportCertificateCommand,
  type ExportCertificateResponse,
} from '@aws-sdk/client-acm';
import { SecretBytes } from '../../secret-bytes.ts';
import { answerClient } from '../answer-client.ts';
import { ProviderError, type OpenContext, type SecretsClient } from '../provider.ts';
import type { AwsConfig } from './config.ts';
import { decryptedKey } from './exported-key.ts';
import { openSession, type AwsSession } from './session.ts';

type Service = { readonly client: ACMClient; readonly send: AwsSession['send'] };

/** The store's prefix is not applied: a key is the ARN of a certificate. Throws {@link ProviderError}. */
export async function openCertificateManager(
  config: AwsConfig,
  context: OpenContext,
): Promise<SecretsClient> {
  const { clientConfig, send } = await openSession(config, context);
  const service = { client: new ACMClient(clientConfig), send };
  const certificates = new Map<string, Promise<SecretBytes>>();
  // Version and metadataPolicy make no difference, and an export is paid for.
  const read = (arn: string): Promise<SecretBytes> => {
    const certificate = certificates.get(arn) ?? readCertificate(service, arn);
    certificates.set(arn, certificate);
    return certificate;
  };
  return {
    ...answerClient(
      ({ key }) => read(key),
      async () => service.client.destroy(),
    ),
    find: async () => ({ outcome: 'error', error: new ProviderError('invalid', unsupported) }),
  };
}

const unsupported =
  'operation not supported by AWS Certificate Manager provider: a certificate is read by its ARN';

async function readCertificate({ client, send }: Service, arn: string): Promise<SecretBytes> {
  if (arn === '')
    throw new ProviderError('invalid', 'certificate ARN must be specified in remoteRef.key');
  const { Certificate } = await send({
    operation: 'DescribeCertificate',
    send: (abortSignal) =>
      client.send(new DescribeCertificateCommand({ CertificateArn: arn }), { abortSignal }),
  });
  if (Certificate?.Options?.Export !== 'ENABLED') {
    const message = 'the certificate is not exportable (Options.Export is not ENABLED)';
    throw new ProviderError('invalid', message);
  }
  const passphrase = randomBytes(24).toString('base64url');
  const exported = await send({
    operation: 'ExportCertificate',
    send: (abortSignal) =>
      client.send(
        new ExportCertificateCommand({ CertificateArn: arn, Passphrase: Buffer.from(passphrase) }),
        { abortSignal },
      ),
  });
  return bundleOf(exported, passphrase);
}

/** One PEM text; what AWS leaves out is not in it. */
function bundleOf(
  { Certificate, CertificateChain, PrivateKey }: ExportCertificateResponse,
  passphrase: string,
): SecretBytes {
  const key = PrivateKey === undefined ? undefined : decryptedKey(PrivateKey, passphrase);
  const parts = [Certificate, CertificateChain, key].filter((part) => part !== undefined);
  if (parts.length === 0) throw new ProviderError('failed', 'AWS answered without a certificate');
  const lines = parts.map((part) => part.replace(/[\r\n]+$/, ''));
  return SecretBytes.ofText(`${lines.join('\n')}\n`);
}
