import { sampleRateHz } from '../native.ts';

/** Samples that one encoder position stands for: 20 ms. */
const samplesPerPosition = sampleRateHz / 50;
/** Contexts come in steps, so that few different graph sizes occur. */
const positionStep = 64;

/** How much of the encoder's context a model lets us leave out. */
export interface AudioContextPolicy {
  /** 'full': always all of it; a number: always that many positions; 'auto': as many as the audio needs. */
  readonly mode: 'auto' | 'full' | number;
  /** The model's full context in positions. */
  readonly full: number;
  /** 'auto' never goes below this. */
  readonly minimum: number;
  /** 'auto' adds this many positions beyond the audio. */
  readonly margin: number;
}

/** Encoder positions for this much audio; 0 stands for all of them. Never fewer than the audio covers. */
export function audioContextFor(sampleCount: number, policy: AudioContextPolicy): number {
  if (policy.mode === 'full') return 0;
  const covered = Math.ceil(sampleCount / samplesPerPosition);
  const wanted = policy.mode === 'auto' ? Math.max(covered + policy.margin, policy.minimum) : policy.mode;
  const rounded = Math.ceil(Math.max(wanted, covered) / positionStep) * positionStep;
  return rounded >= policy.full ? 0 : rounded;
}

/**
 * The most tokens that speech of this length can hold, with room to spare: nobody speaks faster than about
 * 8 tokens a second. Keeps a decoder that has lost its way from running on.
 */
export function tokenBudgetFor(sampleCount: number): number {
  return 16 + Math.ceil((8 * sampleCount) / sampleRateHz);
}
