import { expect, test } from 'vitest';
import { audioFormatOf } from '#theo/audio/audio-format.js';

test.each([
  ['RIFF\x10\0\0\0WAVE', 'WAV'],
  ['RIFF\x10\0\0\0AVI ', undefined],
  ['RF64\xff\xff\xff\xffWAVE', 'RF64'],
  ['fLaC\0\0\0\x22', 'FLAC'],
  ['OggS\0\x02', 'Ogg'],
  ['\x1a\x45\xdf\xa3\x9f', 'WebM'],
  ['\0\0\0\x20ftypisom', 'MP4 or M4A'],
  ['ID3\x04\0', 'MP3'],
  ['\xff\xfb\x90\x64', 'MP3'],
  ['\xff\xf3\x84\xc4', 'MP3'],
  ['', undefined],
  ['R', undefined],
])('%j is %s', (bytes, name) => {
  expect(audioFormatOf(Buffer.from(bytes, 'latin1'))?.name).toBe(name);
});

test.each([
  ['silence', [0, 0, 0, 0]],
  ['-1, -2', [-1, -2]],
  ['-1 four times', [-1, -1, -1, -1]],
  ['loud', [32_767, -32_768, 12_000]],
])('samples are no format: %s', (_, samples) => {
  expect(audioFormatOf(new Uint8Array(Int16Array.from(samples).buffer))).toBeUndefined();
});
