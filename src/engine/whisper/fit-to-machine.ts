import type { DecodeSetup } from '../cores.ts';
import type { Capacity } from '../types.ts';
import { capacityOf, type DecodeCosts } from './capacity.ts';

/** How a model is run on this machine, and what that comes to. */
export interface Fit {
  readonly setup: DecodeSetup;
  /** null: nothing was measured. */
  readonly measured: { readonly costs: DecodeCosts; readonly capacity: Capacity } | null;
}

/**
 * Chooses how a model's decodes are done. The first way is kept unless it hears fewer than two people: then the others are
 * measured too, and the one that hears most people is taken, of those that hear as many the one with the first text soonest.
 */
export async function fitToMachine(
  [first, ...others]: readonly [DecodeSetup, ...DecodeSetup[]],
  measure: (setup: DecodeSetup) => Promise<DecodeCosts>,
): Promise<Fit> {
  let best = await measured(first, measure);
  if (best.measured.capacity.peopleAtOnce >= 2) return best;
  for (const setup of others) {
    const other = await measured(setup, measure);
    if (isBetter(other.measured.capacity, best.measured.capacity)) best = other;
  }
  return best;
}

async function measured(
  setup: DecodeSetup,
  measure: (setup: DecodeSetup) => Promise<DecodeCosts>,
): Promise<Fit & { readonly measured: NonNullable<Fit['measured']> }> {
  const costs = await measure(setup);
  return { setup, measured: { costs, capacity: capacityOf(costs, setup) } };
}

/** Whether one hears more people than another, or as many and gives the first text sooner. */
export function isBetter(one: Capacity, other: Capacity): boolean {
  if (one.peopleAtOnce !== other.peopleAtOnce) return one.peopleAtOnce > other.peopleAtOnce;
  return one.firstTextMs < other.firstTextMs;
}
