// Tests by random streams that edits change what they are meant to change, and nothing else.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStream } from '../../plugin/hosts/stream.ts';
import { isRecord } from '../../plugin/k8s/object.ts';
import type { Edit, Manifest } from '../../plugin/manifest.ts';
import { SecretBytes } from '../../plugin/secret-bytes.ts';
import type { PlainData } from '../../plugin/yaml/encode.ts';
import { parseYaml } from '../../plugin/yaml/parse.ts';
import { splitStream } from '../../plugin/yaml/split.ts';

function contents(text: string): readonly unknown[] {
  const bytes = Buffer.from(text);
  return splitStream(bytes)
    .filter(({ empty }) => !empty)
    .map(({ contentStart, contentEnd }) =>
      valueOf(bytes.toString('utf8', contentStart, contentEnd)),
    );
}

function valueOf(text: string): unknown {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Error(JSON.stringify([text, parsed.problems]));
  // Through JSON: objects without a prototype are not equal to literals.
  return JSON.parse(JSON.stringify(parsed.document.value));
}

/** A document of a stream: its text, the objects in it, and whether its own end lets another begin without a marker. */
type Block = { readonly text: string; readonly names: readonly string[]; readonly isList: boolean };

const apiVersion = 'external-secrets.io/v1';
const object = (name: string): { readonly [key: string]: PlainData } => ({
  apiVersion,
  kind: 'ExternalSecret',
  metadata: { name },
});

const yamlItem = (name: string): string =>
  `apiVersion: ${apiVersion}\nkind: ExternalSecret # of ${name}\nmetadata:\n  name: "${name}"\n`;
const flowItem = (name: string): string =>
  `{apiVersion: ${apiVersion}, kind: ExternalSecret, metadata: {name: ${name}}}`;
const indented = (text: string, indent: string): string =>
  text.trimEnd().replaceAll('\n', `\n${indent}`);
const blockList = (names: readonly string[], indent: string): string =>
  `apiVersion: v1\n${names.length === 0 ? 'items: []\n' : `items: # all\n${names.map((name) => `${indent}# before ${name}\n${indent}- ${indented(yamlItem(name), `${indent}  `)}\n`).join('')}`}kind: List\n`;
const flowList = (names: readonly string[]): string =>
  `kind: List\napiVersion: v1\nitems: [${names.map(flowItem).join(', ')}]\n`;
const jsonList = (names: readonly string[]): string =>
  `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: names.map(object) }, null, 2)}\n`;

const renderings: readonly ((names: readonly string[]) => Omit<Block, 'names'>)[] = [
  ([name = '']) => ({ text: `---\n${yamlItem(name)}`, isList: false }),
  ([name = '']) => ({
    text: `--- # Source: ${name}.yaml\n\n# about ${name}\n${yamlItem(name)}`,
    isList: false,
  }),
  ([name = '']) => ({ text: `--- ${flowItem(name)}\n`, isList: false }),
  ([name = '']) => ({ text: `---\n${yamlItem(name)}...\n%YAML 1.1\n`, isList: false }),
  ([name = '']) => ({ text: `---\n${JSON.stringify(object(name))}\n`, isList: false }),
  ([name = '']) => ({ text: `---\r\n${yamlItem(name).replaceAll('\n', '\r\n')}`, isList: false }),
  (names) => ({ text: `---\n${blockList(names, '')}`, isList: true }),
  (names) => ({ text: `---\n${blockList(names, '    ')}`, isList: true }),
  (names) => ({
    text: `---\r\n${blockList(names, '  ').replaceAll('\n', '\r\n')}`,
    isList: true,
  }),
  (names) => ({ text: `---\n${flowList(names)}`, isList: true }),
  (names) => ({ text: `---\n${jsonList(names)}`, isList: true }),
];
const block = (index: number): fc.Arbitrary<Block> =>
  fc
    .tuple(fc.constantFrom(...renderings), fc.integer({ min: 1, max: 4 }))
    .map(([render, count]) => {
      const all = Array.from({ length: count }, (_, item) => `n${index}-${item}`);
      const { text, isList } = render(all);
      return { text, isList, names: isList ? all : all.slice(0, 1) };
    });
type RandomStream = { readonly blocks: readonly Block[]; readonly text: string };

