// Owns `find.name`: RE2 as Go has it, found anywhere in the name.
import { RE2JS } from 're2js';
import { ProviderError, type FindQuery } from './provider.ts';

/** Without a pattern every name matches (ESO: runtime/find). Throws {@link ProviderError} `invalid`. */
export function nameMatcher({
  regexp = '',
}: NonNullable<FindQuery['name']>): (name: string) => boolean {
  const pattern = compile(regexp);
  return (name) => pattern.test(name);
}

function compile(regexp: string): RE2JS {
  try {
    return RE2JS.compile(regexp);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not RE2 syntax';
    throw new ProviderError('invalid', `find.name.regexp "${regexp}" is not RE2 syntax: ${reason}`);
  }
}
