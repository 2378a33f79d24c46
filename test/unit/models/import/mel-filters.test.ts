import { describe, expect, test } from 'vitest';
import { melFilters } from '#theo/models/import/mel-filters.js';

describe('mel filters', () => {
  test.each([80, 128])('%i triangles rise and fall over the spectrum, each with an area of one', (bands) => {
    const filters = melFilters(bands);
    expect(filters).toHaveLength(bands * 201);
    for (let band = 0; band < bands; band++) {
      const filter = filters.subarray(band * 201, (band + 1) * 201);
      const peak = filter.indexOf(Math.max(...filter));
      const isTriangle = filter.every(
        (height, bin) =>
          bin === 0 || (bin <= peak ? height >= (filter[bin - 1] ?? 0) : height <= (filter[bin - 1] ?? 0)),
      );
      expect(isTriangle, `band ${band}`).toBe(true);
    }
    // Wide bands are sampled finely enough by the bins of 40 Hz for their sum to show their area.
    const widest = filters.subarray((bands - 1) * 201);
    expect(widest.reduce((sum, height) => sum + height * 40, 0)).toBeCloseTo(1, 2);
  });

  test('are those of librosa, which OpenAI publishes: the beginning of the first two of 80', () => {
    const bands = [0, 201].map((start) => melFilters(80).subarray(start, start + 4));
    expect(bands.map((band) => [...band].map((height) => height.toFixed(8)))).toEqual([
      ['0.00000000', '0.02486259', '0.00000000', '0.00000000'],
      ['0.00000000', '0.00199082', '0.02287177', '0.00000000'],
    ]);
  });
});
