// Owns the items that template text is split into, and how error texts name them.
import { quote } from './quote.ts';
import { runeOffset } from './utf8.ts';

export type ItemType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'comment'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelimiter'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelimiter'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | 'dot'
  | Keyword;

export type Keyword =
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with';

/** `text` is the source of the item; of an error, its message. `line` counts from 1. */
export type Item = {
  readonly type: ItemType;
  readonly pos: number;
  readonly text: string;
  readonly line: number;
};

export const keywords: ReadonlyMap<string, Keyword> = new Map(
  (
    [
      'block',
      'break',
      'continue',
      'define',
      'else',
      'end',
      'if',
      'nil',
      'range',
      'template',
      'with',
    ] as const
  ).map((word) => [word, word]),
);

/** An item as error texts name it: keywords in angle brackets, long ones cut off. */
export function describeItem(item: Item): string {
  if (item.type === 'eof') {
    return 'EOF';
  }
  if (item.type === 'error') {
    return item.text;
  }
  if (item.type === 'dot' || keywords.get(item.text) === item.type) {
    return `<${item.text}>`;
  }
  return item.text.length > 10
    ? `${quote(item.text.slice(0, runeOffset(item.text, 10)))}...`
    : quote(item.text);
}
