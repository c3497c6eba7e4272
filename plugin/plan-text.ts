// Owns the text of a plan: what would be read, from where, for which object. It is made without any access to a secret.
import type { Entry, Plan, Recipe } from './eso/plan.ts';
import { targetKind, targetName } from './eso/target-kind.ts';
import { objectName } from './k8s/object.ts';

/** A block for each ExternalSecret, a line for each of its entries, and the sum of reads. */
export function planText({ recipes, connections }: Plan): string {
  const reads = connections.reduce((sum, connection) => sum + connection.reads.length, 0);
  const finds = connections.reduce((sum, connection) => sum + connection.finds.length, 0);
  const blocks = recipes.map((recipe) => recipeLines(recipe).join('\n'));
  return `${[...blocks, `${reads} values to read, ${finds} searches, ${connections.length} connections`].join('\n\n')}\n`;
}

function recipeLines({ task, entries }: Recipe): readonly string[] {
  const target = `${targetKind(task).kind} ${task.namespace.name}/${targetName(task)}`;
  return [
    `${objectName(task.subject.object)} -> ${target}`,
    ...entries.map((entry) => `  ${entryText(entry)}`),
  ];
}

function entryText(entry: Entry): string {
  switch (entry.kind) {
    case 'data':
      return `${entry.secretKey}: ${remoteText(entry.ref)} from ${entry.store}`;
    case 'extract':
      return `all keys of ${remoteText(entry.ref)} from ${entry.store}`;
    case 'generate':
      return `all keys of ${entry.title}`;
    case 'find':
      return `everything that is found in ${entry.store}`;
  }
}

function remoteText({
  key,
  version,
  property,
  metadataPolicy,
}: Extract<Entry, { readonly kind: 'data' }>['ref']): string {
  const parts = [`"${key}"`];
  if (version !== '') parts.push(`version "${version}"`);
  if (property !== '') parts.push(`property "${property}"`);
  if (metadataPolicy === 'Fetch') parts.push('(metadata)');
  return parts.join(' ');
}
