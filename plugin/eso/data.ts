// Owns the step from fetched values to the keys and bytes of one ExternalSecret (ESO 2.1 to 2.4).
import type { ErrorCode } from '../errors.ts';
import type {
  FindOutcome,
  MapSelection,
  ProviderError,
  ProviderErrorCode,
  ReadOutcome,
  Selection,
  SelectRef,
} from '../providers/provider.ts';
import type { Result } from '../results.ts';
import type { SecretBytes } from '../secret-bytes.ts';
import { decodeValue, refusesNullBytes } from './decode.ts';
import { convertKeys, type SecretMap, sortedKeys, validateKeys } from './keys.ts';
import { type GenerateEntry, type Generation, generateMap } from './generate.ts';
import type { DataEntry, Entry, ExtractEntry, FindEntry, Recipe } from './plan.ts';
import { rewriteKeys } from './rewrite.ts';
import { renderPlainText, type RenderText } from './text.ts';
import { type Finding, findingAbout } from './subject.ts';

/** What was fetched: an answer for every read and find of the plan, in its place. */
export type Answers = {
  readonly connections: readonly {
    readonly reads: readonly ReadOutcome[];
    readonly finds: readonly FindOutcome[];
  }[];
  /** Where the plan has generators. */
  readonly generation?: Generation;
};

/** What an entry gives: keys and values, nothing (a missing secret that is forgiven), or what is wrong. */
type EntryOutcome =
  | { readonly outcome: 'map'; readonly map: SecretMap; readonly volatile?: string }
  | {
      readonly outcome: 'missing';
      readonly code: 'NOT_FOUND' | 'PROPERTY_NOT_FOUND';
      readonly message: string;
    }
  | { readonly outcome: 'error'; readonly code: ErrorCode; readonly message: string };

/** All of an ExternalSecret's data; undefined where anything is wrong, which the results tell. */
export type DataOutcome = {
  readonly data: SecretMap | undefined;
  readonly results: readonly Result[];
};

/** Later entries win over earlier ones, and `data` over `dataFrom`, by the order of the recipe. */
export function evaluateRecipe(
  recipe: Recipe,
  answers: Answers,
  renderText: RenderText = renderPlainText,
): DataOutcome {
  const { task, entries, complete } = recipe;
  const forgiving = task.externalSecret.spec.target.deletionPolicy !== 'Retain';
  const data = new Map<string, SecretBytes>();
  const findings: Finding[] = [];
  for (const entry of entries) {
    const outcome = evaluateEntry(entry, answers, renderText);
    if (outcome.outcome === 'map') {
      for (const [key, value] of outcome.map) data.set(key, value);
      if (outcome.volatile !== undefined) findings.push(volatileFinding(entry, outcome.volatile));
    } else if (outcome.outcome === 'error' || !forgiving)
      findings.push({ code: outcome.code, path: entry.path, message: outcome.message });
  }
  return {
    data: complete && findings.every(({ severity }) => severity === 'warning') ? data : undefined,
    results: findings.map((finding) => findingAbout(task.subject, finding)),
  };
}

function volatileFinding(entry: Entry, reason: string): Finding {
  const message = `${remoteName(entry)} is another one in every render: ${reason}`;
  return { code: 'VOLATILE', severity: 'warning', path: entry.path, message };
}

function evaluateEntry(entry: Entry, answers: Answers, renderText: RenderText): EntryOutcome {
  if (entry.kind === 'generate') return evaluateGenerator(entry, answers, renderText);
  const given = answers.connections[entry.pointer.connection];
  switch (entry.kind) {
    case 'data':
      return evaluateData(entry, answerAt(given?.reads, entry.pointer.index));
    case 'extract':
      return evaluateExtract(entry, answerAt(given?.reads, entry.pointer.index), renderText);
    case 'find':
      return evaluateFind(entry, answerAt(given?.finds, entry.pointer.index), renderText);
  }
}

function answerAt<T>(answers: readonly T[] | undefined, index: number): T {
  const answer = answers?.[index];
  if (answer === undefined) throw new Error('fetch left a planned read without an answer');
  return answer;
}

function evaluateData(entry: DataEntry, read: ReadOutcome): EntryOutcome {
  if (read.outcome !== 'value') return unread(entry, read);
  const selection = entry.provider.select(read.value, partRef(entry, read));
  if (selection.outcome !== 'value') return unselected(entry, selection);
  return decodeEntries(entry, new Map([[entry.secretKey, selection.value]]));
}

function evaluateExtract(
  entry: ExtractEntry,
  read: ReadOutcome,
  renderText: RenderText,
): EntryOutcome {
  if (read.outcome !== 'value') return unread(entry, read);
  const selection = entry.provider.selectMap(read.value, partRef(entry, read));
  if (selection.outcome !== 'map') return unselected(entry, selection);
  return finishMap(entry, selection.map, renderText);
}

function partRef(
  { ref }: DataEntry | ExtractEntry,
  { part }: Extract<ReadOutcome, { readonly outcome: 'value' }>,
): SelectRef {
  return part === undefined ? ref : { ...ref, part };
}

