import type { DecodeEvidence } from './evidence.ts';
import { isCourtesy } from './invented-phrases.ts';

/**
 * Above this probability that nothing was said only a text that the model is sure of is believed, and nothing that it is
 * known to make up. whisper-base gives clear words, however short, at most 0.49 and mostly less than 0.1, and noise at
 * least 0.53 and mostly more than 0.66. Words under loud noise reach 0.71, but not with doubt of them as well.
 */
const silentNoSpeechProbability = 0.6;
/** Below this one somebody spoke. */
const spokenNoSpeechProbability = 0.3;
/** A mean log-probability below this is doubt. */
const doubtfulLogProbability = -1;
/** A text that zlib makes smaller by more than this repeats itself. */
const repetitiveCompressionRatio = 2.4;

/** Whether anybody has said a final, and if not, how it came about. */
export type Verdict =
  | { readonly kind: 'speech' }
  /** `empty`: no text. `silence`: made up over silence or noise. `courtesy`: the same, by a phrase known for it. */
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

/** Why a final deserves another try: at the full audio context, at another temperature. */
export type Defect =
  /** The decoder went round in circles. */
  | { readonly kind: 'loop' }
  /** It had not ended when its tokens were used up. */
  | { readonly kind: 'token_budget' }
  /** Somebody spoke, and nothing is left of the text but annotations. */
  | { readonly kind: 'wordless' }
  | { readonly kind: 'repetitive'; readonly compressionRatio: number }
  | { readonly kind: 'doubtful'; readonly avgLogProbability: number };

/**
 * What looks broken about a final; undefined: nothing. A text over silence is none, another try would only make up
 * another one.
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
