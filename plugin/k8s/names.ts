// Owns the syntax of names, keys and labels as the API server checks them (k8s.io/apimachinery validation).

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dataKey = /^[-._a-zA-Z0-9]+$/;
const qualified = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Name of an object: a DNS subdomain of at most 253 characters. */
export function isSubdomain(name: string): boolean {
  return name.length <= 253 && subdomain.test(name);
}

/** Name of a namespace: a DNS label of at most 63 characters. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && label.test(name);
}

/** Key in the data of a Secret or ConfigMap: it becomes a file's name, so `.` and what begins with `..` are refused. */
export function isDataKey(key: string): boolean {
  return key.length <= 253 && dataKey.test(key) && key !== '.' && !key.startsWith('..');
}

/** Key of a label or annotation, name of a finalizer: `[prefix/]name`. */
export function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2 || name.length > 63 || !qualified.test(name)) return false;
  return parts.length === 1 || isSubdomain(parts[0] ?? '');
}

export function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && qualified.test(value));
}
