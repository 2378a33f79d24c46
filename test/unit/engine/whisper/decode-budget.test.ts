import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type AudioContextPolicy,
  audioContextFor,
  tokenBudgetFor,
} from '#theo/engine/whisper/decode-budget.js';

const auto: AudioContextPolicy = { mode: 'auto', full: 1500, minimum: 1, margin: 8 };
const second = 16_000;
const positions = (samples: number, policy: AudioContextPolicy): number =>
  audioContextFor(samples, policy, 'pooled-silence').audioContext;

describe('audioContextFor', () => {
  it('takes as many positions of 20 ms as the audio and the margin need, and pads them with silence', () => {
    expect(audioContextFor(4 * second, auto, 'pooled-silence')).toEqual({
      audioContext: 208,
      padding: 'pooled-silence',
    });
    expect(audioContextFor(4 * second + 1, auto, 'exact-silence')).toEqual({
      audioContext: 209,
      padding: 'exact-silence',
    });
  });

  it('never goes below the minimum', () => {
    expect(positions(1, { ...auto, minimum: 128 })).toBe(128);
  });

  it('says 0, all of it, where the audio needs it all or the policy is full', () => {
    const whole = { audioContext: 0, padding: 'nothing' };
    expect(audioContextFor(30 * second, auto, 'exact-silence')).toEqual(whole);
    expect(audioContextFor(second, { ...auto, mode: 'full' }, 'exact-silence')).toEqual(whole);
  });

  it('keeps a fixed number with nothing behind it, unless the audio is longer', () => {
    const fixed: AudioContextPolicy = { ...auto, mode: 512 };
    expect(audioContextFor(second, fixed, 'exact-silence')).toEqual({
      audioContext: 512,
      padding: 'nothing',
    });
    expect(positions(20 * second, fixed)).toBe(1000);
  });
});

test('no context cuts audio off', () => {
  const mode = fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 1500 }));
  fc.assert(
    fc.property(
      mode,
      fc.nat(30 * second),
      fc.nat(200),
      fc.integer({ min: 1, max: 400 }),
      (mode, samples, margin, minimum) => {
        const context = positions(samples, { mode, full: 1500, minimum, margin });
        expect((context === 0 ? 1500 : context) * 320).toBeGreaterThanOrEqual(samples);
        expect(context).toBeLessThan(1500);
      },
    ),
  );
});

describe('tokenBudgetFor', () => {
  it('grows with the audio and leaves room for short utterances', () => {
    expect(tokenBudgetFor(0, ['en'])).toBeGreaterThan(8);
    expect(tokenBudgetFor(10 * second, ['en', 'pt'])).toBeGreaterThanOrEqual(80);
    expect(tokenBudgetFor(10 * second, ['en', 'pt'])).toBeLessThan(200);
  });

  it('has room for the scripts whose letters take several tokens', () => {
    // 120 letters in 10 s; the vocabulary takes 2.85 tokens for a Burmese letter and 0.88 for a Thai one.
    expect(tokenBudgetFor(10 * second, ['my'])).toBeGreaterThan(120 * 2.85);
    expect(tokenBudgetFor(10 * second, ['th'])).toBeGreaterThan(120 * 0.88);
  });

  it('has room for the densest language that it may be', () => {
    expect(tokenBudgetFor(10 * second, ['en', 'my'])).toBe(tokenBudgetFor(10 * second, ['my']));
    expect(tokenBudgetFor(10 * second, [])).toBe(tokenBudgetFor(10 * second, ['my']));
  });
});
