import { type NativeDecodeRequest, sampleRateHz } from '../native.ts';

/** Samples that one encoder position stands for: 20 ms. */
const samplesPerPosition = sampleRateHz / 50;
/** How much of the encoder's context a model lets us leave out. */
export interface AudioContextPolicy {
  /**
   * 'auto': as many positions as the audio needs, with the model's own silence behind them; 'full': always all of it;
   * a number: always that many, with nothing behind them, which suits weights that were trained for it only.
   */
  readonly mode: 'auto' | 'full' | number;
  /** The model's full context in positions. */
  readonly full: number;
  /** 'auto' never goes below this. */
  readonly minimum: number;
  /** 'auto' adds this many positions beyond the audio. */
  readonly margin: number;
}

/** What of the model's window is encoded: this many positions (0: all), and what stands for the others. */
export type AudioContext = Pick<NativeDecodeRequest, 'audioContext' | 'padding'>;

/** The context for this much audio. Never less than the audio covers. */
export function audioContextFor(
  sampleCount: number,
  policy: AudioContextPolicy,
  silence: 'pooled-silence' | 'exact-silence',
): AudioContext {
  const covered = Math.ceil(sampleCount / samplesPerPosition);
  const { mode, full, minimum, margin } = policy;
  if (mode === 'full') return { audioContext: 0, padding: 'nothing' };
  const positions = mode === 'auto' ? Math.max(covered + margin, minimum) : Math.max(mode, covered);
  if (positions >= full) return { audioContext: 0, padding: 'nothing' };
  return { audioContext: positions, padding: mode === 'auto' ? silence : 'nothing' };
}

/**
 * The most tokens that speech of this length can hold, with room to spare: nobody speaks faster than about
 * 8 tokens a second. Keeps a decoder that has lost its way from running on.
 */
export function tokenBudgetFor(sampleCount: number): number {
  return 16 + Math.ceil((8 * sampleCount) / sampleRateHz);
}
