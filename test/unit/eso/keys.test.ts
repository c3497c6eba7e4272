// Tests the keys of a Secret in the making: conversion, and which of them pass (ESO 2.4).
import { describe, expect, test } from 'vitest';
import { convertKeys, type SecretMap, validateKeys } from '../../../plugin/eso/keys.ts';
import { SecretBytes } from '../../../plugin/secret-bytes.ts';

function mapOf(...keys: readonly string[]): SecretMap {
  return new Map(keys.map((key) => [key, SecretBytes.ofText(key)]));
}

function keysOf(outcome: ReturnType<typeof convertKeys>): readonly string[] {
  return outcome.ok ? [...outcome.map.keys()] : [outcome.message];
}

describe('conversion', () => {
  test.each([
    {
      reason: 'what a key may hold stays',
      key: 'a-B_9.z',
      byDefault: 'a-B_9.z',
      unicode: 'a-B_9.z',
    },
    { reason: 'a slash', key: 'a/b', byDefault: 'a_b', unicode: 'a_U002f_b' },
    {
      reason: 'letters and numbers of every script stay',
      key: 'é日本x²½ⅷ',
      byDefault: 'é日本x²½ⅷ',
      unicode: 'é日本x²½ⅷ',
    },
    { reason: 'an emoji is one character', key: '😀', byDefault: '_', unicode: '_U1f600_' },
    {
      reason: 'a combining mark is no letter',
      key: 'e\u0301',
      byDefault: 'e_',
      unicode: 'e_U0301_',
    },
    { reason: 'nothing', key: '', byDefault: '', unicode: '' },
  ])('$reason', ({ key, byDefault, unicode }) => {
    expect(keysOf(convertKeys(mapOf(key), 'Default'))).toEqual([byDefault]);
    expect(keysOf(convertKeys(mapOf(key), 'Unicode'))).toEqual([unicode]);
  });

  test('two keys that become one are refused, with the way out', () => {
    expect(keysOf(convertKeys(mapOf('a/b', 'a:b'), 'Default')).join()).toContain(
      'two keys become "a_b"',
    );
    expect(convertKeys(mapOf('a/b', 'a:b'), 'Unicode')).toMatchObject({ ok: true });
  });
});

describe('validation', () => {
  test.each([
    { reason: 'letters of every script pass here, and Kubernetes refuses them later', key: '日本' },
    { reason: '253 bytes', key: 'a'.repeat(253) },
  ])('$reason', ({ key }) => {
    expect(validateKeys(mapOf(key))).toMatchObject({ ok: true });
  });

  test.each([
    { reason: 'a blank', key: 'a b' },
    { reason: '254 bytes', key: 'a'.repeat(254) },
    { reason: 'bytes are counted, not characters', key: 'é'.repeat(127) },
  ])('$reason is refused', ({ key }) => {
    expect(validateKeys(mapOf(key))).toMatchObject({ ok: false });
  });

  test('an empty key is dropped without a word', () => {
    expect(validateKeys(mapOf('', 'a'))).toMatchObject({ ok: true, map: mapOf('a') });
  });
});
