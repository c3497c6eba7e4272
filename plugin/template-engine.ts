// Owns when the template engine is loaded: only for a run that has a template with an action in it.
import type { Task } from './eso/expand.ts';
import { hasAction, renderPlainText, type RenderText } from './eso/text.ts';
import type { Prepared } from './pipeline.ts';
import { functionsFor, keyFunctions } from './template-functions.ts';

/** The engine that the run's templates need. */
export async function engineFor({ plan }: Prepared): Promise<RenderText> {
  const templates = plan.recipes.map(({ task }) => templatesOf(task));
  const texts = templates.flatMap((template) => template.texts).filter(hasAction);
  // A templateFrom names texts that stand elsewhere, and may call anything.
  const refers = templates.some((template) => template.refers);
  if (!refers && texts.length === 0) return renderPlainText;
  const { goTemplateEngine } = await import('./eso/go-template.ts');
  return goTemplateEngine(refers ? await keyFunctions() : await functionsFor(texts));
}

type Templates = { readonly texts: readonly string[]; readonly refers: boolean };

function templatesOf({ externalSecret }: Task): Templates {
  const { target, dataFrom = [] } = externalSecret.spec;
  const { data, metadata, templateFrom = [] } = target.template ?? {};
  const texts = [data, metadata?.labels, metadata?.annotations].flatMap((map) =>
    Object.values(map ?? {}),
  );
  const transforms = dataFrom.flatMap(({ rewrite = [] }) =>
    rewrite.map(({ transform }) => transform?.template ?? ''),
  );
  const literals = templateFrom.map(({ literal }) => literal ?? '');
  return {
    texts: [...texts, ...transforms, ...literals],
    refers: templateFrom.some(
      ({ configMap, secret }) => configMap !== undefined || secret !== undefined,
    ),
  };
}
