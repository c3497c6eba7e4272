// Owns target.template: what of the Secret comes from the template, in ESO's order (2.5).
import type { ErrorCode } from '../errors.ts';
import type { Labels } from '../k8s/labels.ts';
import type { Path } from '../place.ts';
import { SecretBytes } from '../secret-bytes.ts';
import { parseStringMap } from '../yaml/string-map.ts';
import { type DecodingStrategy, decodeValue } from './decode.ts';
import type { SecretMap } from './keys.ts';
import type { RenderText } from './text.ts';
import type { Template, TemplateFrom } from './types.ts';

/** The parts of a Secret that a template makes. */
export type Templated = {
  readonly data: SecretMap;
  readonly labels: Labels;
  readonly annotations: Labels;
};

export type TemplateProblem = {
  readonly code: ErrorCode;
  readonly path: Path;
  readonly message: string;
};

/** A ConfigMap's or Secret's keys, or undefined where there is no such object in the ExternalSecret's namespace. */
export type TemplateSources = {
  readonly configMap: (name: string) => ReadonlyMap<string, SecretBytes> | undefined;
  readonly secret: (name: string) => ReadonlyMap<string, SecretBytes> | undefined;
  /** What is to be said of the cluster where it does not have one: `; …`, or nothing. */
  readonly absence: string;
};

type Input = {
  readonly template: Template;
  readonly data: SecretMap;
  readonly sources: TemplateSources;
  readonly renderText: RenderText;
};

/**
 * Executes the template over the provider's data. Later wins: templateFrom in order (in one element configMap, secret,
 * literal), then template.data; for labels and annotations templateFrom, then template.metadata. All problems are listed;
 * paths start at the template.
 */
export function executeTemplate(input: Input): {
  readonly templated: Templated;
  readonly problems: readonly TemplateProblem[];
} {
  const parts = {
    data: new Map<string, SecretBytes>(),
    labels: new Map<string, SecretBytes>(),
    annotations: new Map<string, SecretBytes>(),
  };
  const problems: TemplateProblem[] = [];
  for (const piece of templatePieces(input, problems)) {
    const rendered = renderPiece(piece, input.data, input.renderText);
    if (rendered.ok) for (const [key, value] of rendered.map) parts[piece.target].set(key, value);
    else problems.push({ code: 'TEMPLATE', path: piece.path, message: rendered.message });
  }
  return {
    templated: {
      data: parts.data,
      labels: texts(parts.labels),
      annotations: texts(parts.annotations),
    },
    problems,
  };
}

type Target = keyof Templated;

/** One text to execute. With a key its result is that key's value; without, it is YAML of keys and values. */
export type Piece = {
  readonly path: Path;
  readonly target: Target;
  readonly text: string | SecretBytes;
  readonly key?: string;
  /** As error texts call it. */
  readonly name: string;
  readonly decodingStrategy: DecodingStrategy;
  /** The text is a Secret's. */
  readonly isSecret?: boolean;
};

function templatePieces(
  { template, sources }: Input,
  problems: TemplateProblem[],
): readonly Piece[] {
  const fromFiles = (template.templateFrom ?? []).flatMap((from, index) => {
    const outcome = templateFromPieces(from, sources, ['templateFrom', index]);
    problems.push(...outcome.problems);
    return outcome.pieces;
  });
  return [
    ...fromFiles,
    ...entryPieces(template.data, 'data', ['data']),
    ...entryPieces(template.metadata?.labels, 'labels', ['metadata', 'labels']),
    ...entryPieces(template.metadata?.annotations, 'annotations', ['metadata', 'annotations']),
  ];
}

function entryPieces(
  entries: Readonly<Record<string, string>> | undefined,
  target: Target,
  path: Path,
): readonly Piece[] {
  return Object.entries(entries ?? {}).map(([key, text]) => ({
    path: [...path, key],
    target,
    text,
    key,
    name: key,
    decodingStrategy: 'None',
  }));
}

type FromOutcome = {
  readonly pieces: readonly Piece[];
  readonly problems: readonly TemplateProblem[];
};

