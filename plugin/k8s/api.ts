// Owns the addresses of the Kubernetes API, and what its errors say.
import { isRecord } from './object.ts';

/** A kind of object as the API serves it. `group` is '' for the core group. */
export type ApiResource = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
};

export const secrets: ApiResource = core('secrets', 'Secret');
export const configMaps: ApiResource = core('configmaps', 'ConfigMap');
export const namespaces: ApiResource = core('namespaces', 'Namespace');
export const serviceAccounts: ApiResource = core('serviceaccounts', 'ServiceAccount');

function core(plural: string, kind: string): ApiResource {
  return { group: '', version: 'v1', plural, kind };
}

/** A list where `name` is absent. */
export type ApiPath = {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
};

/** Every part is to be one for which {@link isPathSegment} holds. */
export function apiPath(
  { group, version, plural }: ApiResource,
  { namespace, name, subresource }: ApiPath,
): string {
  return [
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ].join('/');
}

/** Whether a name stays one step of a path (apimachinery's IsValidPathSegmentName). */
export function isPathSegment(name: string): boolean {
  return !['', '.', '..'].includes(name) && !/[/%]/.test(name);
}

/** `secretstores.external-secrets.io`, as RBAC and kubectl write it. */
export function resourceName({ group, plural }: ApiResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** The API's own object for what went wrong (meta/v1 Status); undefined where an answer is none. */
export function statusIn(
  json: unknown,
): { readonly reason: string; readonly message: string } | undefined {
  if (!isRecord(json) || json['kind'] !== 'Status') return undefined;
  const { reason, message } = json;
  return {
    reason: typeof reason === 'string' ? reason : '',
    message: typeof message === 'string' ? message : '',
  };
}
