import type { MonoAudio } from '../audio/mono-audio.ts';

const telephoneRateHz = 8_000;
const lowHz = 300;
const highHz = 3_400;
/** Reach of the filter to each side: its edges are about 100 Hz wide. */
const reachSeconds = 0.02;

/** What a telephone line leaves: 300 to 3400 Hz, sampled at 8 kHz. @param sampleRateHz 8000 or more */
export function toTelephoneBand(samples: Float32Array, sampleRateHz: number): MonoAudio {
  const step = sampleRateHz / telephoneRateHz;
  const reach = Math.ceil(reachSeconds * sampleRateHz);
  const kernels = new Map<number, Float64Array>();
  const output = new Float32Array(Math.round(samples.length / step));
  for (let index = 0; index < output.length; index++) {
    const centre = Math.floor(index * step);
    // Few different fractions occur: one at 16 and 48 kHz, 80 at 44.1.
    const fraction = Math.round((index * step - centre) * telephoneRateHz) / telephoneRateHz;
    const kernel = kernels.get(fraction) ?? bandPass(fraction, reach, sampleRateHz);
    kernels.set(fraction, kernel);
    let sum = 0;
    for (let tap = -reach; tap <= reach; tap++)
      sum += (samples[centre + tap] ?? 0) * (kernel[tap + reach] ?? 0);
    output[index] = Math.max(-1, Math.min(1, sum));
  }
  return { sampleRateHz: telephoneRateHz, samples: output };
}

/** An ideal band-pass under a Hann window, for a point `fraction` of a sample behind the middle tap. */
function bandPass(fraction: number, reach: number, sampleRateHz: number): Float64Array {
  return Float64Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const distance = index - reach - fraction;
    const window = Math.abs(distance) > reach ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
    return window * (lowPass(distance, highHz / sampleRateHz) - lowPass(distance, lowHz / sampleRateHz));
  });
}

/** @param cutoff as a fraction of the sampling rate. */
function lowPass(distance: number, cutoff: number): number {
  return distance === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * distance) / (Math.PI * distance);
}
