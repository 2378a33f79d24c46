import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hop, StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { frameSamples, hopSamples, loadNative, sampleRateHz } from '#theo/native.js';

const native = loadNative();

describe('StreamingPreprocessor', () => {
  it('gives the same hops to the bit however the audio is cut into messages', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8000, 11_025, 16_000, 24_000, 44_100, 44_101, 48_000, 192_000),
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 40 }),
        fc.integer(),
        (inputSampleRate, cuts, seed) => {
          const pcm = toPcm(noise(inputSampleRate / 4, 0.3, seed));
          const whole = new StreamingPreprocessor(native, { inputSampleRate });
          const expected = [...whole.push(pcm), ...whole.flush()];

          const cut = new StreamingPreprocessor(native, { inputSampleRate });
          const actual: Hop[] = [];
          let at = 0;
          for (let index = 0; at < pcm.length; index++) {
            const end = Math.min(pcm.length, at + 2 * Math.max(1, cuts[index % cuts.length] ?? 1));
            actual.push(...cut.push(pcm.subarray(at, end)));
            at = end;
          }
          actual.push(...cut.flush());
          expect(actual).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('numbers hops from the beginning of the session, without a gap', () => {
    const preprocessor = new StreamingPreprocessor(native, { inputSampleRate: 48_000 });
    const hops = [
      ...preprocessor.push(toPcm(noise(48_000, 0.1))),
      ...preprocessor.flush(),
      ...preprocessor.push(toPcm(noise(48_000, 0.1))),
    ];
    expect(hops.length).toBeGreaterThan(60);
    expect(hops.map((hop) => hop.startSample)).toEqual(hops.map((_, index) => index * hopSamples));
    for (const hop of hops) expect(hop.samples).toHaveLength(hopSamples);
  });

  it('keeps a tone where it is in time and at its level', () => {
    for (const rate of [8000, 16_000, 44_100, 48_000, 96_000]) {
      const hops = run(rate, tone(500, rate, rate, 0.25));
      expect(hops).toHaveLength(Math.ceil(sampleRateHz / hopSamples));
      const hop = hops[20];
      expect(hop?.rmsDbfs).toBeCloseTo(-15.05, 1);
      hop?.samples.forEach((sample, index) => {
        const seconds = (hop.startSample + index) / sampleRateHz;
        expect(Math.abs(sample - 0.25 * Math.sin(2 * Math.PI * 500 * seconds))).toBeLessThan(0.015);
      });
    }
  });

  it('tells silence and noise from tones and speech by flatness', () => {
    for (const rate of [8000, 16_000, 48_000]) {
      expect(flatnessOf(run(rate, new Float32Array(rate)))).toBeGreaterThan(0.99);
      expect(flatnessOf(run(rate, noise(rate, 0.002)))).toBeGreaterThan(0.85);
      expect(flatnessOf(run(rate, tone(440, rate, rate, 0.1)))).toBeLessThan(0.1);
    }
    const speech = run(sampleRateHz, readWav('en_01.wav')).filter((hop) => hop.rmsDbfs > -45);
    expect(speech.length).toBeGreaterThan(20);
    expect(flatnessOf(speech)).toBeLessThan(0.4);
  });

  it('measures before gain, and leaves silence silent', () => {
    const hops = run(sampleRateHz, new Float32Array(sampleRateHz));
    for (const hop of hops) {
      expect(hop.rmsDbfs).toBe(-120);
      expect(hop.samples.every((sample) => sample === 0)).toBe(true);
    }
    const quiet = readWav('en_01.wav').map((sample) => sample * 0.05);
    const raised = run(sampleRateHz, new Float32Array([...quiet, ...quiet, ...quiet, ...quiet]));
    const last = raised.slice(-Math.floor(quiet.length / hopSamples));
    const peakOf = (hop: Hop): number =>
      hop.samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    expect(Math.max(...last.map(peakOf))).toBeGreaterThan(0.2);
    expect(Math.max(...last.map((hop) => hop.rmsDbfs))).toBeLessThan(-25);
  });

  it('hands out hops that later messages do not touch', () => {
    const preprocessor = new StreamingPreprocessor(native, { inputSampleRate: sampleRateHz });
    const [first] = preprocessor.push(toPcm(noise(frameSamples, 0.2)));
    const copy = first?.samples.slice();
    preprocessor.push(toPcm(noise(frameSamples * 4, 0.4, 9)));
    expect(first?.samples).toEqual(copy);
  });

  it('reads PCM at any alignment', () => {
    const pcm = toPcm(noise(4096, 0.2));
    const shifted = new Uint8Array(pcm.length + 1);
    shifted.set(pcm, 1);
    const aligned = new StreamingPreprocessor(native, { inputSampleRate: 48_000 });
    const unaligned = new StreamingPreprocessor(native, { inputSampleRate: 48_000 });
    expect(unaligned.push(shifted.subarray(1))).toEqual(aligned.push(pcm));
  });

  it('takes nothing of a message with an odd number of bytes', () => {
    const preprocessor = new StreamingPreprocessor(native, { inputSampleRate: sampleRateHz });
    expect(() => preprocessor.push(new Uint8Array(1023))).toThrow(TypeError);
    expect(preprocessor.pendingSamples).toBe(0);
    expect(preprocessor.push(new Uint8Array(0))).toEqual([]);
    expect(preprocessor.push(new Uint8Array(1024))).toHaveLength(1);
  });

  it('changes the rate in the middle and keeps count of time', () => {
    const preprocessor = new StreamingPreprocessor(native, { inputSampleRate: 48_000 });
    const hops = [...preprocessor.push(toPcm(tone(300, 48_000, 48_000, 0.2)))];
    preprocessor.setInputSampleRate(8000);
    hops.push(...preprocessor.push(toPcm(tone(300, 8000, 8000, 0.2))), ...preprocessor.flush());
    expect(hops).toHaveLength(Math.ceil((2 * sampleRateHz) / hopSamples));
    for (const hop of hops.slice(4, -2)) expect(hop.rmsDbfs).toBeCloseTo(-17, 0);
  });

  it('accounts for every sample', () => {
    const preprocessor = new StreamingPreprocessor(native, { inputSampleRate: 44_100 });
    let inputs = 0;
    let outputs = 0;
    for (const count of [1, 440, 441, 7, 44_100, 3]) {
      outputs += preprocessor.push(toPcm(noise(count, 0.1))).length * hopSamples;
      inputs += count;
      expect(preprocessor.pendingSamples + outputs).toBe(Math.ceil((inputs * sampleRateHz) / 44_100));
    }
  });

  it.each([0, 7999, 192_001, 44_100.5, Number.NaN, -48_000])('refuses a rate of %d Hz', (rate) => {
    expect(() => new StreamingPreprocessor(native, { inputSampleRate: rate })).toThrow(RangeError);
    const preprocessor = new StreamingPreprocessor(native, { inputSampleRate: sampleRateHz });
    expect(() => preprocessor.setInputSampleRate(rate)).toThrow(RangeError);
  });
});

