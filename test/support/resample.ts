const halfTaps = 32;

/**
 * Resamples 16 kHz speech to another rate by windowed-sinc interpolation, slowly and independently of the
 * product's own resampler.
 */
export function resampleFrom16k(samples: Int16Array, sampleRateHz: number): Int16Array {
  if (sampleRateHz === 16_000) return samples;
  const ratio = 16_000 / sampleRateHz;
  const cutoff = Math.min(1, 1 / ratio) * 0.98;
  const output = new Int16Array(Math.floor(samples.length / ratio));
  for (const index of output.keys()) {
    const center = index * ratio;
    const first = Math.ceil(center - halfTaps / cutoff);
    const last = Math.floor(center + halfTaps / cutoff);
    let sum = 0;
    for (let tap = Math.max(0, first); tap <= Math.min(samples.length - 1, last); tap++) {
      const offset = (tap - center) * cutoff;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * offset) / halfTaps);
      sum += (samples[tap] ?? 0) * sinc(offset) * window * cutoff;
    }
    output[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return output;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
