import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  capacityOf,
  type DecodeCosts,
  longestLiveWaitMs,
  partialIntervalFor,
  speechBeforeTextMs,
  speechBeforeTextOf,
} from '#theo/engine/whisper/capacity.js';
import { hopSamples, sampleRateHz } from '#theo/native.js';

const twoCores = { slots: 2, threads: 1, cores: 2 };
/** About what whisper-base takes on a core of 2024. */
const base: DecodeCosts = {
  openingMs: 20,
  partialMs: 34,
  finalMs: 70,
  windowMs: 900,
  crowding: 1.3,
  batch: 1,
};

const ms = (max: number): fc.Arbitrary<number> => fc.double({ min: 0.1, max, noNaN: true });
const anyCosts: fc.Arbitrary<DecodeCosts> = fc.record({
  openingMs: ms(3_000),
  partialMs: ms(10_000),
  finalMs: ms(10_000),
  windowMs: ms(100_000),
  crowding: fc.double({ min: 0.1, max: 2, noNaN: true }),
  batch: fc.integer({ min: 1, max: 16 }),
});
const anySetup = fc.record({
  slots: fc.integer({ min: 1, max: 64 }),
  threads: fc.constant(1),
  cores: fc.integer({ min: 1, max: 128 }),
});

describe('capacityOf', () => {
  it('a dearer model gives its first text no sooner and hears no more people', () => {
    const part = fc.constantFrom('openingMs', 'partialMs', 'finalMs', 'crowding', 'batch');
    fc.assert(
      fc.property(
        anyCosts,
        anySetup,
        part,
        fc.double({ min: 1, max: 10, noNaN: true }),
        (costs, setup, key, by) => {
          const cheap = capacityOf(costs, setup);
          const dear = capacityOf({ ...costs, [key]: costs[key] * by }, setup);
          expect(dear.firstTextMs).toBeGreaterThanOrEqual(cheap.firstTextMs);
          expect(dear.peopleAtOnce).toBeLessThanOrEqual(cheap.peopleAtOnce);
        },
      ),
    );
  });

  it('more slots and more cores hear no fewer people', () => {
    fc.assert(
      fc.property(anyCosts, anySetup, fc.constantFrom('slots', 'cores'), (costs, setup, key) => {
        const more = capacityOf(costs, { ...setup, [key]: setup[key] + 1 });
        expect(more.peopleAtOnce).toBeGreaterThanOrEqual(capacityOf(costs, setup).peopleAtOnce);
      }),
    );
  });

  it('whoever is heard at all is at least one, and a model that hears nobody takes too long', () => {
    fc.assert(
      fc.property(anyCosts, anySetup, (costs, setup) => {
        const { peopleAtOnce, firstTextMs } = capacityOf(costs, setup);
        const isTooSlow = firstTextMs > longestLiveWaitMs || costs.finalMs > longestLiveWaitMs;
        expect(peopleAtOnce).toSatisfy(
          (people: number) => Number.isInteger(people) && people >= (isTooSlow ? 0 : 1),
        );
        if (isTooSlow) expect(peopleAtOnce).toBe(0);
      }),
    );
  });

  it('no text is shown before the speech is confirmed, however quick the model is', () => {
    const { firstTextMs } = capacityOf({ ...base, openingMs: 0.1 }, twoCores);
    expect(firstTextMs).toBeGreaterThan(250);
    expect(firstTextMs).toBeLessThan(300);
  });

  it('a first text that was measured tells how much speech it needed', () => {
    const slow = { ...base, openingMs: 200 };
    const { firstTextMs } = capacityOf(slow, twoCores);
    expect(speechBeforeTextOf(firstTextMs, slow)).toBeCloseTo(speechBeforeTextMs);
    expect(speechBeforeTextOf(firstTextMs + 40, slow)).toBeCloseTo(speechBeforeTextMs + 40);
  });

  it('people who talk less, or cost less beside decoding, are more', () => {
    const talk = { utteranceSeconds: 4.5, pauseSeconds: 0.7, coresEach: 0.004 };
    const usual = capacityOf(base, twoCores, talk).peopleAtOnce;
    expect(capacityOf(base, twoCores, { ...talk, pauseSeconds: 5 }).peopleAtOnce).toBeGreaterThan(usual);
    expect(capacityOf(base, twoCores, { ...talk, coresEach: 0.04 }).peopleAtOnce).toBeLessThan(usual);
  });

  it('tells how long recordings take', () => {
    expect(capacityOf({ ...base, windowMs: 72_000 }, twoCores).secondsPerFileSecond).toBe(2.4);
  });
});

describe('partialIntervalFor', () => {
  const interval = (partialMs: number): number => partialIntervalFor({ ...base, partialMs });

  it('is 160 ms for a quick model and never above 5 s', () => {
    expect([1, 34, 80].map(interval)).toEqual([160, 160, 160]);
    expect(interval(60_000)).toBe(5_000);
  });

  it('leaves half of a slot to others, and a model ten times as dear gives a tenth as many partials', () => {
    const hopMs = (hopSamples * 1000) / sampleRateHz;
    for (const partialMs of [100, 200, 1_000, 2_000]) {
      expect(interval(partialMs)).toBeGreaterThanOrEqual(2 * partialMs);
      expect(interval(partialMs)).toBeLessThan(2 * partialMs + hopMs);
    }
    expect(interval(2_000) / interval(200)).toBeCloseTo(10, 0);
  });
});
