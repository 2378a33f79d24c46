import { describe, expect, test } from 'vitest';
import { cutIntoUtterances, isQuiet, maxUtteranceSamples } from '#theo/worker/long-audio.js';

const second = 16_000;

/** Noise of full loudness with silence in [from, to) seconds. */
function speech(seconds: number, from: number, to: number): Float32Array {
  return Float32Array.from({ length: seconds * second }, (_, index) =>
    index >= from * second && index < to * second ? 0 : Math.sin(index),
  );
}

describe('cutIntoUtterances', () => {
  test('leaves what one decode takes whole', () => {
    expect(cutIntoUtterances(speech(30, 0, 0)).map(({ length }) => length)).toEqual([maxUtteranceSamples]);
    expect(cutIntoUtterances(new Float32Array(0))).toHaveLength(1);
  });

  test('cuts in the quiet place', () => {
    const [first, second_] = cutIntoUtterances(speech(40, 27, 27.5));
    expect((first?.length ?? 0) / second).toBeGreaterThan(27);
    expect((first?.length ?? 0) / second).toBeLessThan(27.5);
    expect((first?.length ?? 0) + (second_?.length ?? 0)).toBe(40 * second);
  });

  test('no piece is too long, and none is lost', () => {
    const samples = speech(200, 0, 0);
    const pieces = cutIntoUtterances(samples);
    expect(pieces.every(({ length }) => length > 0 && length <= maxUtteranceSamples)).toBe(true);
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(samples.length);
  });
});

test('quiet is what lies below the speech of any usable recording', () => {
  expect(isQuiet(new Float32Array(100))).toBe(true);
  expect(isQuiet(new Float32Array(100).fill(0.004))).toBe(true);
  expect(isQuiet(new Float32Array(100).fill(0.02))).toBe(false);
});
