import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAudioFile, readAudioStream } from '#theo/audio/audio-file.js';
import { AudioFileError } from '#theo/audio/errors.js';

const clip = 'test/fixtures/audio/en_03.wav';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'theo-audio-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function failure(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  if (error instanceof AudioFileError) return `${error.code} ${error.message}`;
  throw new Error('the file was accepted', { cause: error });
}

describe('what is no file', () => {
  test.each([
    ['nothing', 'none.wav', 'no such file'],
    ['a folder', '.', 'it is a folder, not a file'],
    ['a device that never ends', '/dev/zero', 'it is a device, not a file'],
  ])('%s', async (_, name, why) => {
    const path = name.startsWith('/') ? name : join(folder, name);
    expect(await failure(readAudioFile(path))).toBe(`unreadable ${path}: cannot be read: ${why}`);
  });

  // root reads everything.
  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const path = join(folder, 'private.wav');
    writeFileSync(path, '');
    chmodSync(path, 0);
    expect(await failure(readAudioFile(path))).toContain('no permission to read it');
  });

  test('an empty file', async () => {
    const path = join(folder, 'empty.wav');
    writeFileSync(path, '');
    expect(await failure(readAudioFile(path))).toBe(`unknown_format ${path}: this file is empty`);
  });
});

test('a pipe is read to its end', async () => {
  const path = join(folder, 'pipe');
  spawnSync('mkfifo', [path]);
  const written = once(spawn('sh', ['-c', 'cat "$0" > "$1"', clip, path]), 'exit');
  expect(await readAudioFile(path)).toEqual(await readAudioFile(clip));
  await written;
});

test('a stream may come in pieces of any size', async () => {
  const bytes = readFileSync(clip);
  const pieces = [bytes.subarray(0, 5), bytes.subarray(5, 11), bytes.subarray(11)];
  expect(await readAudioStream(Readable.from(pieces), 'stdin')).toEqual(await readAudioFile(clip));
});

describe('a stream that never ends', () => {
  function endless(beginning: string): { stream: Readable; given: () => number } {
    let given = 0;
    const stream = Readable.from(
      (function* chunks() {
        yield Buffer.from(beginning, 'latin1');
        for (;;) {
          given += 1024;
          yield Buffer.alloc(1024);
        }
      })(),
    );
    return { stream, given: () => given };
  }

  test('is given up at once where it is no audio', async () => {
    const { stream, given } = endless('\0\0\0\0\0\0\0\0\0\0\0\0');
    expect(await failure(readAudioStream(stream, 'stdin'))).toMatch(
      /^unknown_format stdin: this is neither WAV/,
    );
    expect(given()).toBeLessThan(100_000);
  });

  test('is given up at the limit where it is', async () => {
    const { stream, given } = endless('RIFF\xff\xff\xff\xffWAVEfmt ');
    expect(await failure(readAudioStream(stream, 'stdin', { maxBytes: 200_000 }))).toBe(
      'unreadable stdin: has more than 200000 bytes, the most that are read',
    );
    expect(given()).toBeLessThan(400_000);
  });
});

test('a file over the limit is not read', async () => {
  expect(await failure(readAudioFile(clip, { maxBytes: 1_000 }))).toBe(
    `unreadable ${clip}: has more than 1000 bytes, the most that are read`,
  );
});
