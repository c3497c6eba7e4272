// Owns what target.template changes in an object of another kind than Secret, in ESO's order (2.9).
import { isBranch, sealed, type SecretTree, sortedEntries, textLeaf } from '../k8s/secret-tree.ts';
import type { Path } from '../place.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import { readYamlData } from '../yaml/read-data.ts';
import type { SecretMap } from './keys.ts';
import type { Finding } from './subject.ts';
import { templateTarget, type TemplateTarget } from './target-kind.ts';
import type { TargetPath } from './target-path.ts';
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
  readonly change: (before: SecretTree | undefined) => SecretTree;
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
  return together([
    ...templateFrom.map((from, index) =>
      fromChanges(from, input, ['template', 'templateFrom', index]),
    ),
    ...Object.entries(data).map(([key, text]) => {
      const place = ['template', 'data', key];
      return valueChanges({ place, key, text, target: dataTarget }, input);
    }),
  ]);
}

const dataTarget: TemplateTarget = { path: ['data'], isTextMap: true, isMap: true };

function together(all: readonly Changes[]): Changes {
  return {
    changes: all.flatMap(({ changes }) => changes),
    findings: all.flatMap(({ findings }) => findings),
  };
}

/** The literal, and then configMap and secret. */
function fromChanges({ literal, ...files }: TemplateFrom, input: Input, path: Path): Changes {
  const outcome = templateTarget(files.target);
  if (!outcome.ok) return failed({ path: [...path, 'target'], message: outcome.message });
  const { target } = outcome;
  return together([
    ...(literal === undefined
      ? []
      : [literalChanges({ literal, ...files }, input, { target, path: [...path, 'literal'] })]),
    filesChanges(files, input, { target, path }),
  ]);
}

type Destination = { readonly target: TemplateTarget; readonly path: Path };

function failed({ path, message }: { readonly path: Path; readonly message: string }): Changes {
  return { changes: [], findings: [{ code: 'TEMPLATE', path, message }] };
}

function literalChanges(
  from: TemplateFrom & { readonly literal: string },
  input: Input,
  { target, path }: Destination,
): Changes {
  const { literal, valuesDecodingStrategy = 'None' } = from;
  const piece: Piece = {
    path,
    target: 'data',
    text: literal,
    decodingStrategy: valuesDecodingStrategy,
  };
  if (target.isTextMap) {
    const rendered = renderPiece(piece, input.data, input.renderText);
    if (!rendered.ok) return failed({ path, message: rendered.message });
    return {
      changes: [...rendered.map].map(([key, value]) =>
        textChange(target, { key, value, place: path }),
      ),
      findings: [],
    };
  }
  const rendered = executePiece(piece, input.data, input.renderText);
  if (!rendered.ok) return failed({ path, message: rendered.message });
  const parsed = readYamlData(textOf(rendered.value));
  if (!parsed.ok)
    return failed({ path, message: `the rendered text is not YAML: ${parsed.message}` });
  const made = sealed(parsed.value);
  const merges = target.path.length > 1;
  return {
    changes: [
      {
        place: path,
        path: target.path,
        change: (before) =>
          merges && isBranch(before) && isBranch(made) ? new Map([...before, ...made]) : made,
      },
    ],
    findings: [],
  };
}

function textChange(
  target: TemplateTarget,
  {
    key,
    value,
    place,
  }: { readonly key: string; readonly value: SecretBytes; readonly place: Path },
): TargetChange {
  return { place, path: [...target.path, key], change: () => textLeaf(value) };
}

/** What configMap and secret give are keys and texts, and these are templates again. */
function filesChanges(files: TemplateFrom, input: Input, { target, path }: Destination): Changes {
  const { pieces, problems } = templateFromPieces(files, input.sources, path);
  const findings: Finding[] = [...problems];
  const texts = new Map<string, { readonly value: SecretBytes; readonly place: Path }>();
  for (const piece of pieces) {
    const rendered = renderPiece(piece, input.data, input.renderText);
    if (!rendered.ok)
      findings.push({ code: 'TEMPLATE', path: piece.path, message: rendered.message });
    else for (const [key, value] of rendered.map) texts.set(key, { value, place: piece.path });
  }
  const again = sortedEntries(texts).map(([key, { value, place }]) =>
    valueChanges({ place, key, text: textOf(value), target, isSecret: true }, input),
  );
  return together([{ changes: [], findings }, ...again]);
}

type ValueText = {
  readonly place: Path;
  readonly key: string;
  readonly text: string;
  readonly target: TemplateTarget;
  /** The text has values in it. */
  readonly isSecret?: boolean;
};

/** An entry of a map of the target; or the target itself, as the YAML that the rendered text is, or else as text. */
function valueChanges(
  { place, target, ...piece }: ValueText,
  { data, renderText }: Input,
): Changes {
  const rendered = executePiece(piece, data, renderText);
  if (!rendered.ok) return failed({ path: place, message: rendered.message });
  const { value } = rendered;
  if (target.isMap)
    return { changes: [textChange(target, { key: piece.key, value, place })], findings: [] };
  const parsed = readYamlData(textOf(value));
  const made = parsed.ok ? sealed(parsed.value) : textLeaf(value);
  return { changes: [{ place, path: target.path, change: () => made }], findings: [] };
}
