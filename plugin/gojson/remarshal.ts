// Owns JSON read by Go with UseNumber and written again: keys sorted, HTML escaped, numbers as they were spelled.
import { isValidJson, skipBlanks, stringEnd, valueEnd } from './scan.ts';
import { unquote } from './text.ts';
import { htmlEscaped, objectText, quoted } from './value.ts';

const comma = 0x2c;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

/**
 * The same value with sorted keys, of equal ones the last, without blanks, and escaped for HTML. Undefined where it is not
 * valid, or nested beyond what can be held.
 */
export function remarshal(json: Uint8Array): Uint8Array | undefined {
  if (!isValidJson(json)) return undefined;
  try {
    return Buffer.from(written(json, skipBlanks(json, 0)).text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Written = { readonly text: string; readonly end: number };

/** The value that begins at `start`, of JSON that is known to be valid. */
function written(json: Uint8Array, start: number): Written {
  switch (json[start]) {
    case 0x7b:
      return writtenObject(json, start);
    case 0x5b:
      return writtenArray(json, start);
    case 0x22: {
      const end = stringEnd(json, start) ?? json.length;
      return { text: quoted(unquote(json.subarray(start, end)), htmlEscaped), end };
    }
    default: {
      const end = valueEnd(json, start) ?? json.length;
      return { text: Buffer.from(json.subarray(start, end)).toString(), end };
    }
  }
}

function writtenObject(json: Uint8Array, start: number): Written {
  const entries = new Map<string, string>();
  let position = skipBlanks(json, start + 1);
  while (json[position] !== closeBrace) {
    const keyEnd = stringEnd(json, position) ?? json.length;
    const value = written(json, skipBlanks(json, skipBlanks(json, keyEnd) + 1));
    entries.set(unquote(json.subarray(position, keyEnd)), value.text);
    position = behindElement(json, value.end);
  }
  return { text: objectText([...entries], htmlEscaped), end: position + 1 };
}

function writtenArray(json: Uint8Array, start: number): Written {
  const items: string[] = [];
  let position = skipBlanks(json, start + 1);
  while (json[position] !== closeBracket) {
    const item = written(json, position);
    items.push(item.text);
    position = behindElement(json, item.end);
  }
  return { text: `[${items.join(',')}]`, end: position + 1 };
}

/** At the next element, or at what closes the list of them. */
function behindElement(json: Uint8Array, end: number): number {
  const position = skipBlanks(json, end);
  return json[position] === comma ? skipBlanks(json, position + 1) : position;
}