const yamlStream: fc.Arbitrary<RandomStream> = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => block(index))))
  .chain((blocks) =>
    fc.record({
      blocks: fc.constant(blocks),
      head: fc.constantFrom('', '\uFEFF', '# head\n', '\n'),
      hasLastLineEnd: fc.boolean(),
    }),
  )
  .map(({ blocks, head, hasLastLineEnd }) => {
    const text = `${head}${blocks.map((one) => one.text).join('')}`.replace(/%YAML 1\.1\n$/, '');
    return { blocks, text: hasLastLineEnd ? text : text.trimEnd() };
  });
const jsonStream: fc.Arbitrary<RandomStream> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom('', '\n', ' ', '\r\n\r\n'))
  .map(([count, between]) => {
    const blocks = Array.from({ length: count }, (_, index) => ({
      text: JSON.stringify({ ...object(`n${index}-0`), note: '}{ --- "' }),
      names: [`n${index}-0`],
      isList: false,
    }));
    return { blocks, text: blocks.map(({ text }) => text).join(between) };
  });

/** What becomes of an object, by a number: it stays, it goes, or one or two Secrets take its place. */
const fate = fc.constantFrom('keep', 'drop', 'one', 'two');

function edit(kind: string, name: string): Edit | undefined {
  if (kind === 'keep') return undefined;
  if (kind === 'drop') return { kind: 'drop' };
  const secret = (suffix: string) => ({
    metadata: { name: `${name}${suffix}` },
    data: new Map([['k', SecretBytes.ofText('v')]]),
  });
  return {
    kind: 'replace',
    objects: kind === 'one' ? [secret('-a')] : [secret('-a'), secret('-b')],
  };
}

function outcome(kind: string, name: string): readonly string[] {
  if (kind === 'keep') return [`ExternalSecret ${name}`];
  if (kind === 'drop') return [];
  return kind === 'one' ? [`Secret ${name}-a`] : [`Secret ${name}-a`, `Secret ${name}-b`];
}

function namesIn(document: unknown): readonly string[] {
  if (!isRecord(document)) return ['nothing'];
  const { kind, metadata, items } = document;
  if (kind === 'List' && Array.isArray(items)) return items.flatMap(namesIn);
  return [`${String(kind)} ${isRecord(metadata) ? String(metadata['name']) : ''}`];
}

/** What must stand in the output: untouched documents, what comes before a replaced one, and the comments of items that stay. */
function standing(blocks: readonly Block[], fates: readonly string[]): readonly string[] {
  let first = 0;
  return blocks.flatMap(({ text, names }) => {
    const own = fates.slice(first, first + names.length);
    first += names.length;
    if (own.every((kind) => kind === 'drop')) return [];
    if (own.every((kind) => kind === 'keep')) return [text.replace(/%YAML 1\.1\n$/, '').trimEnd()];
    const kept = names.filter((_, index) => own[index] === 'keep');
    return [
      ...(text.match(/^.*# (?:Source|about|all).*$/gm) ?? []),
      ...(text.match(/^ *# before .*$/gm) ?? []).filter((line) =>
        kept.some((name) => line.trimEnd().endsWith(name)),
      ),
      ...(text.match(/^.*# of .*\s+metadata:.*$/gm) ?? []).filter((line) =>
        kept.some((name) => line.includes(`of ${name}`)),
      ),
    ];
  });
}

test('holds exactly the expected objects in order, and the bytes of all untouched documents', () => {
  const cases = fc
    .oneof({ weight: 4, arbitrary: yamlStream }, { weight: 1, arbitrary: jsonStream })
    .chain((stream) =>
      fc.record({
        stream: fc.constant(stream),
        fates: fc.tuple(...stream.blocks.flatMap(({ names }) => names.map(() => fate))),
      }),
    );
  fc.assert(
    fc.property(cases, ({ stream: { blocks, text }, fates }) => {
      const source = readStream(Buffer.from(text)).open([]);
      expect(source.problems).toEqual([]);
      const names = blocks.flatMap((one) => one.names);
      expect(source.manifests.length).toBe(names.length);
      const edits = new Map<Manifest, Edit>();
      for (const [index, manifest] of source.manifests.entries()) {
        const made = edit(fates[index] ?? '', names[index] ?? '');
        if (made !== undefined) edits.set(manifest, made);
      }
      const output = Buffer.from(source.emit(edits)).toString();
      expect(contents(output).flatMap(namesIn)).toEqual(
        names.flatMap((name, index) => outcome(fates[index] ?? '', name)),
      );
      expect(standing(blocks, fates).filter((piece) => !output.includes(piece))).toEqual([]);
      expect(edits.size > 0 || output === text).toBe(true);
    }),
    { numRuns: 25000 },
  );
});
