import { type NativeDecodeRequest, sampleRateHz } from '../../native.ts';

/** Samples that one encoder position stands for: 20 ms. */
const samplesPerPosition = sampleRateHz / 50;
/** How much of the encoder's context a model lets us leave out. */
export interface AudioContextPolicy {
  /**
   * 'auto': as many positions as the audio needs, then the model's own silence; 'full': always all positions; a number:
   * always that many and nothing behind them, for weights that were trained for it.
   */
  readonly mode: 'auto' | 'full' | number;
  /** The model's full context in positions. */
  readonly full: number;
  /** 'auto' never goes below this. */
  readonly minimum: number;
  /** 'auto' adds this many positions beyond the audio. */
  readonly margin: number;
}

/** How many positions of the model's window are encoded (0: all), and what stands for the others. */
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

/** Tokens a second of the fastest speakers, in languages that the vocabulary covers well. */
const tokensPerSecond = 8;
/**
 * Tokens a second in languages whose letters take one to three tokens each; an English letter takes a fifth. Tokens a
 * letter in Whisper's multilingual vocabulary times 13 letters a second, rounded up.
 */
const denseLanguages: ReadonlyMap<string, number> = new Map([
  ...'hi hy ja mr ne ps sa sd ta th yi yue zh'.split(' ').map((code) => [code, 16] as const),
  ...'am as bn bo gu ka km kn lo ml my pa si te'.split(' ').map((code) => [code, 40] as const),
]);
const densest = Math.max(...denseLanguages.values());
/** Added to every budget: short utterances need more for their length. */
const spareTokens = 16;

/**
 * More tokens than speech of this length can hold. Stops a decoder that repeats itself.
 * @param languages ISO 639-1 codes of the languages that it may be in; none: any.
 */
export function tokenBudgetFor(sampleCount: number, languages: readonly string[]): number {
  const rates = languages.map((language) => denseLanguages.get(language) ?? tokensPerSecond);
  const rate = rates.length === 0 ? densest : Math.max(...rates);
  return spareTokens + Math.ceil((rate * sampleCount) / sampleRateHz);
}
