import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AudioFileError } from '#theo/audio/errors.js';
import type { MonoAudio } from '#theo/audio/mono-audio.js';
import { toPcm16 } from '#theo/audio/pcm16.js';
import { readWav } from '#theo/audio/wav/read-wav.js';
import { writeWav } from '#theo/audio/wav/write-wav.js';

interface WavParts {
  readonly format?: number;
  readonly channels?: number;
  readonly sampleRateHz?: number;
  readonly bits?: number;
  readonly blockAlign?: number;
  /** The format inside WAVE_FORMAT_EXTENSIBLE. */
  readonly subFormat?: number;
  readonly data: Uint8Array;
  readonly dataSize?: number;
  readonly riffSize?: number;
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
}

function chunk(id: string, body: Uint8Array, size = body.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(size, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
}

function wav(parts: WavParts): Buffer {
  const { format = 1, channels = 1, sampleRateHz = 16_000, bits = 16, subFormat, data } = parts;
  const fmt = Buffer.alloc(subFormat === undefined ? 16 : 40);
  fmt.writeUInt16LE(subFormat === undefined ? format : 0xfffe, 0);
  fmt.writeUInt16LE(channels, 2);
  fmt.writeUInt32LE(sampleRateHz, 4);
  fmt.writeUInt16LE(parts.blockAlign ?? (channels * bits) / 8, 12);
  fmt.writeUInt16LE(bits, 14);
  if (subFormat !== undefined) fmt.writeUInt16LE(subFormat, 24);
  const { before = Buffer.alloc(0), after = Buffer.alloc(0) } = parts;
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    before,
    chunk('fmt ', fmt),
    chunk('data', data, parts.dataSize),
    after,
  ]);
  return chunk('RIFF', body, parts.riffSize);
}

function s16(...samples: number[]): Buffer {
  const buffer = Buffer.alloc(samples.length * 2);
  for (const [index, sample] of samples.entries()) buffer.writeInt16LE(sample, index * 2);
  return buffer;
}

function f32(...samples: number[]): Buffer {
  return Buffer.from(Float32Array.from(samples).buffer);
}

function samplesOf(audio: MonoAudio): readonly number[] {
  return [...audio.samples];
}

