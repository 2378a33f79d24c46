import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { muLawSamples } from '#theo/audio/g711.js';
import { writeWav } from '#theo/audio/wav/write-wav.js';
import { type InputFormat, SampleReader } from '#theo/session/sample-reader.js';

const pcm16k: InputFormat = { input_sample_rate: 16_000, input_encoding: 'pcm_s16le' };

function read(reader: SampleReader, message: Uint8Array, format = pcm16k): number[] {
  const result = reader.read(message.slice(), format);
  if (!result.ok) throw new Error(result.problem);
  expect(result.pcm.length % 2).toBe(0);
  return [...result.pcm];
}

function problemOf(message: Uint8Array, format = pcm16k): string {
  const result = new SampleReader().read(message, format);
  return result.ok ? '' : result.problem;
}

function ascii(text: string, length = 64): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(Buffer.from(text, 'latin1'));
  return bytes;
}

describe('samples', () => {
  it('are the same however their bytes are cut into messages', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        cuts,
        fc.boolean(),
        (pcm, lengths, hasHeader) => {
          // What looks like the beginning of a file is another matter.
          pcm[0] = 1;
          const stream = hasHeader ? writeWav(pcm, 16_000) : pcm;
          const reader = new SampleReader();
          const got: number[] = [];
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const length = lengths[cut % lengths.length] ?? 1;
            got.push(...read(reader, stream.subarray(at, at + length)));
            at += length;
          }
          expect(got).toEqual([...pcm.subarray(0, pcm.length - (pcm.length % 2))]);
        },
      ),
    );
  });

  it('go on in step where bytes between them were lost', () => {
    const pcm = Uint8Array.from({ length: 200 }, (_, index) => index);
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        (before, first, second) => {
          const reader = new SampleReader();
          const got = before === 0 ? [] : read(reader, pcm.subarray(0, before));
          const lost = reader.skip(first, pcm16k) + reader.skip(second, pcm16k);
          const rest = read(reader, pcm.subarray(before + first + second));
          expect(got.length + lost + rest.length).toBe(200);
          expect(rest[0]).toBe(2 * Math.ceil((before + first + second) / 2));
        },
      ),
    );
  });

  it.each(['mulaw', 'alaw'] as const)('of %s are one byte each', (input_encoding) => {
    const reader = new SampleReader();
    const format = { input_sample_rate: 8_000, input_encoding };
    expect(read(reader, new Uint8Array(3), format)).toHaveLength(6);
    expect(reader.skip(3, format)).toBe(6);
  });

  it('of mu-law are those of G.711', () => {
    const codes = Uint8Array.of(0, 0x7f, 0x80, 0xff, 0x2a);
    const got = read(new SampleReader(), codes, { input_sample_rate: 8_000, input_encoding: 'mulaw' });
    const samples = new Int16Array(Uint8Array.from(got).buffer);
    expect([...samples]).toEqual([...codes].map((code) => muLawSamples[code]));
    expect(samples[0]).toBe(-32_124);
  });
});

describe('what is recognisably no samples', () => {
  /** A frame of MPEG-1 Layer III: 128 kbit/s, 44.1 kHz. */
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);

  it.each([
    ['WebM', ascii('\x1a\x45\xdf\xa3')],
    ['Ogg', ascii('OggS')],
    ['FLAC', ascii('fLaC')],
    ['MP4', ascii('\0\0\0\x20ftypisom')],
    ['MP3', ascii('ID3\x04')],
    ['MP3', Buffer.concat([frame, frame])],
  ])('%s is refused, and what to send instead is told', (name, message) => {
    expect(problemOf(message)).toContain(`this is ${name}`);
    expect(problemOf(message)).toContain('16-bit little-endian PCM');
  });

  it('is refused in the middle of a session, too, and that message alone', () => {
    const reader = new SampleReader();
    expect(read(reader, Uint8Array.of(1, 2, 3))).toEqual([1, 2]);
    expect(reader.read(ascii('OggS'), pcm16k).ok).toBe(false);
    expect(read(reader, Uint8Array.of(4))).toEqual([3, 4]);
  });

  it.each([
    ['silence', new Uint8Array(640)],
    ['quiet samples that look like one MP3 frame', frame],
    ['a header of MP3 whose frame would go on elsewhere', Buffer.concat([frame, Buffer.alloc(417)])],
    ['one byte', Uint8Array.of(0x4f)],
  ])('%s is not', (_, message) => {
    expect(problemOf(message)).toBe('');
  });
});

describe('a WAV header', () => {
  const pcm = Uint8Array.from({ length: 100 }, (_, index) => index + 1);

  it('at the beginning is skipped', () => {
    expect(read(new SampleReader(), writeWav(pcm, 16_000))).toEqual([...pcm]);
  });

  it('later is not looked for', () => {
    const reader = new SampleReader();
    read(reader, new Uint8Array(2));
    expect(read(reader, writeWav(pcm, 44_100))).toHaveLength(144);
  });

  it('with another rate is told of, with the command that mends it; the message is dropped', () => {
    const reader = new SampleReader();
    const result = reader.read(writeWav(pcm, 44_100), pcm16k);
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('at 44100 Hz') });
    expect(result).toMatchObject({ problem: expect.stringContaining('"input_sample_rate":44100') });
    expect(read(reader, pcm)).toEqual([...pcm]);
  });

  it('of stereo or of other samples is told of', () => {
    const stereo = writeWav(pcm, 16_000);
    new DataView(stereo.buffer).setUint16(22, 2, true);
    new DataView(stereo.buffer).setUint16(32, 4, true);
    expect(problemOf(stereo)).toContain('2 channel(s)');
    const mulaw = writeWav(pcm, 8_000);
    new DataView(mulaw.buffer).setUint16(20, 7, true);
    new DataView(mulaw.buffer).setUint16(32, 1, true);
    new DataView(mulaw.buffer).setUint16(34, 8, true);
    expect(problemOf(mulaw)).toContain('"input_encoding":"mulaw"');
    const wanted = { input_sample_rate: 8_000, input_encoding: 'mulaw' } as const;
    expect(read(new SampleReader(), mulaw, wanted)).toHaveLength(200);
  });

  it('that never ends is not waited for', () => {
    const endless = ascii('RIFF\0\0\0\0WAVELIST\xff\xff\xff\x7f', 1024);
    const reader = new SampleReader();
    expect(read(reader, endless)).toEqual([]);
    const results = Array.from({ length: 100 }, () => reader.read(new Uint8Array(1024), pcm16k));
    expect(results.filter((result) => !result.ok)).toHaveLength(1);
    expect(results.at(-1)).toMatchObject({ ok: true, pcm: { length: 1024 } });
  });
});
