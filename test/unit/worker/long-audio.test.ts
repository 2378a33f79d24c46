import { expect, test } from 'vitest';
import { isQuiet } from '#theo/worker/long-audio.js';

test('quiet is what lies below the speech of any usable recording', () => {
  expect(isQuiet(new Float32Array(0))).toBe(true);
  expect(isQuiet(new Float32Array(100))).toBe(true);
  expect(isQuiet(new Float32Array(100).fill(0.004))).toBe(true);
  expect(isQuiet(new Float32Array(100).fill(0.02))).toBe(false);
});