function failure(bytes: Uint8Array): AudioFileError {
  try {
    readWav(bytes);
  } catch (error) {
    if (error instanceof AudioFileError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('encodings', () => {
  test('16-bit mono comes out bit by bit', () => {
    const audio = readWav(wav({ data: s16(0, 1, -1, 32_767, -32_768), sampleRateHz: 44_100 }));
    expect(audio.sampleRateHz).toBe(44_100);
    expect(audio.samples).toEqual(Int16Array.of(0, 1, -1, 32_767, -32_768));
  });

  test.each([
    ['unsigned 8-bit', { bits: 8, data: Uint8Array.of(128, 0, 192) }],
    ['24-bit', { bits: 24, data: Uint8Array.of(0, 0, 0, 0, 0, 0x80, 0, 0, 0x40) }],
    ['32-bit', { bits: 32, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x40) }],
    ['float', { format: 3, bits: 32, data: f32(0, -1, 0.5) }],
    ['float of 64 bits', { format: 3, bits: 64, data: Buffer.from(Float64Array.of(0, -1, 0.5).buffer) }],
    ['extensible 24-bit', { subFormat: 1, bits: 24, data: Uint8Array.of(0, 0, 0, 0, 0, 0x80, 0, 0, 0x40) }],
    ['extensible float', { subFormat: 3, bits: 32, data: f32(0, -1, 0.5) }],
  ])('%s', (_, parts) => {
    expect(samplesOf(readWav(wav(parts)))).toEqual([0, -1, 0.5]);
  });

  // From the tables of ITU-T G.711, at 16 bits: the loudest, the quietest and one between of each sign.
  test.each([
    ['mu-law', 7, [0x00, 0x80, 0x7f, 0xff, 0x30, 0xb0], [-32_124, 32_124, 0, 0, -3_900, 3_900]],
    ['A-law', 6, [0x2a, 0xaa, 0x55, 0xd5, 0x00, 0x80], [-32_256, 32_256, -8, 8, -5_504, 5_504]],
  ])('%s', (_, format, codes, expected) => {
    const { samples } = readWav(wav({ format, bits: 8, sampleRateHz: 8_000, data: Uint8Array.from(codes) }));
    expect([...samples].map((sample) => sample * 32_768)).toEqual(expected);
  });

  test('24-bit keeps its lowest bit and its sign', () => {
    const data = Uint8Array.of(1, 0, 0, 0xff, 0xff, 0xff);
    expect(samplesOf(readWav(wav({ bits: 24, data })))).toEqual([2 ** -23, -(2 ** -23)]);
  });

  test('float that is not finite becomes silence', () => {
    const data = f32(Number.NaN, Number.POSITIVE_INFINITY, 0.25);
    expect(samplesOf(readWav(wav({ format: 3, bits: 32, data })))).toEqual([0, 0, 0.25]);
  });

  test.each([
    ['two', 2, s16(16_384, -16_384, 16_384, 0), [0, 0.25]],
    ['three', 3, s16(3_276, 3_276, 3_276), [3_276 / 32_768]],
  ])('%s channels are averaged', (_, channels, data, expected) => {
    const samples = samplesOf(readWav(wav({ channels, data })));
    expect(samples).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(samples[index]).toBeCloseTo(value, 6);
  });
});

describe('chunks and lengths', () => {
  const data = s16(1, 2, 3, 4);
  const junk = chunk('LIST', Buffer.from('data of odd length!'));

  test('unknown chunks before and after are passed over', () => {
    expect(samplesOf(readWav(wav({ data, before: junk, after: junk })))).toEqual([1, 2, 3, 4]);
  });

  test('the file may lie anywhere in its buffer', () => {
    const file = wav({ data });
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(samplesOf(readWav(shifted))).toEqual([1, 2, 3, 4]);
  });

  test.each([1, 2, 3])('data cut %d bytes early is taken by whole samples', (bytes) => {
    const file = wav({ data });
    expect(samplesOf(readWav(file.subarray(0, file.length - bytes)))).toEqual(bytes < 3 ? [1, 2, 3] : [1, 2]);
  });

  test.each([
    ['0xFFFFFFFF', { dataSize: 0xffffffff, riffSize: 0xffffffff }],
    ['0xFFFFFFFF in a RIFF of its right size', { dataSize: 0xffffffff }],
    ['0 in a RIFF of 0', { dataSize: 0, riffSize: 0 }],
    ['0 in a RIFF that ends with the headers', { dataSize: 0, riffSize: 36 }],
    ['0 in a RIFF of its right size', { dataSize: 0 }],
  ])('a header written ahead, data size %s: the data reaches to the end', (_, sizes) => {
    expect(samplesOf(readWav(wav({ data, ...sizes })))).toEqual([1, 2, 3, 4]);
  });

  test('silence behind a data size of 0 is silence, and no chunks', () => {
    expect(samplesOf(readWav(wav({ data: Buffer.alloc(16), dataSize: 0 })))).toEqual(Array(8).fill(0));
  });

  test.each([
    ['with chunks behind it', { after: Buffer.concat([junk, chunk('id3 ', Buffer.from('x'))]) }],
    ['at the end of the file', {}],
    ['before an odd chunk that nothing fills', { after: junk.subarray(0, junk.length - 1) }],
  ])('data that is really empty is empty, %s', (_, parts) => {
    expect(samplesOf(readWav(wav({ data: new Uint8Array(0), ...parts })))).toEqual([]);
  });

  test('channels are told from their mix', () => {
    expect(readWav(wav({ data })).channelPower).toBeNull();
    const opposite = readWav(wav({ channels: 2, data: s16(16_384, -16_384, -16_384, 16_384) }));
    expect(opposite.channelPower).toBe(0.25);
    expect(samplesOf(opposite)).toEqual([0, 0]);
  });
});

describe('what cannot be read says why and what to do', () => {
  const data = s16(1, 2);
  const fix = (extension: string): string =>
    `; convert it with: ffmpeg -i in.${extension} -ar 16000 -ac 1 out.wav`;

  test.each([
    ['nothing', Buffer.alloc(0), 'unknown_format', 'this file is empty'],
    [
      'text',
      Buffer.from('{"name": "theo",\n "said": "olá"}'),
      'unknown_format',
      'this is text, and WAV or FLAC is read',
    ],
    [
      'raw samples',
      s16(0, 1, -1, 300, -300),
      'unknown_format',
      'this is neither WAV nor FLAC; if it is raw samples, say which and give it a header, such as: ' +
        'ffmpeg -f s16le -ar 16000 -ac 1 -i in.raw out.wav',
    ],
    [
      'AIFF',
      Buffer.from('FORM\0\0\0\0AIFF'),
      'unknown_format',
      `this is AIFF, and WAV or FLAC is read${fix('aiff')}`,
    ],
    ['ID3', Buffer.from('ID3\x04'), 'unknown_format', `this is MP3, and WAV or FLAC is read${fix('mp3')}`],
    [
      'an MPEG frame',
      Buffer.from('fffb9064', 'hex'),
      'unknown_format',
      `this is MP3, and WAV or FLAC is read${fix('mp3')}`,
    ],
    ['fLaC', Buffer.from('fLaC'), 'unknown_format', `this is FLAC, and WAV or FLAC is read${fix('flac')}`],
    ['OggS', Buffer.from('OggS'), 'unknown_format', `this is Ogg, and WAV or FLAC is read${fix('ogg')}`],
    [
      'WebM',
      Buffer.from('1a45dfa3', 'hex'),
      'unknown_format',
      `this is WebM, and WAV or FLAC is read${fix('webm')}`,
    ],
    [
      'M4A',
      Buffer.from('\0\0\0\x20ftypM4A '),
      'unknown_format',
      `this is MP4 or M4A, and WAV or FLAC is read${fix('m4a')}`,
    ],
    [
      'MP3 in WAV',
      wav({ data, format: 85, bits: 0 }),
      'unsupported_format',
      `WAV with MP3 inside is not supported${fix('wav')}`,
    ],
    [
      '12-bit',
      wav({ data, bits: 12, blockAlign: 2 }),
      'unsupported_format',
      `WAV with format 1 of 12 bits inside is not supported${fix('wav')}`,
    ],
    [
      'a low rate',
      wav({ data, sampleRateHz: 4_000 }),
      'unsupported_sample_rate',
      `a sample rate of 4000 Hz is not supported (8000 to 192000)${fix('wav')}`,
    ],
    [
      'no channels',
      wav({ data, channels: 0 }),
      'malformed',
      `this WAV file cannot be read: 0 channels of 16 bits do not make frames of 0 bytes${fix('wav')}`,
    ],
    [
      'no data',
      wav({ data }).subarray(0, 36),
      'malformed',
      `this WAV file cannot be read: it ends before its audio data${fix('wav')}`,
    ],
    [
      'data first',
      chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('data', data)])),
      'malformed',
      `this WAV file cannot be read: no format chunk stands before the audio data${fix('wav')}`,
    ],
    [
      'a cut format',
      wav({ data }).subarray(0, 30),
      'malformed',
      `this WAV file cannot be read: it ends before its audio data${fix('wav')}`,
    ],
  ])('%s', (_, bytes, code, message) => {
    const error = failure(bytes);
    expect({ code: error.code, message: error.message }).toEqual({ code, message });
  });
});

