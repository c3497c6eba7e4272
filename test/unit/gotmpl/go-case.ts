// Owns a case as cases.jsonl and the Go oracle have it, and what the engine answers to it.
import { TemplateError } from '../../../plugin/gotmpl/errors.ts';
import type { FunctionMap } from '../../../plugin/gotmpl/functions.ts';
import { execute, parseTemplate } from '../../../plugin/gotmpl/template.ts';
import { valueOf, type TypedData } from './typed-data.ts';

/** One template over typed data. Output and error are texts, or base64 where they are not UTF-8. */
export type GoCase = {
  readonly template: string;
  readonly data: TypedData;
  readonly missingKey?: 'default' | 'error' | 'zero';
  readonly leftDelimiter?: string;
  readonly rightDelimiter?: string;
};

/** What came of it: Go's output, or Go's error text. */
export type Answer =
  | { readonly output: string }
  | { readonly output64: string }
  | { readonly error: string };

const limits = { maxOutputBytes: 1_000_000, maxSteps: 1_000_000 };

export function answerOf(goCase: GoCase, functions: FunctionMap): Answer {
  const { template, data, missingKey = 'error', leftDelimiter, rightDelimiter } = goCase;
  try {
    const parsed = parseTemplate(
      {
        name: 'K',
        text: template,
        ...(leftDelimiter === undefined ? {} : { leftDelimiter }),
        ...(rightDelimiter === undefined ? {} : { rightDelimiter }),
      },
      functions,
    );
    return outputAnswer(execute(parsed, valueOf(data), { missingKey, ...limits }));
  } catch (error) {
    if (error instanceof TemplateError) {
      return { error: error.revealGoText() };
    }
    throw error;
  }
}

/** An output as text if it is UTF-8. */
export function outputAnswer(bytes: Uint8Array): Answer {
  const output = Buffer.from(bytes).toString();
  return Buffer.from(output).equals(bytes)
    ? { output }
    : { output64: Buffer.from(bytes).toString('base64') };
}
