// Owns what an error of AWS or of its SDK means: ProviderError, with a message that is safe to show.
import { isRecord } from '../../k8s/object.ts';
import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { networkMeaning, type Meaning } from '../http/network-error.ts';
import { codeNamed } from './error-codes.ts';

/** Where an error came up. */
export type ErrorPlace = {
  readonly region: string;
  /** Stands before the message. */
  readonly attempt: string | undefined;
};

const longestMessage = 500;

/**
 * Only messages that AWS wrote are passed on. Those of a JSON parser quote the answer, and the answer may
 * hold a secret, so the error itself is no cause either: it carries the whole response.
 */
export function toProviderError(error: unknown, { region, attempt }: ErrorPlace): ProviderError {
  const { code, text } = meaningOf(error, region);
  const message = attempt === undefined ? text : `${attempt}: ${text}`;
  const retryAfterMs = retryAfterOf(error);
  return new ProviderError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** An error that AWS reports inside an answer, by AWS's own code. */
export function reportedError(name: string, message: string): ProviderError {
  return new ProviderError(codeNamed(name) ?? 'failed', describe(name, message));
}

/** What the request gives, or undefined where AWS answers with an error that says that there is no such thing. */
export async function unlessAbsent<T>(
  saysAbsent: (name: string, message: string) => boolean,
  request: Promise<T>,
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && saysAbsent(error.name, error.message)) return undefined;
    throw error;
  }
}

function meaningOf(error: unknown, region: string): Meaning {
  if (!(error instanceof Error)) return { code: 'failed', text: 'the AWS SDK failed' };
  const { name, message } = error;
  const status = statusOf(error);
  if ('$fault' in error && name !== 'Unknown') {
    return { code: codeNamed(name) ?? codeOfStatus(status), text: describe(name, message) };
  }
  const network = networkMeaning(error);
  if (network !== undefined) return withRegion(network, { error, region });
  if (status !== undefined) {
    return {
      code: codeOfStatus(status),
      text: `HTTP ${status} with an answer not to be understood`,
    };
  }
  if (name === 'AbortError') return { code: 'timeout', text: 'the request was given up' };
  // What the SDK's rules say of region, FIPS, dual stack and endpoint.
  if (name === 'EndpointError') {
    return { code: 'invalid', text: `no endpoint of AWS: ${oneLine(message)}` };
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return { code: 'credentials', text: `no credentials of AWS: ${oneLine(message)}` };
  }
  return { code: 'failed', text: `the AWS SDK failed with ${oneLine(name)}` };
}

function withRegion(
  { code, text }: Meaning,
  { error, region }: { readonly error: Error; readonly region: string },
): Meaning {
  const isOfRegion = 'hostname' in error && String(error.hostname).includes(region);
  return { code, text: isOfRegion ? `${text}: is the region "${region}" right?` : text };
}

/** Of an answer that does not name its error, or that cannot be read at all: one cut short comes with 200. */
function codeOfStatus(status: number | undefined): ProviderErrorCode {
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return 'denied';
    case 429:
      return 'throttled';
    case 200:
    case 408:
      return 'unavailable';
    default:
      return status !== undefined && status >= 500 ? 'unavailable' : 'failed';
  }
}

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status = isRecord(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The form in seconds; AWS uses no other. */
function retryAfterOf(error: unknown): number | undefined {
  const response = error instanceof Error && '$response' in error ? error.$response : undefined;
  const headers = isRecord(response) ? response['headers'] : undefined;
  const seconds = isRecord(headers) ? headers['retry-after'] : undefined;
  return typeof seconds === 'string' && /^\d{1,6}$/.test(seconds)
    ? Number(seconds) * 1000
    : undefined;
}

function describe(name: string, message: string): string {
  const text = oneLine(message);
  return text === '' || text === 'UnknownError' ? oneLine(name) : `${oneLine(name)}: ${text}`;
}

/**
 * The first line, since a refused signature is followed by the request with its token; without what ESO
 * takes out (request ID, credential scope), without a quoted parameter (STS quotes the token), and
 * without what a credential process was called with.
 */
function oneLine(message: string): string {
  const [line = ''] = message.trim().split('\n', 1);
  return line
    .replaceAll(/request id: \S+/gi, '')
    .replace(/ Credential=.*/, '')
    .replace(/Value '.*' at/, 'Value at')
    .replace(/^(Command failed).*/, '$1')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, longestMessage)
    .trim();
}
