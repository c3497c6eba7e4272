// Owns proving an identity of AWS to Google: a signed GetCallerIdentity that Google sends on in our place (AWS SigV4).
import { signStsRequest, type AwsKeys } from '../aws-signature.ts';
import { callerIdentityUrl } from './credential-source.ts';

/** Google's name for this kind of token. */
export const awsRequestType = 'urn:ietf:params:aws:token-type:aws4_request';

/**
 * The request as the text that Google's token exchange takes for a token. It is signed with the pool's provider in it
 * (`audience`), so that it proves nothing to another one.
 */
export function awsIdentityToken(
  keys: AwsKeys,
  {
    region,
    audience,
    now,
  }: { readonly region: string; readonly audience: string; readonly now: Date },
): string {
  const url = callerIdentityUrl.replace('{region}', region);
  const headers = { 'x-goog-cloud-target-resource': audience };
  const sent = signStsRequest({ url: new URL(url), headers, body: '', region }, keys, now);
  return encodeURIComponent(
    JSON.stringify({ url, method: 'POST', headers: sent.map(([key, value]) => ({ key, value })) }),
  );
}
