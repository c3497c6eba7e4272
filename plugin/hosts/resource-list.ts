// Owns the ResourceList of the KRM Functions Specification: its items as manifests, and the list with edits and results.
import { isRecord } from '../k8s/object.ts';
import { objectManifest } from '../k8s/rendered-object.ts';
import type { Edit, Manifest, Source } from '../manifest.ts';
import type { Result } from '../results.ts';
import type { PlainData } from '../yaml/encode.ts';
import { emitEntry } from '../yaml/entry.ts';
import { emitItems } from '../yaml/items.ts';
import { type ParsedYaml, parseYaml } from '../yaml/parse.ts';
import { inPlaceOf, isKustomizes, itemFile } from './krm-annotations.ts';
import { krmResults } from './krm-results.ts';

type Edits = ReadonlyMap<Manifest, Edit>;

export type ResourceListSource = Source & {
  readonly functionConfig: Manifest | undefined;
  /** The host knows files from which its items come, and may write the answer into them. */
  readonly hasFiles: boolean;
  /**
   * The whole list with the edits and, as its `results`, the findings. No bytes at all where the input cannot be
   * read: a host takes an answer with fewer items as the wish to delete the others.
   */
  readonly emitWithResults: (edits: Edits, results: readonly Result[]) => Uint8Array;
};

/** The list as it was read; each item as a manifest, by its index, and each ExternalSecret of the functionConfig. */
type Opened = {
  readonly text: string;
  readonly document: ParsedYaml;
  readonly list: Readonly<Record<string, unknown>>;
  readonly items: readonly Manifest[];
  readonly configured: readonly Manifest[];
};

/** Reads a ResourceList of UTF-8 YAML or JSON. What cannot be read is in `problems`. */
export function openResourceList(bytes: Uint8Array): ResourceListSource {
  const text = decode(bytes);
  if (text === undefined)
    return unreadable([{ ...syntaxError, message: 'the input is not UTF-8' }]);
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    return unreadable(
      parsed.problems.map(({ message, line, column }) => ({
        ...syntaxError,
        message,
        place: { document: 1, line, column },
      })),
    );
  }
  return sourceOf(opened(text, parsed.document));
}

const syntaxError = { code: 'SYNTAX', severity: 'error' } as const;

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unreadable(problems: readonly Result[]): ResourceListSource {
  const nothing = (): Uint8Array => new Uint8Array();
  return {
    functionConfig: undefined,
    hasFiles: false,
    manifests: [],
    problems,
    emit: nothing,
    emitWithResults: nothing,
  };
}

function opened(text: string, document: ParsedYaml): Opened {
  const list = isRecord(document.value) ? document.value : {};
  const values: readonly unknown[] = Array.isArray(list['items']) ? list['items'] : [];
  const items = values.map((value, item): Manifest => {
    const file = itemFile(value);
    const here = { document: 1, item, origin: file === undefined ? {} : { file } };
    return {
      value,
      locate: (path) => ({ ...here, ...document.locate(['items', item, ...path]) }),
    };
  });
  return {
    text,
    document,
    list,
    items,
    configured: configuredIn(list['functionConfig'], document),
  };
}

/** What a generator makes Secrets of (docs/configuration.md): it is sent no resources, and its configuration holds them. */
function configuredIn(config: unknown, document: ParsedYaml): readonly Manifest[] {
  const spec = isRecord(config) && config['kind'] === 'RenderConfig' ? config['spec'] : undefined;
  const values: unknown = isRecord(spec) ? spec['externalSecrets'] : undefined;
  if (!Array.isArray(values)) return [];
  const place = ['functionConfig', 'spec', 'externalSecrets'];
  return values.map((value: unknown, index): Manifest => ({
    value,
    locate: (path) => ({ document: 1, origin: {}, ...document.locate([...place, index, ...path]) }),
  }));
}

function sourceOf(input: Opened): ResourceListSource {
  const functionConfig = configOf(input);
  const emitWithResults: ResourceListSource['emitWithResults'] = (edits, results) => {
    return Buffer.from(withResults(withEdits(input, edits), input, krmResults(results)));
  };
  return {
    functionConfig,
    hasFiles: input.items.some(({ value }) => itemFile(value) !== undefined),
    // The configuration of a generator, and of kpt's, is an item too.
    manifests: [
      ...input.items.filter(({ value }) => !isSameObject(value, functionConfig?.value)),
      ...input.configured,
    ],
    problems: problemsOf(input),
    emit: (edits) => emitWithResults(edits, []),
    emitWithResults,
  };
}

function configOf({ list, document }: Opened): Manifest | undefined {
  const value = list['functionConfig'] ?? undefined;
  if (value === undefined) return undefined;
  return {
    value,
    locate: (path) => ({ document: 1, ...document.locate(['functionConfig', ...path]) }),
  };
}

function isSameObject(item: unknown, config: unknown): boolean {
  if (!isRecord(item) || !isRecord(config)) return false;
  const own = isRecord(item['metadata']) ? item['metadata'] : {};
  const other = isRecord(config['metadata']) ? config['metadata'] : {};
  return (
    item['apiVersion'] === config['apiVersion'] &&
    item['kind'] === config['kind'] &&
    own['name'] === other['name'] &&
    own['namespace'] === other['namespace']
  );
}

function problemsOf({ list, items, document }: Opened): readonly Result[] {
  const schemaError = { code: 'SCHEMA', severity: 'error' } as const;
  const given = list['items'] ?? undefined;
  if (given !== undefined && !Array.isArray(given)) {
    const place = { document: 1, ...document.locate(['items']) };
    return [
      { ...schemaError, message: 'items of a ResourceList is a list', place, field: 'items' },
    ];
  }
  return items
    .filter(({ value }) => !isRecord(value))
    .map(({ locate }) => ({
      ...schemaError,
      message: 'an item of a ResourceList is an object',
      place: locate([]),
    }));
}

/** An answer without `items` is refused by kpt and taken for a resource by kustomize. */
function withEdits({ text, document, list, items, configured }: Opened, edits: Edits): string {
  const isTransformed = items.some(({ value }) => isKustomizes(value));
  const objectsOf = (manifest: Manifest): readonly PlainData[] | undefined => {
    const edit = edits.get(manifest);
    if (edit === undefined) return undefined;
    const objects = edit.kind === 'replace' ? edit.objects : [];
    return inPlaceOf(manifest.value, objects, isTransformed).map(objectManifest);
  };
  const added = configured.flatMap((manifest) => objectsOf(manifest) ?? []);
  if ((list['items'] ?? undefined) === undefined)
    return emitEntry(text, document, { key: 'items', value: added });
  const changed = new Map<number, readonly PlainData[]>();
  for (const [index, manifest] of items.entries()) {
    const objects = objectsOf(manifest);
    if (objects !== undefined) changed.set(index, objects);
  }
  if (added.length > 0) changed.set(items.length, added);
  return emitItems(text, document, { path: ['items'], edits: changed });
}

/** Results of the function before this one are its own, and go. */
function withResults(edited: string, input: Opened, results: readonly PlainData[]): string {
  if (results.length === 0 && !('results' in input.list)) return edited;
  const parsed = edited === input.text ? input.document : reparsed(edited);
  return parsed === undefined
    ? edited
    : emitEntry(edited, parsed, { key: 'results', value: results });
}

function reparsed(text: string): ParsedYaml | undefined {
  const parsed = parseYaml(text);
  return parsed.ok ? parsed.document : undefined;
}
