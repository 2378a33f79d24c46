import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClipFolder } from '#theo/eval/clip-folder.js';
import type { EvalInputError } from '#theo/eval/errors.js';

/** A folder with these files. */
function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'theo-clips-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

function refusal(files: Readonly<Record<string, string>>): Promise<EvalInputError> {
  return readClipFolder(folder(files)).then(
    () => {
      throw new Error('it was read');
    },
    (error: EvalInputError) => error,
  );
}

describe('a manifest with a header', () => {
  it('gives clips by column name, in any order, and carries the others along', async () => {
    const dir = folder({
      'manifest.tsv':
        '\ufeffreference\tlicence\tid\tlanguage\r\nOlá!\tCC0\ta\tpt\r\n\r\n# a remark\r\nHello\t\tb\t\r\n',
      'a.flac': '',
      'b.wav': '',
    });
    expect(await readClipFolder(dir)).toEqual([
      { id: 'a', language: 'pt', reference: 'Olá!', path: join(dir, 'a.flac'), fields: { licence: 'CC0' } },
      { id: 'b', language: null, reference: 'Hello', path: join(dir, 'b.wav'), fields: { licence: '' } },
    ]);
  });

  it('finds recordings by path where there is one', async () => {
    const dir = folder({
      'manifest.tsv': 'id\tlanguage\treference\tpath\n1\ten\thi\tx.wav\n2\ten\tho\ty\n',
      'x.wav': '',
      'y.flac': '',
    });
    expect((await readClipFolder(dir)).map(({ path }) => path)).toEqual([
      join(dir, 'x.wav'),
      join(dir, 'y.flac'),
    ]);
  });
});

describe('less than that', () => {
  it('path and reference without a header', async () => {
    const dir = folder({ 'manifest.tsv': 'a.wav\thello\nb\tworld\n', 'a.wav': '', 'b.flac': '' });
    expect(await readClipFolder(dir)).toMatchObject([
      { id: 'a', language: null, reference: 'hello', path: join(dir, 'a.wav') },
      { id: 'b', language: null, reference: 'world', path: join(dir, 'b.flac') },
    ]);
  });

  it('pairs of a recording and a text', async () => {
    const dir = folder({ 'b.wav': '', 'b.txt': ' two \n', 'a.FLAC': '', 'a.txt': 'one', 'notes.txt': 'x' });
    expect(await readClipFolder(dir)).toMatchObject([
      { id: 'a', language: null, reference: 'one' },
      { id: 'b', reference: 'two' },
    ]);
  });
});

describe('what cannot be used is told, with the place', () => {
  const head = 'id\tlanguage\treference\n';
  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    [
      'an empty folder',
      {},
      'no_clips',
      'it needs a manifest.tsv with the columns id, language and reference',
    ],
    ['an empty manifest', { 'manifest.tsv': head }, 'no_clips', 'no clips in'],
    [
      'a missing file',
      { 'manifest.tsv': `${head}a\ten\thi\n` },
      'audio_missing',
      'manifest.tsv:2: clip "a": no recording at',
    ],
    [
      'a missing reference',
      { 'manifest.tsv': `${head}a\ten\t\n` },
      'manifest_invalid',
      'manifest.tsv:2: clip "a" has no reference',
    ],
    ['a missing id', { 'manifest.tsv': `${head}\ten\thi\n` }, 'manifest_invalid', 'manifest.tsv:2: no id'],
    [
      'an unknown column in place of one that is needed',
      { 'manifest.tsv': 'id\tlanguage\ttranscript\na\ten\thi\n' },
      'manifest_invalid',
      'no column reference (there are: id, language, transcript)',
    ],
    [
      'a language that is none',
      { 'manifest.tsv': `${head}a\tEnglish\thi\n` },
      'manifest_invalid',
      'manifest.tsv:2: clip "a": language "English" is not an ISO 639-1 code',
    ],
    [
      'too many cells',
      { 'manifest.tsv': `${head}a\ten\thi\tthere\n` },
      'manifest_invalid',
      'manifest.tsv:2: 4 cells, but the header names 3 columns',
    ],
    [
      'the same id again',
      { 'manifest.tsv': `${head}a\ten\thi\na\ten\tho\n`, 'a.wav': '' },
      'manifest_invalid',
      'manifest.tsv:3: clip "a" stands in line 2, too',
    ],
    [
      'neither header nor two cells',
      { 'manifest.tsv': 'a.wav\ten\thi\n' },
      'manifest_invalid',
      'manifest.tsv:1: 3 cells: without a header (id, language, reference) a line is a path, a tab and what is said',
    ],
    [
      'a recording without a text',
      { 'a.wav': '' },
      'manifest_invalid',
      'a.wav has no reference: write what is said in it to a.txt',
    ],
    [
      'recordings of a format that is not read',
      { 'talk.MP3': '', 'talk.txt': 'hi' },
      'no_clips',
      'make a WAV file of it, as with: ffmpeg -i talk.MP3 talk.wav',
    ],
    ['an empty text', { 'a.wav': '', 'a.txt': '\n' }, 'manifest_invalid', 'a.txt is empty'],
  ])('%s', async (_what, files, code, message) => {
    const error = await refusal(files);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });

  it('a folder that is not there', async () => {
    await expect(readClipFolder('/nowhere/at/all')).rejects.toMatchObject({ code: 'folder_unreadable' });
  });
});
