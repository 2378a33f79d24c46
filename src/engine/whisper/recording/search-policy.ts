import type { NativeSearch } from '../../../native.ts';

/** How the text of a recording is searched for. */
export interface SearchPolicy {
  /** Texts that the search keeps at temperature 0; 1: the greedy search. */
  readonly beams: number;
  /** The search goes on until `beams` * `patience` texts have ended. */
  readonly patience: number;
  /** See `NativeSearch`. */
  readonly lengthPenalty: number | null;
  /** Texts that are drawn at a temperature above 0; the likeliest counts. */
  readonly candidates: number;
  /**
   * What is tried one after the other until a text looks sound; rising, 0..1.
   * Source: OpenAI's Whisper, `transcribe`.
   */
  readonly temperatures: readonly number[];
  /** Tokens that are never chosen. */
  readonly suppressTokens: readonly number[];
}

/** As OpenAI's Whisper does it, but for the beams: one, where the model's manifest asks for no more. */
export const defaultSearch: SearchPolicy = {
  beams: 1,
  patience: 1,
  lengthPenalty: null,
  candidates: 5,
  temperatures: [0, 0.2, 0.4, 0.6, 0.8, 1],
  suppressTokens: [],
};

/** The same recording has the same text every time, also where it is drawn at random. */
const seed = 0;

export function searchAt(temperature: number, policy: SearchPolicy): NativeSearch {
  const { beams, patience, lengthPenalty, candidates } = policy;
  return temperature === 0
    ? { kind: 'beam', beams, patience, lengthPenalty }
    : { kind: 'sampling', temperature, candidates, seed, lengthPenalty };
}

/** The temperatures from one on: itself, and the policy's that are higher. */
export function temperaturesFrom(first: number, { temperatures }: SearchPolicy): readonly number[] {
  return [first, ...temperatures.filter((temperature) => temperature > first)];
}
