import { expect, it } from 'vitest';
import { systemClock } from '#theo/clock.js';
import { isClearlyBetter, setupsToTry, tuneWhisper } from '#theo/engine/whisper/tune-whisper.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import { model, modelsDir } from '../../../support/models.ts';

const capacity = { firstTextMs: 400, peopleAtOnce: 10, partialMs: 50, secondsPerFileSecond: 0.1 };

it('tries what a server does by itself first, then fewer and more slots, never more threads than cores', () => {
  for (const cores of [1, 2, 3, 8, 64]) {
    for (const { decodeSlots, threads } of setupsToTry(cores)) {
      expect(decodeSlots).toBeGreaterThanOrEqual(1);
      expect(threads).toBeGreaterThanOrEqual(1);
      if (threads > 1) expect(decodeSlots * threads).toBeLessThanOrEqual(cores);
    }
  }
  expect(setupsToTry(2)).toEqual([
    { decodeSlots: 2, threads: 1 },
    { decodeSlots: 1, threads: 2 },
  ]);
});

it('more people are better, then a sooner first text; what may be chance is not', () => {
  const better = (change: Partial<typeof capacity>): boolean =>
    isClearlyBetter({ ...capacity, ...change }, capacity);
  expect(better({ peopleAtOnce: 12 })).toBe(true);
  expect(better({ peopleAtOnce: 11 })).toBe(false);
  expect(better({ firstTextMs: 340 })).toBe(true);
  expect(better({ firstTextMs: 390 })).toBe(false);
  expect(better({ firstTextMs: 340, peopleAtOnce: 5 })).toBe(false);
  expect(isClearlyBetter({ ...capacity, peopleAtOnce: 1 }, { ...capacity, peopleAtOnce: 0 })).toBe(true);
});

it('measures each way on the model itself and ends with one that was tried', {
  timeout: 60_000,
}, async () => {
  const progress: number[] = [];
  const { trials, best } = await tuneWhisper((await ModelRegistry.open({ modelsDir })).choose(model), {
    addon: loadNative(),
    clock: systemClock,
    cores: 2,
    trialMs: 20,
    onProgress: (fraction) => progress.push(fraction),
    signal: new AbortController().signal,
  });
  expect(trials).toContain(best);
  expect(trials.map(({ settings }) => settings.decodeBatch)).toContain(4);
  expect(trials.map(({ settings }) => settings.int8)).toContain(!trials[0]?.settings.int8);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
});

it('ends when it is told to', async () => {
  const registry = await ModelRegistry.open({ modelsDir });
  const tuning = tuneWhisper(registry.choose(model), {
    addon: loadNative(),
    clock: systemClock,
    cores: 2,
    trialMs: 20,
    onProgress: () => {},
    signal: AbortSignal.abort(new Error('interrupted')),
  });
  await expect(tuning).rejects.toThrow('interrupted');
});
