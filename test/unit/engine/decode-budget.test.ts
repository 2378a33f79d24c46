import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type AudioContextPolicy, audioContextFor, tokenBudgetFor } from '#theo/engine/decode-budget.js';

const auto: AudioContextPolicy = { mode: 'auto', full: 1500, minimum: 128, margin: 32 };
const second = 16_000;

describe('audioContextFor', () => {
  it('takes as many positions of 20 ms as the audio and the margin need, in steps of 64', () => {
    expect(audioContextFor(4 * second, auto)).toBe(256);
    expect(audioContextFor(5 * second, auto)).toBe(320);
  });

  it('never goes below the minimum', () => {
    expect(audioContextFor(1, auto)).toBe(128);
  });

  it('says 0, all of it, where the audio needs it all or the policy is full', () => {
    expect(audioContextFor(30 * second, auto)).toBe(0);
    expect(audioContextFor(second, { ...auto, mode: 'full' })).toBe(0);
  });

  it('keeps a fixed number, unless the audio is longer', () => {
    expect(audioContextFor(second, { ...auto, mode: 512 })).toBe(512);
    expect(audioContextFor(20 * second, { ...auto, mode: 512 })).toBe(1024);
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
        const context = audioContextFor(samples, { mode, full: 1500, minimum, margin });
        const positions = context === 0 ? 1500 : context;
        expect(positions * 320).toBeGreaterThanOrEqual(samples);
        expect(context).toBeLessThan(1500);
        expect(context % 64).toBe(0);
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
