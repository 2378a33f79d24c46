import { type NativeDecodeRequest, sampleRateHz } from '../../native.ts';

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

/** Tokens that the fastest speakers need in a second, where the vocabulary knows the script well. */
const tokensPerSecond = 8;
/**
 * Languages whose letters take about a token each, or two or three, against a fifth in English: tokens a letter of
 * Whisper's multilingual vocabulary times 13 letters a second, rounded up.
 */
const denseLanguages: ReadonlyMap<string, number> = new Map([
  ...'hi hy ja mr ne ps sa sd ta th yi yue zh'.split(' ').map((code) => [code, 16] as const),
  ...'am as bn bo gu ka km kn lo ml my pa si te'.split(' ').map((code) => [code, 40] as const),
]);
const densest = Math.max(...denseLanguages.values());
/** Short utterances need more for their length. */
const spareTokens = 16;

/**
 * The most tokens that speech of this length can hold, with room to spare. Keeps a decoder that has lost its way from
 * running on.
 * @param languages ISO 639-1, those that it may be in; none: any.
 */
export function tokenBudgetFor(sampleCount: number, languages: readonly string[]): number {
  const rates = languages.map((language) => denseLanguages.get(language) ?? tokensPerSecond);
  const rate = rates.length === 0 ? densest : Math.max(...rates);
  return spareTokens + Math.ceil((rate * sampleCount) / sampleRateHz);
}
