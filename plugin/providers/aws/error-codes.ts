// Owns which of AWS's error codes stands for which class of error.
import type { ProviderErrorCode } from '../provider.ts';

/**
 * AWS's own codes, of Secrets Manager, Systems Manager, STS and what all services share, without the `Exception` that some
 * services, and the SDK, put behind them.
 */
const meanings: readonly (readonly [ProviderErrorCode, readonly string[]])[] = [
  ['denied', ['AccessDenied', 'NotAuthorized']],
  [
    'unauthenticated',
    [
      'ExpiredToken',
      'IDPRejectedClaim',
      'IncompleteSignature',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'InvalidIdentityToken',
      'InvalidSignature',
      'MissingAuthenticationToken',
      'NotSignedUp',
      'OptInRequired',
      'RequestExpired',
      'SignatureDoesNotMatch',
      'UnrecognizedClient',
    ],
  ],
  [
    'throttled',
    [
      'BandwidthLimitExceeded',
      'PriorRequestNotComplete',
      'RequestLimitExceeded',
      'RequestThrottled',
      'SlowDown',
      'Throttling',
      'TooManyRequests',
    ],
  ],
  [
    'unavailable',
    [
      'IDPCommunicationError',
      'InternalFailure',
      'InternalServerError',
      'InternalServiceError',
      'RequestTimeout',
      'ServiceUnavailable',
    ],
  ],
  [
    'invalid',
    [
      'InvalidAction',
      'InvalidFilterKey',
      'InvalidFilterOption',
      'InvalidFilterValue',
      'InvalidKeyId',
      'InvalidNextToken',
      'InvalidParameter',
      'InvalidParameterValue',
      'InvalidRequest',
      'InvalidResourceId',
      'InvalidResourceType',
      'Serialization',
      'UnknownOperation',
      'Validation',
      'ValidationError',
    ],
  ],
];

const codes: ReadonlyMap<string, ProviderErrorCode> = new Map(
  meanings.flatMap(([code, names]) => names.map((name) => [name, code] as const)),
);

/** What AWS's own error code means; undefined for one that is not known. */
export function codeNamed(name: string): ProviderErrorCode | undefined {
  return codes.get(name.replace(/Exception$/, ''));
}
