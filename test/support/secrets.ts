// Owns reading the Secrets in an output, by a YAML parser that is not set up by the program itself.
import { parseAllDocuments } from 'yaml';

/** A Secret of the output, with what is absent filled in as Kubernetes means it. */
export type OutputSecret = {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
};

type Manifest = {
  readonly kind?: string;
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: OutputSecret['data'];
  readonly metadata?: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: OutputSecret['labels'];
    readonly annotations?: OutputSecret['annotations'];
  };
};

function documentsIn(stream: string): readonly Manifest[] {
  const documents = parseAllDocuments(stream, { version: '1.1' });
  return Array.isArray(documents)
    ? documents
        .map((document) => document.toJS() as Manifest | null)
        .filter((value) => value !== null)
    : [];
}

export function secretsIn(stream: string): readonly OutputSecret[] {
  return documentsIn(stream)
    .filter(({ kind }) => kind === 'Secret')
    .map(({ type, immutable, data, metadata }) => ({
      name: metadata?.name ?? '',
      namespace: metadata?.namespace ?? 'default',
      type: type ?? 'Opaque',
      immutable: immutable ?? false,
      labels: metadata?.labels ?? {},
      annotations: metadata?.annotations ?? {},
      data: data ?? {},
    }));
}
