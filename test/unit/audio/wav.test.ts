import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AudioFileError, parseWav, toPcm16, type WavAudio } from '#theo/audio/wav.js';

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

function samplesOf(audio: WavAudio): readonly number[] {
  return [...audio.samples];
}

function failure(bytes: Uint8Array): AudioFileError {
  try {
    parseWav(bytes);
  } catch (error) {
    if (error instanceof AudioFileError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('encodings', () => {
  test('16-bit mono comes out bit by bit', () => {
    const audio = parseWav(wav({ data: s16(0, 1, -1, 32_767, -32_768), sampleRateHz: 44_100 }));
    expect(audio.sampleRateHz).toBe(44_100);
    expect(audio.samples).toEqual(Int16Array.of(0, 1, -1, 32_767, -32_768));
  });

  test.each([
    ['unsigned 8-bit', { bits: 8, data: Uint8Array.of(128, 0, 192) }],
    ['24-bit', { bits: 24, data: Uint8Array.of(0, 0, 0, 0, 0, 0x80, 0, 0, 0x40) }],
    ['32-bit', { bits: 32, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x40) }],
    ['float', { format: 3, bits: 32, data: f32(0, -1, 0.5) }],
    ['extensible 24-bit', { subFormat: 1, bits: 24, data: Uint8Array.of(0, 0, 0, 0, 0, 0x80, 0, 0, 0x40) }],
    ['extensible float', { subFormat: 3, bits: 32, data: f32(0, -1, 0.5) }],
  ])('%s', (_, parts) => {
    expect(samplesOf(parseWav(wav(parts)))).toEqual([0, -1, 0.5]);
  });

  test('24-bit keeps its lowest bit and its sign', () => {
    const data = Uint8Array.of(1, 0, 0, 0xff, 0xff, 0xff);
    expect(samplesOf(parseWav(wav({ bits: 24, data })))).toEqual([2 ** -23, -(2 ** -23)]);
  });

  test('float that is not finite becomes silence', () => {
    const data = f32(Number.NaN, Number.POSITIVE_INFINITY, 0.25);
    expect(samplesOf(parseWav(wav({ format: 3, bits: 32, data })))).toEqual([0, 0, 0.25]);
  });

  test.each([
    ['two', 2, s16(16_384, -16_384, 16_384, 0), [0, 0.25]],
    ['three', 3, s16(3_276, 3_276, 3_276), [3_276 / 32_768]],
  ])('%s channels are averaged', (_, channels, data, expected) => {
    const samples = samplesOf(parseWav(wav({ channels, data })));
    expect(samples).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(samples[index]).toBeCloseTo(value, 6);
  });
});

describe('chunks and lengths', () => {
  const data = s16(1, 2, 3, 4);
  const junk = chunk('LIST', Buffer.from('data of odd length!'));

  test('unknown chunks before and after are passed over', () => {
    expect(samplesOf(parseWav(wav({ data, before: junk, after: junk })))).toEqual([1, 2, 3, 4]);
  });

  test('the file may lie anywhere in its buffer', () => {
    const file = wav({ data });
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(samplesOf(parseWav(shifted))).toEqual([1, 2, 3, 4]);
  });

  test.each([1, 2, 3])('data cut %d bytes early is taken by whole samples', (bytes) => {
    const file = wav({ data });
    expect(samplesOf(parseWav(file.subarray(0, file.length - bytes)))).toEqual(
      bytes < 3 ? [1, 2, 3] : [1, 2],
    );
  });

  test.each([
    ['0xFFFFFFFF', { dataSize: 0xffffffff, riffSize: 0xffffffff }],
    ['0xFFFFFFFF in a RIFF of its right size', { dataSize: 0xffffffff }],
    ['0 in a RIFF of 0', { dataSize: 0, riffSize: 0 }],
    ['0 in a RIFF that ends with the headers', { dataSize: 0, riffSize: 36 }],
  ])('a header written ahead, data size %s: the data reaches to the end', (_, sizes) => {
    expect(samplesOf(parseWav(wav({ data, ...sizes })))).toEqual([1, 2, 3, 4]);
  });

  test('data that is really empty is empty', () => {
    expect(samplesOf(parseWav(wav({ data: new Uint8Array(0), after: junk })))).toEqual([]);
  });
});

describe('what cannot be read says why and what to do', () => {
  const data = s16(1, 2);
  const fix = (extension: string): string =>
    `; convert it with: ffmpeg -i in.${extension} -ar 16000 -ac 1 out.wav`;

  test.each([
    ['nothing', Buffer.alloc(0), 'not_wav', `this is not a WAV file${fix('mp3')}`],
    ['ID3', Buffer.from('ID3\x04'), 'not_wav', `this is not a WAV file but looks like MP3${fix('mp3')}`],
    [
      'an MPEG frame',
      Buffer.from('fffb9064', 'hex'),
      'not_wav',
      `this is not a WAV file but looks like MP3${fix('mp3')}`,
    ],
    ['fLaC', Buffer.from('fLaC'), 'not_wav', `this is not a WAV file but looks like FLAC${fix('flac')}`],
    ['OggS', Buffer.from('OggS'), 'not_wav', `this is not a WAV file but looks like Ogg${fix('ogg')}`],
    [
      'WebM',
      Buffer.from('1a45dfa3', 'hex'),
      'not_wav',
      `this is not a WAV file but looks like WebM${fix('webm')}`,
    ],
    [
      'M4A',
      Buffer.from('\0\0\0\x20ftypM4A '),
      'not_wav',
      `this is not a WAV file but looks like MP4 or M4A${fix('m4a')}`,
    ],
    [
      'a-law',
      wav({ data, format: 6, bits: 8 }),
      'unsupported_format',
      `WAV format 6 of 8 bits is not supported${fix('wav')}`,
    ],
    [
      '64-bit float',
      wav({ data, format: 3, bits: 64 }),
      'unsupported_format',
      `WAV format 3 of 64 bits is not supported${fix('wav')}`,
    ],
    [
      '12-bit',
      wav({ data, bits: 12, blockAlign: 2 }),
      'unsupported_format',
      `WAV format 1 of 12 bits is not supported${fix('wav')}`,
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
      `this WAV file cannot be read: its format chunk is cut off${fix('wav')}`,
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
      expect(parseWav(bytes).samples.length).toBeLessThanOrEqual(bytes.length);
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

describe('as s16le', () => {
  test('16-bit audio comes out as it was in the file', () => {
    const file = readFileSync('test/fixtures/audio/en_01.wav');
    const audio = parseWav(file);
    expect(audio.sampleRateHz).toBe(16_000);
    expect(Buffer.from(toPcm16(audio)).equals(file.subarray(44))).toBe(true);
  });

  test('float is scaled, rounded and clipped', () => {
    const audio = {
      sampleRateHz: 16_000,
      samples: Float32Array.of(0, 0.5, -0.5, 1, -1, 7, -7, 1.4 / 32_768),
    };
    expect(Buffer.from(toPcm16(audio))).toEqual(s16(0, 16_384, -16_384, 32_767, -32_768, 32_767, -32_768, 1));
  });
});
