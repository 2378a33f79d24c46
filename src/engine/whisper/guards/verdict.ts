import type { DecodeEvidence } from './evidence.ts';
import { isCourtesy } from './invented-phrases.ts';

/**
 * If the probability that nothing was said is above this, a text is believed only if the model is sure of it and is not
 * known to make it up. whisper-base gives clear words, however short, at most 0.49 and mostly less than 0.1, and noise
 * at least 0.53 and mostly more than 0.66. Words under loud noise reach 0.71, but their text is then not in doubt.
 */
const silentNoSpeechProbability = 0.6;
/** Below this probability that nothing was said, somebody spoke. */
const spokenNoSpeechProbability = 0.3;
/** A text with a mean log-probability below this is in doubt. */
const doubtfulLogProbability = -1;
/** A text that zlib makes smaller by more than this repeats itself. */
const repetitiveCompressionRatio = 2.4;

/** Whether a final was really spoken, and if not, why there is no speech. */
export type Verdict =
  | { readonly kind: 'speech' }
  /** `empty`: no text. `silence`: made up over silence or noise. `courtesy`: a made-up phrase of a known list. */
  | { readonly kind: 'no_speech'; readonly reason: 'empty' | 'silence' | 'courtesy' };

/**
 * Judges a final.
 * Source of `silence`: OpenAI's Whisper, `no_speech_threshold` and `logprob_threshold`.
 */
export function judge(evidence: DecodeEvidence): Verdict {
  const { text, avgLogProbability, noSpeechProbability } = evidence;
  if (text === '') return { kind: 'no_speech', reason: 'empty' };
  const isDoubted = avgLogProbability < doubtfulLogProbability;
  const isSilent = noSpeechProbability === null ? undefined : noSpeechProbability > silentNoSpeechProbability;
  if (isSilent && isDoubted) return { kind: 'no_speech', reason: 'silence' };
  if ((isSilent ?? isDoubted) && isCourtesy(text)) return { kind: 'no_speech', reason: 'courtesy' };
  return { kind: 'speech' };
}

/** Why a final is worth a second decode. */
export type Defect =
  /** The decoder repeated itself. */
  | { readonly kind: 'loop' }
  /** It had not ended when its tokens were used up. */
  | { readonly kind: 'token_budget' }
  /** Somebody spoke, and nothing is left of the text but annotations. */
  | { readonly kind: 'wordless' }
  | { readonly kind: 'repetitive'; readonly compressionRatio: number }
  | { readonly kind: 'doubtful'; readonly avgLogProbability: number };

/**
 * What looks broken about a final; undefined: nothing. A text over silence is not decoded again: the model would only
 * make up another one.
 * Source: OpenAI's Whisper, `compression_ratio_threshold` and `logprob_threshold`.
 */
export function defectOf(evidence: DecodeEvidence): Defect | undefined {
  const { text, truncated, compressionRatio, avgLogProbability, noSpeechProbability } = evidence;
  if (text === '') {
    return (noSpeechProbability ?? 1) < spokenNoSpeechProbability ? { kind: 'wordless' } : undefined;
  }
  if (judge(evidence).kind === 'no_speech') return undefined;
  if (truncated === 'loop') return { kind: 'loop' };
  if (truncated === 'budget') return { kind: 'token_budget' };
  if (compressionRatio > repetitiveCompressionRatio) return { kind: 'repetitive', compressionRatio };
  if (avgLogProbability < doubtfulLogProbability) return { kind: 'doubtful', avgLogProbability };
  return undefined;
}

/** Whether a second decode of the same audio is to be taken: it is sound, more probable, or the only one with speech. */
export function isBetter(second: DecodeEvidence, first: DecodeEvidence): boolean {
  const saysMore = judge(second).kind === 'speech' && judge(first).kind === 'no_speech';
  const isSound = defectOf(second) === undefined;
  return isSound || saysMore || second.avgLogProbability > first.avgLogProbability;
}
