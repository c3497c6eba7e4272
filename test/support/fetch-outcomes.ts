// Makes short texts of what a fetch gave, to compare and to search for what must not be in them.
import type { Fetched } from '../../plugin/fetch/fetch.ts';
import type { FindOutcome, ReadOutcome } from '../../plugin/providers/provider.ts';

/** `value`, `not-found` or `code: message`, one per read and find, connection by connection. */
export function outcomeTexts({ connections }: Fetched): readonly (readonly string[])[] {
  return connections.map(({ reads, finds }) => [...reads, ...finds].map(outcomeText));
}

function outcomeText(outcome: ReadOutcome | FindOutcome): string {
  if (outcome.outcome !== 'error') return outcome.outcome;
  return `${outcome.error.code}: ${outcome.error.message}`;
}