/** The texts that one element of templateFrom names: of the configMap, then of the secret, then the literal. */
export function templateFromPieces(
  from: TemplateFrom,
  sources: TemplateSources,
  path: Path,
): FromOutcome {
  const shared = {
    target: targetOf(from.target),
    decodingStrategy: from.valuesDecodingStrategy ?? ('None' as const),
  };
  const outcomes: FromOutcome[] = [];
  for (const kind of ['configMap', 'secret'] as const) {
    const ref = from[kind];
    if (ref === undefined) continue;
    const keys = sources[kind](ref.name);
    if (keys === undefined) {
      outcomes.push(
        notFound(
          [...path, kind, 'name'],
          `error fetching templateFrom data: ${kind} "${ref.name}" not found: it must be in the input, in the ExternalSecret's namespace, or in the folder that --templates-directory names${sources.absence}`,
        ),
      );
      continue;
    }
    for (const [index, item] of ref.items.entries()) {
      const itemPath = [...path, kind, 'items', index];
      const text = keys.get(item.key);
      if (text === undefined)
        outcomes.push(
          notFound([...itemPath, 'key'], `error in ${kind} ${ref.name}: missing key ${item.key}`),
        );
      else
        outcomes.push({
          pieces: [
            {
              ...shared,
              path: itemPath,
              text,
              name: item.key,
              isSecret: kind === 'secret',
              ...(item.templateAs === 'KeysAndValues' ? {} : { key: item.key }),
            },
          ],
          problems: [],
        });
    }
  }
  if (from.literal !== undefined)
    outcomes.push({
      pieces: [{ ...shared, path: [...path, 'literal'], text: from.literal, name: 'literal' }],
      problems: [],
    });
  return {
    pieces: outcomes.flatMap(({ pieces }) => pieces),
    problems: outcomes.flatMap(({ problems }) => problems),
  };
}

function notFound(path: Path, message: string): FromOutcome {
  return { pieces: [], problems: [{ code: 'NOT_FOUND', path, message }] };
}

/** The webhook has let only these pass, in any case of letters; absent means Data. */
function targetOf(target: string): Target {
  const lower = target.toLowerCase();
  return lower === 'labels' || lower === 'annotations' ? lower : 'data';
}

type PieceOutcome =
  | { readonly ok: true; readonly map: SecretMap }
  | { readonly ok: false; readonly message: string };

/** The keys and values that a text gives. */
export function renderPiece(piece: Piece, data: SecretMap, renderText: RenderText): PieceOutcome {
  const rendered = executePiece(piece, data, renderText);
  if (!rendered.ok) return rendered;
  if (piece.key !== undefined)
    return decodeAll(new Map([[piece.key, rendered.value]]), piece.decodingStrategy);
  const parsed = parseStringMap(textOf(rendered.value));
  if (!parsed.ok)
    return {
      ok: false,
      message: `the rendered text is not a YAML map of plain values: ${parsed.message}`,
    };
  return decodeAll(
    new Map([...parsed.map].map(([key, value]) => [key, SecretBytes.ofText(value)])),
    piece.decodingStrategy,
  );
}

/** The rendered text itself. */
export function executePiece(
  { name, text, isSecret = false }: Pick<Piece, 'name' | 'text' | 'isSecret'>,
  data: SecretMap,
  renderText: RenderText,
): ReturnType<RenderText> {
  return renderText({ name, text, missingKey: 'error', isSecret }, data);
}

function decodeAll(map: SecretMap, strategy: DecodingStrategy): PieceOutcome {
  const decoded = new Map<string, SecretBytes>();
  for (const [key, value] of map) {
    const outcome = decodeValue(value, strategy);
    if (!outcome.ok) return { ok: false, message: `key "${key}": ${outcome.message}` };
    decoded.set(key, outcome.value);
  }
  return { ok: true, map: decoded };
}

export function textOf(value: SecretBytes): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(value.reveal());
}

function texts(map: SecretMap): Labels {
  return Object.fromEntries([...map].map(([key, value]) => [key, textOf(value)]));
}
