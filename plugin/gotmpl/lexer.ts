// Owns the splitting of template text into items, with Go's rules for delimiters, trimming and errors.
import type { Item } from './items.ts';
import { lexInsideAction } from './lex-action.ts';
import { lexText } from './lex-text.ts';
import type { Lexer, Step } from './lexer-state.ts';

/** The next item. After an error or the end there are only errors and ends. */
export function nextItem(lexer: Lexer): Item {
  let step: Step = lexer.isInsideAction ? lexInsideAction : lexText;
  while (typeof step === 'function') {
    step = step(lexer);
  }
  return step;
}
