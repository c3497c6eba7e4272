// Owns what target.template changes in an object of another kind than Secret, in ESO's order (2.9).
import { isBranch, sealed, type SecretTree, sortedEntries, textLeaf } from '../k8s/secret-tree.ts';
import type { Path } from '../place.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import { readYamlData } from '../yaml/read-data.ts';
import type { SecretMap } from './keys.ts';
import type { Finding } from './subject.ts';
import { templateTarget, type TemplateTarget } from './target-kind.ts';
import { type Change, type TargetPath, withEntries } from './target-path.ts';
import {
  executePiece,
  type Piece,
  renderPiece,
  templateFromPieces,
  textOf,
  type TemplateSources,
} from './template.ts';
import type { RenderText } from './text.ts';
import type { Template, TemplateFrom } from './types.ts';

/** Something to set in the object. */
export type TargetChange = {
  /** Of the text in the manifest that it comes from; starts at the target. */
  readonly place: Path;
  readonly path: TargetPath;
  readonly change: Change;
};

type Input = {
  readonly template: Template;
  readonly data: SecretMap;
  readonly sources: TemplateSources;
  readonly renderText: RenderText;
};

type Changes = {
  readonly changes: readonly TargetChange[];
  /** Paths start at the target. */
  readonly findings: readonly Finding[];
};

/** templateFrom in order, then template.data. Unlike in a Secret the provider's data is in it only where a text has put it there. */
export function templateChanges(input: Input): Changes {
  const { templateFrom = [], data = {} } = input.template;
  const texts = Object.entries(data).map(([key, text]): ValueText => {
    const place = ['template', 'data', key];
    return { place, name: key, text, isSecret: false };
  });
  return together([
    ...templateFrom.map((from, index) =>
      fromChanges(from, input, ['template', 'templateFrom', index]),
    ),
    valueChanges(texts, input, { target: dataTarget, path: ['template', 'data'] }),
  ]);
}

const dataTarget: TemplateTarget = { path: ['data'], isTextMap: true, isMap: true };

function together(all: readonly Changes[]): Changes {
  return {
    changes: all.flatMap(({ changes }) => changes),
    findings: all.flatMap(({ findings }) => findings),
  };
}

function failed({ path, message }: { readonly path: Path; readonly message: string }): Changes {
  return { changes: [], findings: [{ code: 'TEMPLATE', path, message }] };
}

/** Where a text goes, and where it stands in the manifest. */
type Destination = { readonly target: TemplateTarget; readonly path: Path };

/** The literal, and then configMap and secret. */
function fromChanges({ literal, ...files }: TemplateFrom, input: Input, path: Path): Changes {
  const outcome = templateTarget(files.target);
  if (!outcome.ok) return failed({ path: [...path, 'target'], message: outcome.message });
  const { target } = outcome;
  const fromFiles = filesChanges(files, input, { target, path });
  if (literal === undefined) return fromFiles;
  const piece: Piece = {
    path: [...path, 'literal'],
    target: 'data',
    text: literal,
    name: 'literal',
    decodingStrategy: files.valuesDecodingStrategy ?? 'None',
  };
  return together([literalChanges(piece, target, input), fromFiles]);
}

function literalChanges(
  piece: Piece,
  target: TemplateTarget,
  { data, renderText }: Input,
): Changes {
  const { path } = piece;
  if (target.isTextMap) {
    const rendered = renderPiece(piece, data, renderText);
    if (!rendered.ok) return failed({ path, message: rendered.message });
    return { changes: [entriesChange(rendered.map, { target, path })], findings: [] };
  }
  const rendered = executePiece(piece, data, renderText);
  if (!rendered.ok) return failed({ path, message: rendered.message });
  const parsed = readYamlData(textOf(rendered.value));
  if (!parsed.ok)
    return failed({ path, message: `the rendered text is not YAML: ${parsed.message}` });
  return { changes: [structureChange(sealed(parsed.value), { target, path })], findings: [] };
}

function entriesChange(texts: SecretMap, { target, path }: Destination): TargetChange {
  const entries = new Map([...texts].map(([key, value]) => [key, textLeaf(value)]));
  return { place: path, path: target.path, change: withEntries(entries) };
}

/** Two maps become one; but at the top of the object, and where one of the two is none, the new takes the place of the old. */
function structureChange(made: SecretTree, { target, path }: Destination): TargetChange {
  const merges = target.path.length > 1;
  const change: Change = (before) =>
    merges && isBranch(before) && isBranch(made) ? new Map([...before, ...made]) : made;
  return { place: path, path: target.path, change };
}

/** What configMap and secret give are keys and texts, and these are templates again. */
function filesChanges(files: TemplateFrom, input: Input, { target, path }: Destination): Changes {
  const { pieces, problems } = templateFromPieces(files, input.sources, path);
  const findings: Finding[] = [...problems];
  const texts = new Map<string, ValueText>();
  for (const piece of pieces) {
    const rendered = renderPiece(piece, input.data, input.renderText);
    if (!rendered.ok)
      findings.push({ code: 'TEMPLATE', path: piece.path, message: rendered.message });
    else
      for (const [key, value] of rendered.map)
        texts.set(key, { place: piece.path, name: key, text: value, isSecret: true });
  }
  const again = sortedEntries(texts).map(([, text]) => text);
  return together([{ changes: [], findings }, valueChanges(again, input, { target, path })]);
}

type ValueText = {
  readonly place: Path;
  readonly name: string;
  readonly text: string | SecretBytes;
  /** The text has values in it. */
  readonly isSecret: boolean;
};

/** Entries of a map of the target; or the target itself, as the YAML that the rendered text is, or else as text. */
function valueChanges(
  texts: readonly ValueText[],
  { data, renderText }: Input,
  destination: Destination,
): Changes {
  const entries = new Map<string, SecretBytes>();
  const findings: Finding[] = [];
  for (const { place, ...text } of texts) {
    const rendered = executePiece(text, data, renderText);
    if (rendered.ok) entries.set(text.name, rendered.value);
    else findings.push({ code: 'TEMPLATE', path: place, message: rendered.message });
  }
  if (entries.size === 0) return { changes: [], findings };
  if (destination.target.isMap) return { changes: [entriesChange(entries, destination)], findings };
  return {
    changes: [...entries.values()].map((value) => valueChange(value, destination)),
    findings,
  };
}

function valueChange(value: SecretBytes, { target, path }: Destination): TargetChange {
  const parsed = readYamlData(textOf(value));
  const made = parsed.ok ? sealed(parsed.value) : textLeaf(value);
  return { place: path, path: target.path, change: () => made };
}
