// Owns reading the first document of a text into plain data, as sigs.k8s.io/yaml unmarshals it: the last of two equal keys wins.
import { compose, syntaxProblems } from './compose.ts';
import { convertDocument } from './convert.ts';
import { refusal } from './refusals.ts';

/** `message` quotes nothing of the text but a key. */
export type DataOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** Plain data as `parseYaml` has it; null where there is no document. */
export function readYamlData(text: string): DataOutcome {
  const composition = compose(text);
  if (!composition.ok) return { ok: false, message: `yaml: ${composition.problem.message}` };
  const [document] = composition.documents;
  if (document === undefined) return { ok: true, value: null };
  const syntaxProblem = syntaxProblems(document)[0] ?? refusal(document, text);
  const conversion =
    syntaxProblem === undefined ? convertDocument(document, 'last-wins') : undefined;
  const problem = syntaxProblem ?? conversion?.problems[0];
  if (problem === undefined) return { ok: true, value: conversion?.value ?? null };
  const line = text.slice(0, problem.offset).split('\n').length;
  return { ok: false, message: `yaml: line ${line}: ${problem.message}` };
}
