// Owns when the template engine is loaded: only for a run that has a template with an action in it.
import type { Task } from './eso/expand.ts';
import { hasAction, renderPlainText, type RenderText } from './eso/text.ts';
import type { Prepared } from './pipeline.ts';

/** The engine that the run's templates need. */
export async function engineFor({ plan }: Prepared): Promise<RenderText> {
  if (!plan.recipes.some(({ task }) => needsEngine(task))) return renderPlainText;
  return (await import('./eso/go-template.ts')).renderGoTemplate;
}

/** A templateFrom names texts that stand elsewhere, and may have actions. */
function needsEngine({ externalSecret }: Task): boolean {
  const { target, dataFrom = [] } = externalSecret.spec;
  const { data, metadata, templateFrom = [] } = target.template ?? {};
  const texts = [data, metadata?.labels, metadata?.annotations].flatMap((texts) =>
    Object.values(texts ?? {}),
  );
  const transforms = dataFrom.flatMap(({ rewrite = [] }) =>
    rewrite.map(({ transform }) => transform?.template ?? ''),
  );
  const literals = templateFrom.map(({ literal }) => literal ?? '');
  const refers = templateFrom.some(
    ({ configMap, secret }) => configMap !== undefined || secret !== undefined,
  );
  return refers || [...texts, ...transforms, ...literals].some(hasAction);
}
