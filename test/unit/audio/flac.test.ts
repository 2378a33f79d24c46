import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AudioFileError } from '#theo/audio/errors.js';
import { readFlac } from '#theo/audio/flac/flac.js';

/** Written by ffmpeg 5.1; each holds the MD5 of what it was made of, which the decoder verifies. */
function fixture(name: string): Buffer {
  return readFileSync(join('test', 'fixtures', 'flac', `${name}.flac`));
}

function refusal(bytes: Uint8Array): AudioFileError {
  try {
    readFlac(bytes);
  } catch (error) {
    if (error instanceof AudioFileError) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** A file that consists of a header alone. */
function header(sampleRateHz: number, bitsPerSample: number, totalSamples = 0): Buffer {
  const info = Buffer.alloc(34);
  info.writeUInt32BE((sampleRateHz << 12) | ((bitsPerSample - 1) << 4), 10);
  info.writeUInt32BE(totalSamples, 14);
  return Buffer.concat([Buffer.from('fLaC'), Buffer.from([0x80, 0, 0, 34]), info]);
}

describe('what FLAC holds comes out', () => {
  test.each([
    ['fixed-8k', 8_000, 1_200, 'Int16Array'],
    ['silence', 16_000, 16_000, 'Int16Array'],
    ['stereo-16', 48_000, 7_200, 'Float32Array'],
    ['stereo-24', 44_100, 6_615, 'Float32Array'],
    ['streamed', 16_000, 2_400, 'Int16Array'],
  ])('%s: rate and length', (name, sampleRateHz, length, kind) => {
    const audio = readFlac(fixture(name));
    expect(audio.sampleRateHz).toBe(sampleRateHz);
    expect(audio.samples.length).toBe(length);
    expect(audio.samples.constructor.name).toBe(kind);
  });

  it('silence is zeros, speech is not', () => {
    expect(readFlac(fixture('silence')).samples.every((sample) => sample === 0)).toBe(true);
    expect(readFlac(fixture('streamed')).samples.some((sample) => Math.abs(sample) > 1_000)).toBe(true);
  });

  it('takes the mean of the channels, within [-1, 1]', () => {
    // The second channel is 0.6 of the first.
    const stereo = readFlac(fixture('stereo-24')).samples;
    const loudest = Math.max(...[...stereo].map(Math.abs));
    expect(loudest).toBeGreaterThan(0.01);
    expect(loudest).toBeLessThan(1);
  });

  it('tells the channels from their mix', () => {
    expect(readFlac(fixture('streamed')).channelPower).toBeNull();
    const { samples, channelPower } = readFlac(fixture('stereo-24'));
    const mixPower = [...samples].reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // Channels of 1 and 0.6: their mix has 0.8² where they have (1² + 0.6²) / 2.
    expect((channelPower ?? 0) / mixPower).toBeCloseTo(0.68 / 0.64, 3);
  });

  it('passes over other blocks before the audio and whatever stands behind it', () => {
    const plain = fixture('fixed-8k');
    const padding = Buffer.from([0x81, 0, 0, 3, 1, 2, 3]);
    const infoEnd = 4 + 4 + 34;
    const padded = Buffer.concat([
      plain.subarray(0, infoEnd),
      padding,
      plain.subarray(infoEnd),
      Buffer.from('TAG…'),
    ]);
    padded[4] = 0;
    expect(readFlac(padded).samples).toEqual(readFlac(plain).samples);
  });

  it('leaves out a last frame that is cut off where the length was not known', () => {
    const bytes = fixture('streamed');
    const whole = readFlac(bytes).samples;
    expect(refusal(bytes.subarray(0, 100)).message).toContain('ends before its audio data');
    expect(whole.length).toBe(2_400);
  });
});

describe('what is no FLAC is refused', () => {
  it.each<[string, Buffer, string, string]>([
    ['something else', Buffer.from('RIFF....WAVE'), 'malformed', 'does not begin with "fLaC"'],
    ['a header that is cut off', fixture('silence').subarray(0, 30), 'malformed', 'header is cut off'],
    ['no audio', header(16_000, 16), 'malformed', 'ends before its audio data'],
    ['32 bits', header(16_000, 32), 'unsupported_format', '32 bits'],
    ['4 kHz', header(4_000, 16), 'unsupported_sample_rate', '4000 Hz'],
    [
      'fewer samples than it says',
      fixture('silence').subarray(0, -14),
      'malformed',
      'it is cut off or damaged',
    ],
    [
      'wrong samples',
      Buffer.concat([fixture('silence').subarray(0, 41), Buffer.from([7]), fixture('silence').subarray(42)]),
      'malformed',
      'MD5',
    ],
  ])('%s', (_what, bytes, code, message) => {
    const error = refusal(bytes);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });

  it('never takes damaged audio for good, whatever is damaged', () => {
    const good = fixture('stereo-16');
    const audio = readFlac(good);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length));
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          try {
            const { samples } = readFlac(bytes);
            // Only what says nothing about the samples can have changed: the rate, bits that nobody reads.
            expect(samples).toEqual(audio.samples);
          } catch (error) {
            if (!(error instanceof AudioFileError)) throw error;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends on any bytes behind a header', () => {
    const head = header(16_000, 16, 1_000_000);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (body) => {
        expect(refusal(Buffer.concat([head, Buffer.from([0xff, 0xf8]), body]))).toBeInstanceOf(
          AudioFileError,
        );
      }),
      { numRuns: 300 },
    );
  });
});