function evaluateGenerator(
  entry: GenerateEntry,
  { connections, generation }: Answers,
  renderText: RenderText,
): EntryOutcome {
  if (generation === undefined) throw new Error('fetch gave generators nothing to work with');
  const { pointer } = entry;
  const fetched =
    pointer === undefined
      ? undefined
      : answerAt(connections[pointer.connection]?.reads, pointer.index);
  if (fetched !== undefined && fetched.outcome !== 'value') return unread(entry, fetched);
  const outcome = generateMap(entry, { generation, fetched, renderText });
  if (!outcome.ok) return { outcome: 'error', code: outcome.code, message: outcome.message };
  const { map, volatile } = outcome;
  return { outcome: 'map', map, ...(volatile === undefined ? {} : { volatile }) };
}

function evaluateFind(entry: FindEntry, find: FindOutcome, renderText: RenderText): EntryOutcome {
  if (find.outcome !== 'values') return unread(entry, find);
  if (!entry.provider.findConvertsKeys) return finishMap(entry, find.values, renderText);
  const converted = convertKeys(find.values, entry.conversionStrategy);
  return converted.ok
    ? finishMap(entry, converted.map, renderText)
    : wrongValue(entry, converted.message);
}

/** rewrite, or without one conversion of the keys; then their check, decoding and null bytes (ESO 2.2). */
function finishMap(
  entry: ExtractEntry | FindEntry,
  map: SecretMap,
  renderText: RenderText,
): EntryOutcome {
  const renamed = renameKeys(entry, map, renderText);
  if (!renamed.ok) return wrongValue(entry, renamed.message);
  const valid = validateKeys(renamed.map);
  return valid.ok ? decodeEntries(entry, valid.map) : wrongValue(entry, valid.message);
}

function renameKeys(
  entry: ExtractEntry | FindEntry,
  map: SecretMap,
  renderText: RenderText,
): ReturnType<typeof convertKeys> {
  if (entry.rewrite.length === 0) return convertKeys(map, entry.conversionStrategy);
  const rewritten = rewriteKeys(map, entry.rewrite, renderText);
  return rewritten.ok
    ? rewritten
    : { ok: false, message: `rewrite[${rewritten.operation}]: ${rewritten.message}` };
}

function decodeEntries(entry: Exclude<Entry, GenerateEntry>, map: SecretMap): EntryOutcome {
  const decoded = new Map<string, SecretBytes>();
  for (const key of sortedKeys(map)) {
    const value = map.get(key);
    if (value === undefined) continue;
    const outcome = decodeValue(value, entry.decodingStrategy);
    if (!outcome.ok) return wrongValue(entry, `key "${key}": ${outcome.message}`);
    if (refusesNullBytes(outcome.value, entry.nullBytePolicy)) {
      return wrongValue(
        entry,
        `the value for key "${key}" contains null bytes (nullBytePolicy Fail): store it in a text form such as PEM or base64, or leave nullBytePolicy unset`,
      );
    }
    decoded.set(key, outcome.value);
  }
  return { outcome: 'map', map: decoded };
}

function wrongValue(entry: Entry, message: string): EntryOutcome {
  return { outcome: 'error', code: 'VALUE', message: `${remoteName(entry)}: ${message}` };
}

function unread(
  entry: Entry,
  answer: Exclude<ReadOutcome | FindOutcome, { readonly outcome: 'value' | 'values' }>,
): EntryOutcome {
  if (answer.outcome === 'not-found')
    return {
      outcome: 'missing',
      code: 'NOT_FOUND',
      message: `${remoteName(entry)} does not exist`,
    };
  return {
    outcome: 'error',
    code: codeOf(answer.error),
    message: `${remoteName(entry)}: ${answer.error.message}`,
  };
}

function unselected(
  entry: DataEntry | ExtractEntry,
  selection: Exclude<Selection | MapSelection, { readonly outcome: 'value' | 'map' }>,
): EntryOutcome {
  if (selection.outcome === 'error')
    return {
      outcome: 'error',
      code: selection.code,
      message: `${remoteName(entry)}: ${selection.message}`,
    };
  return {
    outcome: 'missing',
    code: 'PROPERTY_NOT_FOUND',
    message: `${remoteName(entry)} has no property "${entry.ref.property}"`,
  };
}

/** `"prod/db" version "3" in ClusterSecretStore "aws" (AWS Secrets Manager, eu-west-1)`. */
function remoteName(entry: Entry): string {
  if (entry.kind === 'generate') return entry.title;
  if (entry.kind === 'find') return `a secret that find names in ${entry.store}`;
  const version = entry.ref.version === '' ? '' : ` version "${entry.ref.version}"`;
  return `"${entry.ref.key}"${version} in ${entry.store}`;
}

const codes: Readonly<Record<ProviderErrorCode, ErrorCode>> = {
  denied: 'DENIED',
  unauthenticated: 'DENIED',
  credentials: 'CREDENTIALS',
  throttled: 'UNAVAILABLE',
  unavailable: 'UNAVAILABLE',
  timeout: 'TIMEOUT',
  invalid: 'PROVIDER',
  failed: 'PROVIDER',
};

/** The code under which users know a provider's error. */
export function codeOf(error: ProviderError): ErrorCode {
  return codes[error.code];
}
