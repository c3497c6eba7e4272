// Owns the names of the modifiers: a path's `@name` is one of them, or the name of a key.

const modifierNames = [
  'pretty',
  'ugly',
  'reverse',
  'this',
  'flatten',
  'join',
  'valid',
  'keys',
  'values',
  'tostr',
  'fromstr',
  'group',
  'dig',
] as const;

export type ModifierName = (typeof modifierNames)[number];

export function modifierNamed(name: string): ModifierName | undefined {
  return modifierNames.find((known) => known === name);
}
