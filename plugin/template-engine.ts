// Owns the templates in a run's manifests: the engine for them, loaded only where one has an action, and those that cannot be parsed.
import type { Task } from './eso/expand.ts';
import { findingAbout } from './eso/subject.ts';
import { hasAction, renderPlainText, type RenderText } from './eso/text.ts';
import type { Prepared } from './pipeline.ts';
import type { Path } from './place.ts';
import type { Result } from './results.ts';
import { functionsFor, keyFunctions } from './template-functions.ts';

/** The engine that the run's templates need. */
export async function engineFor({ plan }: Prepared): Promise<RenderText> {
  const tasks = plan.recipes.map(({ task }) => task);
  const texts = tasks.flatMap(templatesIn).map(({ text }) => text);
  // A templateFrom names texts that stand elsewhere, and may call anything.
  const refers = tasks.some(refersElsewhere);
  if (!refers && texts.length === 0) return renderPlainText;
  const { goTemplateEngine } = await import('./eso/go-template.ts');
  return goTemplateEngine(refers ? await keyFunctions() : await functionsFor(texts));
}

/** What is wrong with the templates in the manifests whatever the values are: those that cannot be parsed. */
export async function templateResults({ plan }: Prepared): Promise<readonly Result[]> {
  const templates = plan.recipes.flatMap(({ task }) =>
    templatesIn(task).map((template) => ({ ...template, task })),
  );
  if (templates.length === 0) return [];
  const { templateParser } = await import('./templates.ts');
  const problemIn = templateParser(await functionsFor(templates.map(({ text }) => text)));
  return templates.flatMap(({ task: { subject, specPath }, name, text, path }) => {
    const message = problemIn({ name, text });
    return message === undefined
      ? []
      : [findingAbout(subject, { code: 'TEMPLATE', path: [...specPath, ...path], message })];
  });
}

/** A text with an action in it, the name that error texts give it, and its place in the spec. */
type InlineTemplate = { readonly name: string; readonly text: string; readonly path: Path };

function templatesIn({ externalSecret: { spec } }: Task): readonly InlineTemplate[] {
  const { data, metadata, templateFrom = [] } = spec.target.template ?? {};
  const at: Path = ['target', 'template'];
  const all = [
    ...entries(data, [...at, 'data']),
    ...entries(metadata?.labels, [...at, 'metadata', 'labels']),
    ...entries(metadata?.annotations, [...at, 'metadata', 'annotations']),
    ...templateFrom.map(({ literal }, i) => ({
      name: 'literal',
      text: literal,
      path: [...at, 'templateFrom', i, 'literal'],
    })),
    ...(spec.dataFrom ?? []).flatMap(({ rewrite = [] }, i) =>
      rewrite.map(({ transform }, j) => ({
        name: 'transform',
        text: transform?.template,
        path: ['dataFrom', i, 'rewrite', j, 'transform', 'template'],
      })),
    ),
  ];
  return all.flatMap(({ text = '', ...place }) => (hasAction(text) ? [{ ...place, text }] : []));
}

function entries(
  map: Readonly<Record<string, string>> | undefined,
  path: Path,
): readonly InlineTemplate[] {
  return Object.entries(map ?? {}).map(([name, text]) => ({ name, text, path: [...path, name] }));
}

function refersElsewhere({ externalSecret: { spec } }: Task): boolean {
  return (spec.target.template?.templateFrom ?? []).some(
    ({ configMap, secret }) => configMap !== undefined || secret !== undefined,
  );
}
