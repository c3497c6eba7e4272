// Owns the `aws` provider as far as it needs no SDK; the SDK of a service loads when a store is opened.
import { getPath } from '../../gjson/get.ts';
import { SecretBytes } from '../../secret-bytes.ts';
import { selectJsonMap } from '../json-value.ts';
import {
  ProviderError,
  type Connection,
  type MapSelection,
  type OpenContext,
  type Provider,
  type SecretsClient,
  type Selection,
  type SelectRef,
} from '../provider.ts';
import { awsConfig, awsTitle, type AwsConfig } from './config.ts';
import { awsProblems } from './validate.ts';

export const provider: Provider = {
  name: 'aws',
  validate: awsProblems,
  connect: (spec, scope) => {
    const config = awsConfig(spec, scope);
    return {
      identity: `aws ${JSON.stringify(config)}`,
      title: awsTitle(config),
      open: (context) => open(config, context),
      ...(config.service === 'CertificateManager' && { selection: wholeCertificate }),
    };
  },
  select,
  selectMap,
  findConvertsKeys: false,
};

async function open(config: AwsConfig, context: OpenContext): Promise<SecretsClient> {
  switch (config.service) {
    case 'SecretsManager':
      return (await import('./secrets-manager.ts')).openSecretsManager(config, context);
    case 'ParameterStore':
      return (await import('./parameter-store.ts')).openParameterStore(config, context);
    case 'CertificateManager':
      return (await import('./certificate-manager.ts')).openCertificateManager(config, context);
    default:
      throw new ProviderError('invalid', `unknown AWS Provider Service: ${config.service}`);
  }
}

/** A certificate has no parts: `property` means nothing, and there is no map of it (ESO 3.3). */
const wholeCertificate: NonNullable<Connection['selection']> = {
  select: (value) => ({ outcome: 'value', value }),
  selectMap: () => ({
    outcome: 'error',
    code: 'VALUE',
    message:
      'operation not supported by AWS Certificate Manager provider: read the certificate with data, and take it apart in a template',
  }),
};

function select(value: SecretBytes, ref: SelectRef): Selection {
  if (ref.property === '') return { outcome: 'value', value };
  const selected = propertyOf(value.reveal(), ref.property);
  if (selected !== undefined) return { outcome: 'value', value: new SecretBytes(selected) };
  const message = `key ${ref.property} does not exist in secret ${ref.key}`;
  return { outcome: 'error', code: 'PROPERTY_NOT_FOUND', message };
}

/** A property with dots is one literal key first, and a path second (ESO 3.1). */
function propertyOf(json: Uint8Array, property: string): Uint8Array | undefined {
  const literal = property.includes('.')
    ? getPath(json, property.replaceAll('.', String.raw`\.`))
    : undefined;
  return literal ?? getPath(json, property);
}

function selectMap(value: SecretBytes, ref: SelectRef): MapSelection {
  const selection = select(value, ref);
  return selection.outcome === 'value' ? selectJsonMap(selection.value.reveal()) : selection;
}
