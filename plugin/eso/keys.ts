// Owns the keys of a Secret: conversion of what a provider gave, and which keys ESO lets pass.
import type { SecretBytes } from '../secret-bytes.ts';

/** Keys and values of a Secret in the making. */
export type SecretMap = ReadonlyMap<string, SecretBytes>;

export type ConversionStrategy = 'Default' | 'Unicode';

/** A step's result: the map, or why there is none (`message` holds key names at most, never a value). */
export type MapOutcome =
  | { readonly ok: true; readonly map: SecretMap }
  | { readonly ok: false; readonly message: string };

/** The keys in the order of their UTF-8 bytes, as Go sorts them. */
export function sortedKeys(map: SecretMap): readonly string[] {
  return [...map.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

const allowed = /^[\p{L}\p{N}._-]$/u;

/** Longest key in bytes that ESO and Kubernetes take. */
const maxKeyBytes = 253;

function convertKey(key: string, strategy: ConversionStrategy): string {
  let converted = '';
  for (const character of key) {
    if (allowed.test(character)) converted += character;
    else converted += strategy === 'Unicode' ? unicodeName(character) : '_';
  }
  return converted;
}

function unicodeName(character: string): string {
  return `_U${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}_`;
}

/** `conversionStrategy` (ESO 2.4): every character that no key may hold is replaced; two keys that become one are refused. */
export function convertKeys(map: SecretMap, strategy: ConversionStrategy): MapOutcome {
  const converted = new Map<string, SecretBytes>();
  for (const [key, value] of map) {
    const name = convertKey(key, strategy);
    if (converted.has(name)) {
      return {
        ok: false,
        message: `two keys become "${name}" (conversionStrategy ${strategy}): rewrite them apart${strategy === 'Default' ? ', or use conversionStrategy Unicode' : ''}`,
      };
    }
    converted.set(name, value);
  }
  return { ok: true, map: converted };
}

/** ESO's check of keys that came from a provider: an empty one is dropped, letters of any script pass. */
export function validateKeys(map: SecretMap): MapOutcome {
  const valid = new Map<string, SecretBytes>();
  for (const [key, value] of map) {
    const problem = keyProblem(key);
    if (problem !== undefined) {
      return {
        ok: false,
        message: `invalid secret key "${key}": ${problem}; use rewrite or conversionStrategy to change it`,
      };
    }
    if (key !== '') valid.set(key, value);
  }
  return { ok: true, map: valid };
}

function keyProblem(key: string): string | undefined {
  if (Buffer.byteLength(key) > maxKeyBytes) return `longer than ${maxKeyBytes} bytes`;
  for (const character of key) {
    if (!allowed.test(character)) return 'only letters, digits, "-", "_" and "." are allowed';
  }
  return undefined;
}
