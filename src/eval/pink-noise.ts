const seed = 0x7e0;

/** Poles and gains that add up to -3 dB an octave within 0.5 dB above 1/1000 of the rate (Paul Kellet's filter). */
const stages = [
  { pole: 0.99886, gain: 0.0555179 },
  { pole: 0.99332, gain: 0.0750759 },
  { pole: 0.969, gain: 0.153852 },
  { pole: 0.8665, gain: 0.3104856 },
  { pole: 0.55, gain: 0.5329522 },
  { pole: -0.7616, gain: -0.016898 },
] as const;
const directGain = 0.5362;
const delayedGain = 0.115926;

/** Noise with the same power in every octave; always the same. */
export function pinkNoise(length: number): Float32Array {
  const white = whiteNoise(seed);
  const state = new Float64Array(stages.length);
  let delayed = 0;
  return Float32Array.from({ length }, () => {
    const sample = white();
    let sum = delayed + sample * directGain;
    for (const [index, { pole, gain }] of stages.entries()) {
      const next = pole * (state[index] ?? 0) + sample * gain;
      state[index] = next;
      sum += next;
    }
    delayed = sample * delayedGain;
    return sum;
  });
}

/** Uniform in [-1, 1): Marsaglia's xorshift of 32 bits. */
function whiteNoise(start: number): () => number {
  let state = start;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
