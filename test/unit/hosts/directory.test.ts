// Tests which files of a folder are manifests, in which order, and what happens to links.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../../../plugin/errors.ts';
import { RenderError } from '../../../plugin/results.ts';
import { readDirectory, sourceType } from '../../../plugin/hosts/directory.ts';

let outside: string;
let folder: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'eso-render-directory-'));
  folder = join(outside, 'app');
  mkdirSync(folder);
});

afterEach(() => {
  rmSync(outside, { recursive: true });
});

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function names(recurse: boolean): readonly string[] {
  return readDirectory(folder, { recurse }).map(({ file }) => file);
}

function problems(): readonly string[] {
  try {
    readDirectory(folder, { recurse: false });
  } catch (error) {
    if (error instanceof RenderError) {
      return error.results.map(({ code, place, message }) => `${code} ${place?.file}: ${message}`);
    }
  }
  return [];
}

describe('readDirectory', () => {
  test.each([
    {
      reason: 'the three endings',
      files: ['a.json', 'b.yaml', 'c.yml'],
      taken: ['a.json', 'b.yaml', 'c.yml'],
    },
    {
      reason: 'endings are case sensitive, as in Argo CD',
      files: ['a.YAML', 'b.yaml'],
      taken: ['b.yaml'],
    },
    {
      reason: 'other files are none',
      files: ['README.md', 'a.yaml.bak', 'yaml', 'b.jsonnet'],
      taken: [],
    },
    { reason: 'a leading dot hides a file', files: ['.a.yaml', 'b.yaml'], taken: ['b.yaml'] },
    { reason: 'not into folders', files: ['a.yaml', 'sub/b.yaml'], taken: ['a.yaml'] },
    {
      reason: 'a folder with the name of a manifest',
      files: ['a.yaml/b.txt', 'c.yaml'],
      taken: ['c.yaml'],
    },
    {
      reason: 'byte order: capitals first, é last',
      files: ['é.yaml', 'z.yaml', 'B.yaml'],
      taken: ['B.yaml', 'z.yaml', 'é.yaml'],
    },
    {
      reason: 'by bytes and not by UTF-16 units',
      files: ['\u{1F511}.yaml', '\uFF5E.yaml'],
      taken: ['\uFF5E.yaml', '\u{1F511}.yaml'],
    },
  ])('$reason', ({ files, taken }) => {
    put(Object.fromEntries(files.map((name) => [name, 'x: 1\n'])));
    expect(names(false)).toEqual(taken);
  });

  test('into folders when asked, hidden ones left out, one folder after the other', () => {
    put({
      'a/z.yaml': '',
      'a.yaml': '',
      'a/b/c.json': '',
      '.git/x.yaml': '',
      'a/.cache/x.yaml': '',
    });
    expect(names(true)).toEqual(['a/b/c.json', 'a/z.yaml', 'a.yaml']);
  });

  test('the bytes are those of the file, whatever they are', () => {
    const bytes = Uint8Array.from([0xff, 0x00, 0x0d, 0x0a]);
    writeFileSync(join(folder, 'a.yaml'), bytes);
    expect(readDirectory(folder, { recurse: false }).map((file) => [...file.bytes])).toEqual([
      [...bytes],
    ]);
  });

  test("a file with Argo CD's skip marker is left out", () => {
    put({ 'values.yaml': '# +argocd:skip-file-rendering\na: 1\n', 'b.yaml': 'a: 1\n' });
    expect(names(false)).toEqual(['b.yaml']);
  });

  test('a link to a file inside is read, as in a mounted ConfigMap', () => {
    put({ '..data/a.yaml': 'inside: 1\n' });
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    expect(names(false)).toEqual(['a.yaml']);
  });

  test('the folder itself may be reached by a link', () => {
    put({ 'a.yaml': '' });
    symlinkSync(folder, join(outside, 'current'));
    expect(readDirectory(join(outside, 'current'), { recurse: false })).toHaveLength(1);
  });

  test('a linked folder is not entered', () => {
    put({ 'sub/a.yaml': '' });
    symlinkSync('sub', join(folder, 'again'));
    expect(names(true)).toEqual(['sub/a.yaml']);
  });

  test('every link that leads out, or nowhere, is an error', () => {
    writeFileSync(join(outside, 'token.yaml'), 'token: abc\n');
    writeFileSync(join(outside, 'app-neighbour.yaml'), '');
    symlinkSync('../token.yaml', join(folder, 'a.yaml'));
    symlinkSync(join(outside, 'app-neighbour.yaml'), join(folder, 'b.yaml'));
    symlinkSync('missing.yaml', join(folder, 'c.yaml'));
    symlinkSync('d.yaml', join(folder, 'd.yaml'));
    expect(problems()).toEqual([
      'INPUT a.yaml: cannot read this file: it is a link that leads out of the folder',
      'INPUT b.yaml: cannot read this file: it is a link that leads out of the folder',
      'INPUT c.yaml: cannot read this file: it does not exist',
      'INPUT d.yaml: cannot read this file: its links lead in a circle',
    ]);
  });

  test.skipIf(process.getuid?.() === 0)(
    'a file that may not be read is an error (skipped for root, who may read all)',
    () => {
      put({ 'a.yaml': '' });
      chmodSync(join(folder, 'a.yaml'), 0);
      expect(problems()).toEqual(['INPUT a.yaml: cannot read this file: permission denied']);
    },
  );

  test('a missing folder, and a file in its place, are wrong usage', () => {
    put({ 'a.yaml': '' });
    const read = (name: string) => () => readDirectory(join(folder, name), { recurse: false });
    expect(read('nowhere')).toThrow(UsageError);
    expect(read('nowhere')).toThrow('it does not exist');
    expect(read('a.yaml')).toThrow('it is not a folder');
  });
});

describe('sourceType', () => {
  test.each([
    { reason: 'manifests only', files: ['a.yaml'], type: 'directory' },
    {
      reason: 'a kustomization by each of its names',
      files: ['kustomization.yaml'],
      type: 'kustomize',
    },
    {
      reason: 'a kustomization by each of its names',
      files: ['kustomization.yml'],
      type: 'kustomize',
    },
    { reason: 'a kustomization by each of its names', files: ['Kustomization'], type: 'kustomize' },
    { reason: 'a chart', files: ['Chart.yaml', 'values.yaml'], type: 'helm' },
    {
      reason: 'only at the top',
      files: ['charts/x/Chart.yaml', 'base/kustomization.yaml'],
      type: 'directory',
    },
  ])('$reason: $files', ({ files, type }) => {
    put(Object.fromEntries(files.map((name) => [name, ''])));
    expect(sourceType(folder)).toBe(type);
  });
});
