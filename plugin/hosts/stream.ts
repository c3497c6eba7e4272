// Owns the plain stream: its documents that may concern us as manifests, and the stream with its edits.
import { groupOf, isRecord } from '../k8s/object.ts';
import { objectManifest } from '../k8s/rendered-object.ts';
import type { Edit, Manifest, Source } from '../manifest.ts';
import type { Path, Place } from '../place.ts';
import type { Result } from '../results.ts';
import { emitStream, type SliceEdit } from '../yaml/emit.ts';
import type { PlainData } from '../yaml/encode.ts';
import { emitItems } from '../yaml/items.ts';
import { mentions, namesOwnKind, ownWords } from '../yaml/mention.ts';
import { type ParsedYaml, parseYaml } from '../yaml/parse.ts';
import { type Slice, splitStream } from '../yaml/split.ts';

/** Kinds that our resources may look up, and the words one of which stands in a resource that does so; none stands for always. */
const lookUpKinds: readonly (readonly [kind: string, words: readonly string[]])[] = [
  ['Secret', []],
  ['ConfigMap', ['configMap', 'ConfigMap', 'credConfig']],
  ['Namespace', ['ClusterExternalSecret', 'conditions']],
  ['ServiceAccount', ['serviceAccount']],
];

/** All of them, where something outside the stream may look them up. */
export const everyLookUpKind: readonly string[] = lookUpKinds.map(([kind]) => kind);

/** The word that stands in an object of any kind: where a target.manifest may name it, every document is looked at. */
const anyKind: (typeof lookUpKinds)[number] = ['kind', ['manifest']];

/** A stream whose own documents are found, and none is parsed yet. */
export type Stream = {
  /** Kinds that its own documents may look up, in this stream or in another of the same input. */
  readonly lookUps: readonly string[];
  /** Reads its own documents, those that may be of these kinds, and those that may be meant for us and miss the group. */
  readonly open: (lookUps: readonly string[]) => Source;
};

/** A document with the manifests in it: itself, or the items of a List. */
type Piece = {
  readonly index: number;
  readonly text: string;
  readonly document: ParsedYaml;
  readonly manifests: readonly Manifest[];
  readonly isList: boolean;
};

/** Splits a stream of UTF-8 documents. `file` is its name in messages; none for standard input. */
export function readStream(bytes: Uint8Array, file?: string): Stream {
  const slices = splitStream(bytes);
  const contentOf = ({ start, end }: Slice): Uint8Array => bytes.subarray(start, end);
  const own = slices.filter((slice) => !slice.empty && mentions(contentOf(slice), ownWords));
  const isWanted = (words: readonly string[]): boolean =>
    words.length === 0 || own.some((slice) => mentions(contentOf(slice), words));
  return {
    lookUps:
      own.length === 0
        ? []
        : [...lookUpKinds, anyKind].filter(([, words]) => isWanted(words)).map(([kind]) => kind),
    open: (lookUps) => openStream({ bytes, slices, file, own: new Set(own), lookUps }),
  };
}

type Opening = {
  readonly bytes: Uint8Array;
  readonly slices: readonly Slice[];
  readonly file: string | undefined;
  readonly own: ReadonlySet<Slice>;
  readonly lookUps: readonly string[];
};

/** What may be ours and cannot be read is a problem; what is foreign and cannot be read is not ours to judge. */
function openStream({ bytes, slices, file, own, lookUps }: Opening): Source {
  const pieces: Piece[] = [];
  const problems: Result[] = [];
  const isWanted = (slice: Slice): boolean => {
    const content = bytes.subarray(slice.start, slice.end);
    return own.has(slice) || mentions(content, lookUps) || namesOwnKind(content);
  };
  for (const [index, slice] of slices.entries()) {
    if (slice.empty || !isWanted(slice)) continue;
    const outcome = openDocument({
      index,
      text: decode(bytes, slice),
      place: placer(file, index + 1, slice),
    });
    if (outcome.ok) pieces.push(outcome.piece);
    if (own.has(slice)) problems.push(...outcome.problems);
  }
  return {
    manifests: pieces.flatMap(({ manifests }) => manifests),
    problems,
    emit: (edits) => emitStream(bytes, slices, streamEdits(pieces, edits)),
  };
}