describe('any bytes', () => {
  const valid = wav({ data: s16(1, 2, 3, 4), before: chunk('LIST', Buffer.from('abc')) });
  const isReadOrRefused = (bytes: Uint8Array): void => {
    try {
      expect(readWav(bytes).samples.length).toBeLessThanOrEqual(bytes.length);
    } catch (error) {
      expect(error).toBeInstanceOf(AudioFileError);
    }
  };

  test('are read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), isReadOrRefused));
  });

  test('behind a RIFF header are read or refused', () => {
    const headed = fc
      .uint8Array({ maxLength: 200 })
      .map((body) => chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), body])));
    fc.assert(fc.property(headed, isReadOrRefused));
  });

  test('of a valid file, some changed and the end cut, are read or refused', () => {
    const change = fc.record({ at: fc.nat(valid.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(valid.length), (changes, length) => {
        const bytes = Buffer.from(valid);
        for (const { at, to } of changes) bytes[at] = to;
        isReadOrRefused(bytes.subarray(0, length));
      }),
      { numRuns: 2_000 },
    );
  });
});

test('what is written is read back', () => {
  const pcm = s16(0, 1, -1, 32_767, -32_768);
  const { sampleRateHz, samples } = readWav(writeWav(pcm, 22_050));
  expect(sampleRateHz).toBe(22_050);
  expect(Buffer.from(toPcm16(samples))).toEqual(pcm);
});

describe('as s16le', () => {
  test('16-bit audio comes out as it was in the file', () => {
    const file = readFileSync('test/fixtures/audio/en_01.wav');
    const audio = readWav(file);
    expect(audio.sampleRateHz).toBe(16_000);
    expect(Buffer.from(toPcm16(audio.samples)).equals(file.subarray(44))).toBe(true);
  });

  test('float is scaled, rounded and clipped', () => {
    const audio = {
      sampleRateHz: 16_000,
      samples: Float32Array.of(0, 0.5, -0.5, 1, -1, 7, -7, 1.4 / 32_768),
    };
    expect(Buffer.from(toPcm16(audio.samples))).toEqual(
      s16(0, 16_384, -16_384, 32_767, -32_768, 32_767, -32_768, 1),
    );
  });
});