describe('NativeFrontEnd', () => {
  it('names the SIMD variant in use', () => {
    expect(['scalar', 'sse4.2', 'avx2', 'avx512', 'neon']).toContain(native.simd);
  });

  it('refuses outputs that are too small before it takes anything', () => {
    const frontEnd = new native.FrontEnd({ inputSampleRate: sampleRateHz });
    const pcm = new Uint8Array(2 * hopSamples);
    const hop = new Float32Array(hopSamples);
    expect(() => frontEnd.push(pcm, new Float32Array(hopSamples - 1), new Float32Array(2))).toThrow(
      RangeError,
    );
    expect(() => frontEnd.push(pcm, hop, new Float32Array(1))).toThrow(RangeError);
    expect(frontEnd.pendingSamples).toBe(0);
    frontEnd.push(pcm.subarray(2), hop, new Float32Array(2));
    expect(() => frontEnd.flush(new Float32Array(0), new Float32Array(2))).toThrow(RangeError);
    expect(frontEnd.flush(hop, new Float32Array(2))).toBe(1);
  });

  it('answers wrong arguments with a TypeError', () => {
    const frontEnd = new native.FrontEnd({ inputSampleRate: sampleRateHz });
    const push = frontEnd.push.bind(frontEnd) as (...values: unknown[]) => unknown;
    const construct = native.FrontEnd as new (...values: unknown[]) => unknown;
    expect(() => push()).toThrow(TypeError);
    expect(() => push('pcm', new Float32Array(0), new Float32Array(0))).toThrow(TypeError);
    expect(() => push(new Int16Array(2), new Float32Array(0), new Float32Array(0))).toThrow(TypeError);
    expect(() => push(new Uint8Array(2), new Float64Array(512), new Float32Array(2))).toThrow(TypeError);
    expect(() => new construct()).toThrow(TypeError);
    expect(() => push.call({}, new Uint8Array(2))).toThrow();
  });
});

function run(inputSampleRate: number, signal: Float32Array): Hop[] {
  const preprocessor = new StreamingPreprocessor(native, { inputSampleRate });
  return [...preprocessor.push(toPcm(signal)), ...preprocessor.flush()];
}

/** The mean over the hops whose frame lies wholly inside the signal. */
function flatnessOf(hops: readonly Hop[]): number {
  const inside = hops.slice(2, -2);
  return inside.reduce((sum, hop) => sum + hop.flatness, 0) / inside.length;
}

function tone(hz: number, rate: number, count: number, amplitude: number): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, index) => amplitude * Math.sin((2 * Math.PI * hz * index) / rate),
  );
}

function noise(count: number, amplitude: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: Math.floor(count) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
}

function toPcm(signal: Float32Array): Uint8Array {
  const pcm = Int16Array.from(signal, (sample) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
  );
  return new Uint8Array(pcm.buffer);
}

function readWav(name: string): Float32Array {
  const bytes = readFileSync(new URL(`../../fixtures/audio/${name}`, import.meta.url));
  const data = bytes.subarray(bytes.indexOf('data') + 8);
  return Float32Array.from({ length: data.length >> 1 }, (_, index) => data.readInt16LE(2 * index) / 32_768);
}
