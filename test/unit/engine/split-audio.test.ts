import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { splitAudio } from '#theo/engine/split-audio.js';

const second = 16_000;
const longest = 30 * second;

/** Noise, quieter where `pauses` (in seconds) begin, for 0.3 s each. */
function noise(seconds: number, pauses: readonly number[]): Float32Array {
  const samples = Float32Array.from({ length: seconds * second }, (_, index) => Math.sin(index * index) / 2);
  for (const pause of pauses) samples.fill(0.001, pause * second, (pause + 0.3) * second);
  return samples;
}

describe('splitAudio', () => {
  it('leaves alone what is not too long', () => {
    const samples = noise(30, []);
    const pieces = splitAudio(samples, longest);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]).toBe(samples);
    expect(splitAudio(new Float32Array(), longest)).toHaveLength(1);
  });

  it('cuts in a pause of the last third', () => {
    const [first, second_] = splitAudio(noise(40, [10, 24]), longest);
    expect((first?.length ?? 0) / second).toBeGreaterThan(24);
    expect((first?.length ?? 0) / second).toBeLessThan(24.3);
    expect((first?.length ?? 0) + (second_?.length ?? 0)).toBe(40 * second);
  });
});

test('the pieces are the audio, in order, and none is too long', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 70 }),
      fc.array(fc.nat(69), { maxLength: 5 }),
      (seconds, pauses) => {
        const samples = noise(seconds, pauses);
        const pieces = splitAudio(samples, longest);
        let at = samples.byteOffset;
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(longest);
          expect(piece.byteOffset).toBe(at);
          at += piece.byteLength;
        }
        expect(at - samples.byteOffset).toBe(samples.byteLength);
      },
    ),
    { numRuns: 10 },
  );
});
