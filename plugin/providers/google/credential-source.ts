// Owns `credential_source` of a credential configuration: where this machine has its foreign token, and what is refused in it.
import { posix } from 'node:path';
import { fieldsOf, textOf } from '../spec.ts';

type Json = Readonly<Record<string, unknown>>;

/** `field` is the one of a JSON object that holds the token; '' where the whole text is the token. */
export type CredentialSource =
  | { readonly from: 'file'; readonly path: string; readonly field: string }
  | {
      readonly from: 'url';
      readonly url: URL;
      readonly headers: Readonly<Record<string, string>>;
      readonly field: string;
    }
  | AwsSource;

/** AWS's metadata service, for what the environment does not say. */
export type AwsSource = {
  readonly from: 'aws';
  readonly regionUrl: string;
  readonly credentialsUrl: string;
  /** '' where no session is wanted. */
  readonly sessionUrl: string;
};

export type SourceRules = {
  /** The only URL that a token may be asked of, and '' for none; undefined where any may be. */
  readonly externalTokenEndpoint: string | undefined;
};

/** What AWS is asked in Google's place; what is signed for another URL would be good for something else. */
export const callerIdentityUrl =
  'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15';

const awsUrls = [
  {
    name: 'url',
    pattern:
      /^http:\/\/(?:metadata\.google\.internal|169\.254\.169\.254|\[fd00:ec2::254\])\/latest\/meta-data\/iam\/security-credentials$/,
  },
  {
    name: 'region_url',
    pattern:
      /^http:\/\/(?:metadata\.google\.internal|169\.254\.169\.254|\[fd00:ec2::254\])\/latest\/meta-data\/placement\/availability-zone$/,
  },
  {
    name: 'imdsv2_session_token_url',
    pattern:
      /^(?:|http:\/\/(?:metadata\.google\.internal|169\.254\.169\.254|\[fd00:ec2::254\])\/latest\/api\/token)$/,
  },
];

/** Where pods have the token of their own ServiceAccount, which is no store's to use. */
const mountedTokens = '/secrets/kubernetes.io/serviceaccount/';

/** What is wrong with it, as ESO has it and where a token would get to where it does not belong. */
export function sourceProblems(source: Json, rules: SourceRules): readonly string[] {
  if (source['executable'] !== undefined) {
    return ['credential_source.executable is not allowed'];
  }
  const file = textOf(source['file']);
  if (textOf(source['environment_id']) !== '') return awsProblems(source);
  if (file === '' && textOf(source['url']) === '') {
    return ['one of credential_source.file, .url and .environment_id should be there'];
  }
  return [...fileProblems(file), ...endpointProblems(source, rules), ...formatProblems(source)];
}

function awsProblems(source: Json): readonly string[] {
  const verification = source['regional_cred_verification_url'] ?? callerIdentityUrl;
  return [
    ...(/^aws/i.test(textOf(source['environment_id']))
      ? []
      : ['credential_source.environment_id must start with aws']),
    ...(verification === callerIdentityUrl
      ? []
      : [`credential_source.regional_cred_verification_url is not ${callerIdentityUrl}`]),
    ...awsUrls
      .filter(({ name, pattern }) => !pattern.test(textOf(source[name])))
      .map(({ name }) => `credential_source.${name} is not the one of AWS's metadata service`),
  ];
}

function fileProblems(file: string): readonly string[] {
  return posix.normalize(file).includes(mountedTokens)
    ? ["credential_source.file is this pod's own token: name its account in serviceAccountRef"]
    : [];
}

function endpointProblems(source: Json, { externalTokenEndpoint }: SourceRules): readonly string[] {
  const url = textOf(source['url']);
  if (externalTokenEndpoint !== undefined && url !== externalTokenEndpoint) {
    return [
      `credential_source.url "${url}" is not externalTokenEndpoint "${externalTokenEndpoint}"`,
    ];
  }
  const isUsable = url === '' || (/^https?:\/\//.test(url) && URL.canParse(url));
  return isUsable ? [] : ['credential_source.url is not an http or https URL'];
}

function formatProblems(source: Json): readonly string[] {
  const { type = 'text' } = fieldsOf(source['format']);
  if (type !== 'text' && type !== 'json') return ['credential_source.format.type is unknown'];
  return type === 'json' && tokenField(source) === ''
    ? ['credential_source.format.subject_token_field_name is missing']
    : [];
}

/** Of a source without problems. */
export function credentialSource(source: Json): CredentialSource {
  if (textOf(source['environment_id']) !== '') {
    return {
      from: 'aws',
      regionUrl: textOf(source['region_url']),
      credentialsUrl: textOf(source['url']),
      sessionUrl: textOf(source['imdsv2_session_token_url']),
    };
  }
  const field = tokenField(source);
  const path = textOf(source['file']);
  if (path !== '') return { from: 'file', path, field };
  const headers = Object.entries(fieldsOf(source['headers'])).map(
    ([name, value]) => [name, textOf(value)] as const,
  );
  const url = new URL(textOf(source['url']));
  return { from: 'url', url, headers: Object.fromEntries(headers), field };
}

function tokenField(source: Json): string {
  const { type, subject_token_field_name } = fieldsOf(source['format']);
  return type === 'json' ? textOf(subject_token_field_name) : '';
}
