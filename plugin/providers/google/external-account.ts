// Owns a credential configuration of type `external_account`: what it says, and what is refused in it (ESO 3.5).
import { ProviderError } from '../provider.ts';
import { fieldsOf, textOf } from '../spec.ts';
import {
  credentialSource,
  sourceProblems,
  type CredentialSource,
  type SourceRules,
} from './credential-source.ts';
import { hour, jwtType, type Impersonation } from './exchange.ts';

type Json = Readonly<Record<string, unknown>>;

/** A foreign identity that Google knows by a workload identity pool. */
export type ExternalAccount = {
  /** The provider of the pool. */
  readonly audience: string;
  readonly subjectTokenType: string;
  readonly impersonation: Impersonation | undefined;
  /** `client_id:client_secret`, of workforce pools. */
  readonly client: string | undefined;
};

export type CredentialConfig = ExternalAccount & { readonly source: CredentialSource };

/** What a store says beside the configuration; beside the operator's own stands nothing. */
export type ConfigRules = SourceRules & {
  /** In the place of the configuration's own, unless ''. */
  readonly audience: string;
};

/**
 * A token goes nowhere else: in ESO `sts.<anything>` may stand here, since Google has other universes, but nobody here can
 * tell one of them from a stranger.
 */
const tokenUrl = 'https://sts.googleapis.com/v1/token';
const impersonationUrl =
  /^https:\/\/iamcredentials\.googleapis\.com\/v1\/projects\/-\/serviceAccounts\/([^\s/]+):generateAccessToken$/;

/** Throws {@link ProviderError} `credentials` with everything that is wrong; `place` says where the configuration is. */
export function credentialConfig(json: Json, place: string, rules: ConfigRules): CredentialConfig {
  const audience = rules.audience || textOf(json['audience']);
  const source = fieldsOf(json['credential_source']);
  const problems = [
    ...(json['type'] === 'external_account' ? [] : ['type is not external_account']),
    ...(audience === '' ? ['audience is empty'] : []),
    ...urlProblems(json),
    ...sourceProblems(source, rules),
  ];
  if (problems.length > 0) {
    const message = `${place} is no credential configuration that can be used: ${problems.join('; ')}`;
    throw new ProviderError('credentials', message);
  }
  return {
    audience,
    subjectTokenType: textOf(json['subject_token_type']) || jwtType,
    impersonation: impersonationOf(json),
    client: clientOf(json),
    source: credentialSource(source),
  };
}

function urlProblems(json: Json): readonly string[] {
  const own = json['token_url'] ?? tokenUrl;
  const impersonation = json['service_account_impersonation_url'] ?? '';
  const universe = json['universe_domain'] ?? 'googleapis.com';
  return [
    ...(own === tokenUrl ? [] : [`token_url is not ${tokenUrl}`]),
    ...(impersonation === '' || impersonatedBy(impersonation) !== undefined
      ? []
      : ['service_account_impersonation_url is not one of iamcredentials.googleapis.com']),
    ...(universe === 'googleapis.com' ? [] : ['universe_domain is not googleapis.com']),
  ];
}

/** The service account that a URL of generateAccessToken names. */
export function impersonatedBy(url: unknown): string | undefined {
  return impersonationUrl.exec(textOf(url))?.[1];
}

function impersonationOf(json: Json): Impersonation | undefined {
  const email = impersonatedBy(json['service_account_impersonation_url']);
  const { token_lifetime_seconds } = fieldsOf(json['service_account_impersonation']);
  const lifetime =
    typeof token_lifetime_seconds === 'number' ? { lifetimeSeconds: token_lifetime_seconds } : hour;
  return email === undefined ? undefined : { email, ...lifetime };
}

function clientOf(json: Json): string | undefined {
  const id = textOf(json['client_id']);
  return id === '' ? undefined : `${id}:${textOf(json['client_secret'])}`;
}
