import { describe, expect, it } from 'vitest';
import type { DecodeSetup } from '#theo/engine/cores.js';
import type { DecodeCosts } from '#theo/engine/whisper/capacity.js';
import { fitToMachine } from '#theo/engine/whisper/fit-to-machine.js';

const narrow: DecodeSetup = { slots: 2, threads: 1, cores: 2 };
const wide: DecodeSetup = { slots: 1, threads: 2, cores: 2 };

const taking = (finalMs: number): DecodeCosts => ({
  openingMs: finalMs / 3,
  partialMs: finalMs / 2,
  finalMs,
  windowMs: 10 * finalMs,
  crowding: 1,
  batch: 1,
});

/** Fits a model whose final takes so long; tells what was measured, too. */
async function fitted(narrowMs: number, wideMs: number) {
  const tried: DecodeSetup[] = [];
  const { setup, measured } = await fitToMachine([narrow, wide], (candidate) => {
    tried.push(candidate);
    return Promise.resolve(taking(candidate === narrow ? narrowMs : wideMs));
  });
  return { setup, tried, people: measured?.capacity.peopleAtOnce };
}

describe('fitToMachine', () => {
  it('keeps the first way for a model that hears several people, without looking further', async () => {
    const { setup, tried, people } = await fitted(50, 25);
    expect(setup).toBe(narrow);
    expect(tried).toEqual([narrow]);
    expect(people).toBeGreaterThanOrEqual(2);
  });

  it('takes more threads for a model that is only then quick enough for live speech', async () => {
    const { setup, people } = await fitted(2_500, 1_400);
    expect(setup).toBe(wide);
    expect(people).toBe(1);
  });

  it('keeps the first way where more threads help nothing', async () => {
    expect((await fitted(20_000, 21_000)).setup).toBe(narrow);
  });
});
