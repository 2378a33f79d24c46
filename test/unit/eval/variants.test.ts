import { describe, expect, it, test } from 'vitest';
import type { MonoAudio } from '#theo/audio/mono-audio.js';
import { pinkNoise } from '#theo/eval/pink-noise.js';
import { applyVariant, variantNames } from '#theo/eval/variants.js';

function tone(frequencyHz: number, sampleRateHz = 16_000, amplitude = 0.1): MonoAudio {
  const samples = Float32Array.from(
    { length: sampleRateHz / 2 },
    (_, index) => amplitude * Math.sin((2 * Math.PI * frequencyHz * index) / sampleRateHz),
  );
  return { sampleRateHz, samples };
}

/** RMS in dBFS, the edges left out: filters swing in there. */
function levelDb({ samples, sampleRateHz }: MonoAudio): number {
  const scale = samples instanceof Int16Array ? 32_768 : 1;
  const inner = [...samples.subarray(sampleRateHz / 10, -sampleRateHz / 10)];
  return 10 * Math.log10(inner.reduce((sum, sample) => sum + (sample / scale) ** 2, 0) / inner.length);
}

function difference(a: MonoAudio, b: MonoAudio): MonoAudio {
  return {
    sampleRateHz: a.sampleRateHz,
    samples: Float32Array.from(a.samples, (sample, index) => sample - (b.samples[index] ?? 0)),
  };
}

describe('levels', () => {
  const clean = tone(440);

  it('quiet is 30 dB softer', () => {
    expect(levelDb(applyVariant(clean, 'quiet')) - levelDb(clean)).toBeCloseTo(-30, 3);
  });

  it('loud is 20 dB louder, and clipped', () => {
    const soft = tone(440, 16_000, 0.01);
    expect(levelDb(applyVariant(soft, 'loud')) - levelDb(soft)).toBeCloseTo(20, 3);
    const clipped = applyVariant(tone(440, 16_000, 0.5), 'loud').samples;
    expect([Math.max(...clipped), Math.min(...clipped)]).toEqual([1, -1]);
  });

  it('noise lies 10 dB below the recording', () => {
    const noisy = applyVariant(clean, 'noise');
    expect(levelDb(clean) - levelDb(difference(noisy, clean))).toBeCloseTo(10, 0);
  });

  it('takes 16-bit samples as well', () => {
    const pcm = {
      sampleRateHz: 16_000,
      samples: Int16Array.from(clean.samples, (sample) => sample * 32_768),
    };
    expect(levelDb(applyVariant(pcm, 'quiet'))).toBeCloseTo(levelDb(clean) - 30, 1);
    expect(applyVariant(pcm, 'clean')).toBe(pcm);
  });
});

describe('the telephone', () => {
  test.each([16_000, 44_100, 8_000])(
    'lets 300 to 3400 Hz of %i Hz through, and nothing else',
    (sampleRateHz) => {
      const change = (frequencyHz: number): number => {
        const audio = tone(frequencyHz, sampleRateHz);
        return levelDb(applyVariant(audio, 'telephone')) - levelDb(audio);
      };
      for (const frequencyHz of [450, 1_000, 3_200]) expect(Math.abs(change(frequencyHz))).toBeLessThan(0.2);
      for (const frequencyHz of [100, 200, 3_700]) expect(change(frequencyHz)).toBeLessThan(-35);
      if (sampleRateHz > 8_000) expect(change(6_000), 'nothing comes back as an alias').toBeLessThan(-35);
    },
  );

  it('is sampled at 8 kHz and as long as before', () => {
    const audio = applyVariant(tone(440, 44_100), 'telephone');
    expect([audio.sampleRateHz, audio.samples.length]).toEqual([8_000, 4_000]);
  });
});

describe('pink noise', () => {
  const noise = pinkNoise(2 ** 16);

  it('has the same power in every octave', () => {
    const powers = [250, 500, 1_000, 2_000, 4_000].map((fromHz) => octavePower(noise, fromHz));
    const mean = powers.reduce((sum, power) => sum + power, 0) / powers.length;
    for (const power of powers) expect(Math.abs(10 * Math.log10(power / mean))).toBeLessThan(1.5);
  });

  it('is always the same', () => {
    expect(pinkNoise(1_000)).toEqual(noise.slice(0, 1_000));
  });
});

it('silence and nothing at all survive every variant', () => {
  for (const variant of variantNames) {
    for (const length of [0, 1, 1_600]) {
      const { samples } = applyVariant({ sampleRateHz: 16_000, samples: new Float32Array(length) }, variant);
      expect(
        samples.every((sample) => sample === 0),
        `${variant}, ${length}`,
      ).toBe(true);
    }
  }
});

/** Power from a frequency to its double at 16 kHz, by single bins of the Fourier transform, summed up. */
function octavePower(samples: Float32Array, fromHz: number): number {
  const bins = 24;
  let power = 0;
  for (let bin = 0; bin < bins; bin++) {
    const frequencyHz = fromHz * 2 ** ((bin + 0.5) / bins);
    // Averaged over pieces of a quarter second: one bin of noise alone says little.
    for (let start = 0; start + 4_000 <= samples.length; start += 4_000) {
      let [real, imaginary] = [0, 0];
      for (let index = 0; index < 4_000; index++) {
        const phase = (2 * Math.PI * frequencyHz * index) / 16_000;
        real += (samples[start + index] ?? 0) * Math.cos(phase);
        imaginary += (samples[start + index] ?? 0) * Math.sin(phase);
      }
      // The bins of an octave lie as far apart as the octave is high.
      power += (real ** 2 + imaginary ** 2) * frequencyHz;
    }
  }
  return power;
}
