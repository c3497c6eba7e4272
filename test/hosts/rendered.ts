// Owns reading what a host printed: its objects, and the values of its Secrets.
import { parseAllDocuments } from 'yaml';

export type Rendered = {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
};

export function objectsOf(text: string): readonly Rendered[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value = document.toJS() as Rendered | null;
    return value === null ? [] : [value];
  });
}

/** `Secret shop/database`. */
export function nameOf({ kind, metadata: { namespace, name } }: Rendered): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** Of each object, in the order in which they were printed. */
export function namesOf(objects: readonly Rendered[]): readonly string[] {
  return objects.map(nameOf);
}

/** The values of the only Secret of that name, as text. */
export function secretOf(objects: readonly Rendered[], name: string): Record<string, string> {
  const found = objects.filter(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} Secrets ${name}`);
  const entries = Object.entries(found[0]?.data ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}