type Placed = {
  readonly index: number;
  readonly text: string;
  readonly place: (
    position: { readonly line: number; readonly column: number },
    item?: number,
  ) => Place;
};

function decode(bytes: Uint8Array, { contentStart, contentEnd }: Slice): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    bytes.subarray(contentStart, contentEnd),
  );
}

function placer(file: string | undefined, document: number, slice: Slice): Placed['place'] {
  return ({ line, column }, item) => ({
    ...(file === undefined ? {} : { file }),
    document,
    ...(item === undefined ? {} : { item }),
    line: slice.line + line - 1,
    column,
  });
}

type DocumentOutcome =
  | { readonly ok: true; readonly piece: Piece; readonly problems: readonly Result[] }
  | { readonly ok: false; readonly problems: readonly Result[] };

function openDocument({ index, text, place }: Placed): DocumentOutcome {
  const parsed = parseYaml(text);
  if (!parsed.ok) {
    return {
      ok: false,
      problems: parsed.problems.map(({ message, line, column }) => ({
        code: 'SYNTAX',
        severity: 'error',
        message,
        place: place({ line, column }),
      })),
    };
  }
  const { document } = parsed;
  const items = listItems(document.value);
  const manifests: readonly Manifest[] =
    items === undefined
      ? [{ value: document.value, locate: (path) => place(document.locate(path)) }]
      : items.map((value, item) => ({
          value,
          locate: (path: Path) => place(document.locate(['items', item, ...path]), item),
        }));
  const problems = manifests
    .filter(({ value }) => isNestedList(value))
    .map((manifest): Result => ({
      code: 'UNSUPPORTED',
      severity: 'error',
      message:
        'a List within a List: hosts unpack one level only, so what is in here would not be rendered',
      place: manifest.locate([]),
    }));
  return {
    ok: true,
    piece: { index, text, document, manifests, isList: items !== undefined },
    problems,
  };
}

/** The items of a `List` or `SecretList`: of any kind with that ending that has a list of items. */
function listItems(value: unknown): readonly unknown[] | undefined {
  if (!isRecord(value) || typeof value['kind'] !== 'string' || !value['kind'].endsWith('List'))
    return undefined;
  return Array.isArray(value['items']) ? value['items'] : undefined;
}

function isNestedList(value: unknown): boolean {
  const items = listItems(value) ?? [];
  return items.some(
    (item) =>
      isRecord(item) &&
      typeof item['apiVersion'] === 'string' &&
      groupOf(item['apiVersion']).endsWith('external-secrets.io'),
  );
}

function streamEdits(
  pieces: readonly Piece[],
  edits: ReadonlyMap<Manifest, Edit>,
): ReadonlyMap<number, SliceEdit> {
  const changed = pieces.filter(({ manifests }) =>
    manifests.some((manifest) => edits.has(manifest)),
  );
  return new Map(
    changed.map((piece) => [
      piece.index,
      piece.isList
        ? listEdit(piece, edits)
        : piece.manifests.flatMap((manifest) => objectsOf(edits.get(manifest))),
    ]),
  );
}

/** A List that loses all its items goes as a whole. */
function listEdit(
  { text, document, manifests }: Piece,
  edits: ReadonlyMap<Manifest, Edit>,
): SliceEdit {
  const itemEdits = new Map<number, readonly PlainData[]>();
  for (const [index, manifest] of manifests.entries()) {
    if (edits.has(manifest)) itemEdits.set(index, objectsOf(edits.get(manifest)));
  }
  const isEmptied =
    itemEdits.size === manifests.length &&
    [...itemEdits.values()].every(({ length }) => length === 0);
  return isEmptied ? [] : emitItems(text, document, { path: ['items'], edits: itemEdits });
}

function objectsOf(edit: Edit | undefined): readonly PlainData[] {
  return edit?.kind === 'replace' ? edit.objects.map(objectManifest) : [];
}
