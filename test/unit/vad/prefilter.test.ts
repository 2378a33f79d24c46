import { describe, expect, test } from 'vitest';
import { isPlainSilence, Prefilter } from '#theo/vad/prefilter.js';

const quiet = { rmsDbfs: -60, flatness: 0.95 };
const loud = { rmsDbfs: -20, flatness: 0.3 };

describe('plain silence', () => {
  test.each([
    ['high', -50.1, true],
    ['high', -50, false],
    ['normal', -40.1, true],
    ['normal', -40, false],
    ['low', -30.1, true],
    ['low', -30, false],
  ] as const)('at sensitivity %s a flat hop of %d dBFS: %s', (sensitivity, rmsDbfs, expected) => {
    expect(isPlainSilence({ rmsDbfs, flatness: 0.9 }, sensitivity)).toBe(expected);
  });

  test('a quiet hop with a tone in it is not', () => {
    expect(isPlainSilence({ rmsDbfs: -70, flatness: 0.8 }, 'normal')).toBe(false);
    expect(isPlainSilence({ rmsDbfs: -70, flatness: 0.81 }, 'normal')).toBe(true);
  });

  test('digital silence is, whatever number stands for its level', () => {
    expect(isPlainSilence({ rmsDbfs: Number.NEGATIVE_INFINITY, flatness: 1 }, 'high')).toBe(true);
  });
});

describe('what the classifier is spared', () => {
  test('silence, once the classifier has heard four hops of it', () => {
    const prefilter = new Prefilter();
    const skipped = [quiet, quiet, quiet, quiet, quiet, quiet].map((hop) => prefilter.skips(hop, 'normal'));
    expect(skipped).toEqual([false, false, false, false, true, true]);
  });

  test('anything else is heard at once, and the silence after it from its beginning', () => {
    const prefilter = new Prefilter();
    const hops = [quiet, quiet, quiet, quiet, quiet, loud, quiet, quiet, quiet, quiet, quiet];
    const skipped = hops.map((hop) => prefilter.skips(hop, 'normal'));
    expect(skipped.map((isSkipped, index) => (isSkipped ? index : -1)).filter((at) => at >= 0)).toEqual([
      4, 10,
    ]);
  });

  test('a classifier that has forgotten hears four more', () => {
    const prefilter = new Prefilter();
    for (let hop = 0; hop < 20; hop++) prefilter.skips(quiet, 'normal');
    prefilter.restart();
    expect(prefilter.skips(quiet, 'normal')).toBe(false);
  });
});
