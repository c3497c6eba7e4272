// Owns wildcard patterns (tidwall/match): `*` any characters, `?` one, and a backslash before what is meant as it stands.

type Token =
  | { readonly kind: 'any' | 'one' }
  | { readonly kind: 'character'; readonly character: string };

/** Whether the whole text matches. Linear in text times pattern. Both are byte strings; characters are UTF-8's. */
export function matchesPattern(text: string, pattern: string): boolean {
  const tokens = patternTokens(characters(pattern));
  return tokens !== undefined && matchesTokens(characters(text), tokens);
}

function characters(bytes: string): readonly string[] {
  return Array.from(Buffer.from(bytes, 'latin1').toString());
}

/** Undefined for a pattern that ends in a lone backslash: it matches nothing. */
function patternTokens(pattern: readonly string[]): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let position = 0; position < pattern.length; position += 1) {
    let character = pattern[position] ?? '';
    if (character === '*' || character === '?') {
      tokens.push({ kind: character === '*' ? 'any' : 'one' });
      continue;
    }
    if (character === '\\') {
      position += 1;
      if (position === pattern.length) return undefined;
      character = pattern[position] ?? '';
    }
    tokens.push({ kind: 'character', character });
  }
  return tokens;
}

/** Goes back to the last `*` only: a later one can take whatever an earlier one could. */
function matchesTokens(text: readonly string[], tokens: readonly Token[]): boolean {
  let position = 0;
  let index = 0;
  let retry: { readonly index: number; position: number } | undefined;
  while (position < text.length) {
    const token = tokens[index];
    if (token?.kind === 'any') {
      index += 1;
      retry = { index, position };
    } else if (
      token !== undefined &&
      (token.kind === 'one' || (token.kind === 'character' && token.character === text[position]))
    ) {
      index += 1;
      position += 1;
    } else if (retry !== undefined) {
      retry.position += 1;
      ({ index, position } = retry);
    } else return false;
  }
  return tokens.slice(index).every(({ kind }) => kind === 'any');
}
