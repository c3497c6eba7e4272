// Owns edits of the items of a list in a document's text (a kind List, a ResourceList): all else in it stays as it is.
import { isMap, isSeq, type Node, type YAMLSeq } from 'yaml';
import { type PlainData, toJsonText, toYamlText } from './encode.ts';
import { lineStart, nextLine, type Range, rangeOf } from './offsets.ts';
import type { ParsedYaml, YamlPath } from './parse.ts';

/** By index of an item the objects that take its place; at an index behind the last one, objects to be added. */
export type ItemEdits = ReadonlyMap<number, readonly PlainData[]>;

/**
 * The text with the edits to the list at `path`. Items keep the list's style, indentation and line ends; comments between
 * items stay; a list that loses all its items is `[]`. The text itself where there is no list at the path.
 */
export function emitItems(
  text: string,
  document: ParsedYaml,
  target: { readonly path: YamlPath; readonly edits: ItemEdits },
): string {
  const { path, edits } = target;
  const list = document.node(path);
  if (!isSeq(list) || edits.size === 0) return text;
  const added = edits.get(list.items.length) ?? [];
  const isEmptied =
    added.length === 0 && list.items.every((_, index) => edits.get(index)?.length === 0);
  if (isEmptied) return applyChanges(text, [emptied(text, list, document.node(path.slice(0, -1)))]);
  if (list.flow === true || list.items.length === 0)
    return applyChanges(text, flowChanges(list, edits, added));
  const changes = blockChanges(text, list, edits);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  return applyChanges(
    text,
    changes.map((change) => ({ ...change, text: change.text.replaceAll('\n', lineEnd) })),
  );
}

/** A text that takes the place of a range. Changes are in order and do not overlap. */
type Change = Range & { readonly text: string };

function applyChanges(text: string, changes: readonly Change[]): string {
  let output = '';
  let position = 0;
  for (const change of changes) {
    output += text.slice(position, change.start) + change.text;
    position = change.end;
  }
  return output + text.slice(position);
}

/** A block list begins on a line of its own: its `[]` must stand behind the colon of its key. */
function emptied(text: string, list: YAMLSeq, parent: Node | undefined): Change {
  const { start, end } = rangeOf(list);
  if (list.flow === true) return { start, end, text: '[]' };
  const pair = isMap(parent) ? parent.items.find(({ value }) => value === list) : undefined;
  const colon =
    pair?.srcToken?.sep?.find(({ type }) => type === 'map-value-ind')?.offset ?? start - 1;
  const endsLine = text[end - 1] === '\n';
  return {
    start: colon + 1,
    end,
    text: endsLine ? ` []${text[end - 2] === '\r' ? '\r' : ''}\n` : ' []',
  };
}

function flowChanges(
  list: YAMLSeq,
  edits: ItemEdits,
  added: readonly PlainData[],
): readonly Change[] {
  const items = list.items.map(rangeOf);
  const json = added.map(toJsonText).join(', ');
  if (items.length === 0) return [{ ...rangeOf(list), text: `[${json}]` }];
  const isKept = (index: number): boolean => edits.get(index)?.length !== 0;
  const lastKept = items.findLastIndex((_, index) => isKept(index));
  const changes: Change[] = [];
  for (const [index, { start, end }] of items.entries()) {
    const objects = edits.get(index);
    if (index > lastKept) continue;
    if (objects?.length === 0)
      changes.push({ start, end: items[index + 1]?.start ?? end, text: '' });
    else if (objects !== undefined)
      changes.push({ start, end, text: objects.map(toJsonText).join(', ') });
  }
  // What stands behind the last item that is kept goes with the removed ones, and what is added comes there.
  const from = items[lastKept]?.end ?? rangeOf(list).start + 1;
  changes.push({
    start: from,
    end: items.at(-1)?.end ?? from,
    text: json === '' ? '' : `${lastKept === -1 ? '' : ', '}${json}`,
  });
  return changes;
}

function blockChanges(text: string, list: YAMLSeq, edits: ItemEdits): readonly Change[] {
  const dashes = dashOffsets(list);
  const indent = ' '.repeat((dashes[0] ?? 0) - lineStart(text, dashes[0] ?? 0));
  const changes: Change[] = [];
  for (const [index, item] of list.items.entries()) {
    const objects = edits.get(index);
    if (objects === undefined) continue;
    const { start, end } = rangeOf(item);
    if (objects.length === 0)
      changes.push({
        start: lineStart(text, dashes[index] ?? start),
        end: nextLine(text, end),
        text: '',
      });
    else changes.push({ start, end, text: blockItems(objects, { text, start, end, indent }) });
  }
  const added = edits.get(list.items.length) ?? [];
  if (added.length > 0) {
    const end = nextLine(text, rangeOf(list.items.at(-1)).end);
    const lead = text[end - 1] === '\n' ? '' : '\n';
    changes.push({
      start: end,
      end,
      text: `${lead}${added.map((object) => `${indent}- ${indented(object, `${indent}  `)}\n`).join('')}`,
    });
  }
  return changes;
}

type BlockPlace = Range & { readonly text: string; readonly indent: string };

/** The first object stands where the item stood, others get dashes of their own. A block item ends with its line. */
function blockItems(
  objects: readonly PlainData[],
  { text, start, end, indent }: BlockPlace,
): string {
  const column = ' '.repeat(start - lineStart(text, start));
  const texts = objects.map((object, index) =>
    index === 0 ? indented(object, column) : `${indent}- ${indented(object, `${indent}  `)}`,
  );
  return `${texts.join('\n')}${text[end - 1] === '\n' ? '\n' : ''}`;
}

function indented(object: PlainData, indent: string): string {
  return toYamlText(object).trimEnd().replaceAll('\n', `\n${indent}`);
}

function dashOffsets(list: YAMLSeq): readonly number[] {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') return [];
  return token.items.flatMap(({ start }) =>
    start.filter(({ type }) => type === 'seq-item-ind').map(({ offset }) => offset),
  );
}
