const sampleRateHz = 16_000;
/** Frequencies of a spectrum of 400 samples. */
export const spectrumBins = 201;

/** The scale is linear up to here. */
const breakHz = 1_000;
const linearHzPerMel = 200 / 3;
const breakMel = breakHz / linearHzPerMel;
/** A mel beyond the break is this much in the logarithm of the frequency. */
const logStep = Math.log(6.4) / 27;

/**
 * Whisper's mel filters: triangles on Slaney's scale, each with an area of one (librosa's `filters.mel` with its
 * defaults, which made the table that OpenAI publishes).
 * @param bands - 80, or 128 for large-v3.
 * @returns [bands, spectrumBins], row by row.
 */
export function melFilters(bands: number): Float32Array<ArrayBuffer> {
  const mels = toMel(sampleRateHz / 2) / (bands + 1);
  // The last edge is given, not computed: it has to be the last bin's frequency exactly.
  const edges = [...Array.from({ length: bands + 1 }, (_, index) => toHz(index * mels)), sampleRateHz / 2];
  const filters = new Float32Array(bands * spectrumBins);
  for (let band = 0; band < bands; band++) {
    const [low = 0, centre = 0, high = 0] = edges.slice(band, band + 3);
    for (let bin = 0; bin < spectrumBins; bin++) {
      const frequency = (bin * (sampleRateHz / 2)) / (spectrumBins - 1);
      const rising = (frequency - low) / (centre - low);
      const falling = (high - frequency) / (high - centre);
      const height = Math.fround(Math.max(0, Math.min(rising, falling)));
      filters[band * spectrumBins + bin] = height * (2 / (high - low));
    }
  }
  return filters;
}

function toMel(hz: number): number {
  return hz < breakHz ? hz / linearHzPerMel : breakMel + Math.log(hz / breakHz) / logStep;
}

function toHz(mel: number): number {
  return mel < breakMel ? mel * linearHzPerMel : breakHz * Math.exp(logStep * (mel - breakMel));
}
