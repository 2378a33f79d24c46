import { describe, expect, it } from 'vitest';
import { speechBounds } from '#theo/eval/speech-bounds.js';
import { clip } from '../../support/clips.ts';

const sampleRateHz = 16_000;

/** Pieces of a tone: milliseconds and amplitude each. */
function tones(...pieces: readonly (readonly [ms: number, amplitude: number])[]): Float32Array {
  return Float32Array.from(
    pieces.flatMap(([ms, amplitude]) =>
      Array.from({ length: (ms * sampleRateHz) / 1000 }, (_, index) => amplitude * Math.sin(index / 3)),
    ),
  );
}

describe('where speech lies', () => {
  it('is found between silences, at any rate and scale', () => {
    const samples = tones([500, 0.0005], [1_000, 0.3], [400, 0.0005]);
    expect(speechBounds({ samples, sampleRateHz })).toEqual({ onsetMs: 500, endMs: 1_500 });
    const pcm = Int16Array.from(samples, (sample) => sample * 32_767);
    expect(speechBounds({ samples: pcm, sampleRateHz: 8_000 })).toEqual({ onsetMs: 1_000, endMs: 3_000 });
  });

  it('is not taken for later than it is where the recording begins with it', () => {
    const samples = tones([1_000, 0.2], [300, 0.0005]);
    expect(speechBounds({ samples, sampleRateHz })).toEqual({ onsetMs: 0, endMs: 1_000 });
  });

  it('survives silence and nothing', () => {
    expect(speechBounds({ samples: new Float32Array(0), sampleRateHz })).toEqual({ onsetMs: 0, endMs: 0 });
    expect(speechBounds({ samples: new Float32Array(1_600), sampleRateHz }).onsetMs).toBe(0);
  });

  it('is where it was in an evaluation clip', () => {
    const { samples } = clip('en_03');
    expect(speechBounds({ samples, sampleRateHz }).onsetMs).toBe(650);
  });
});
