// Owns the verbs over plain manifests, from files to bytes: all or nothing.
import { configuration } from './configuration.ts';
import { exitCode } from './errors.ts';
import type { InputFile } from './hosts/input.ts';
import { withPauseAdvice } from './hosts/argo/pause.ts';
import { isBlank, joinStreams } from './hosts/join.ts';
import { everyLookUpKind, readStream } from './hosts/stream.ts';
import { planText } from './plan-text.ts';
import { render } from './render.ts';
import { hasErrors, reportText } from './report.ts';
import type { Result } from './results.ts';
import type { InputCommand } from './cli.ts';
import type { Environment, RunOutcome } from './outcome.ts';

/** Renders, validates or plans the files as one input. */
export async function runStream(
  files: readonly InputFile[],
  command: InputCommand,
  env: Environment,
): Promise<RunOutcome> {
  const options = configuration(command, env);
  const streams = files.map(({ file, bytes }) => readStream(bytes, file));
  const hasOtherStores = options.configured.length > 0 || options.kube !== undefined;
  const lookUps = [
    ...(hasOtherStores ? everyLookUpKind : []),
    ...streams.flatMap((stream) => stream.lookUps),
  ];
  const sources = streams.map((stream) => stream.open(lookUps));
  const manifests = sources.flatMap((source) => source.manifests);
  const { prepared, edits, results } = await render(manifests, { ...command, options, env });
  const all = [...sources.flatMap(({ problems }) => problems), ...results];
  const advised = (found: readonly Result[]): readonly Result[] =>
    command.verb === 'generate' ? withPauseAdvice(found, env) : found;
  const finish = outcomeWriter(command.format, advised);
  if (prepared === undefined || hasErrors(all)) return finish('', all);
  if (command.verb === 'plan') return finish(planText(prepared.plan), all);
  if (edits === undefined) return finish('', all);
  const output = joinStreams(sources.map((source) => source.emit(edits)));
  return finish(output, [
    ...all,
    ...emptyResults(output, prepared.selected.externalSecrets.length > 0 || options.allowEmpty),
  ]);
}

/** All or nothing: with an error among the results, nothing goes to standard output. */
function outcomeWriter(
  format: 'text' | 'json',
  advised: (results: readonly Result[]) => readonly Result[],
): (stdout: string | Uint8Array, results: readonly Result[]) => RunOutcome {
  return (stdout, results) => {
    const failed = hasErrors(results);
    return {
      stdout: failed ? '' : stdout,
      stderr: reportText(advised(results), format),
      exitCode: failed ? exitCode.failed : exitCode.ok,
    };
  };
}

/** An input that becomes nothing is a mistake unless its ExternalSecrets say that nothing is to be there. */
function emptyResults(output: Uint8Array, isMeant: boolean): readonly Result[] {
  if (!isBlank(output)) return [];
  return [
    {
      code: 'EMPTY',
      severity: isMeant ? 'warning' : 'error',
      message: `the output is empty: a host that prunes deletes everything it has of this application${isMeant ? '' : '; --allow-empty says that this is meant'}`,
    },
  ];
}
