import { deflateSync } from 'node:zlib';
import type { NativeDecodeResult } from '../../../native.ts';
import { joinWords } from '../../words.ts';
import { spokenWords } from './spoken-words.ts';

/** A decoded text and what speaks for it and against it. */
export interface DecodeEvidence {
  /** What would be shown: see `spokenWords`. */
  readonly text: string;
  /** Mean natural logarithm of the tokens' probabilities, 0 or less. */
  readonly avgLogProbability: number;
  /** 0..1; null where it was not measured. */
  readonly noSpeechProbability: number | null;
  /** See `compressionRatioOf`. */
  readonly compressionRatio: number;
  /** Why the decoder stopped before the text was over. */
  readonly truncated: 'none' | 'budget' | 'loop';
}

/** The text of a whole decode, and the figures to judge it by. */
export function evidenceOf(result: NativeDecodeResult): DecodeEvidence {
  const text = joinWords(spokenWords(result.words, 'final'));
  const { avgLogProbability, noSpeechProbability, truncated } = result;
  return {
    text,
    avgLogProbability,
    noSpeechProbability,
    truncated,
    compressionRatio: compressionRatioOf(text),
  };
}

/**
 * How many times smaller zlib makes a text; much, if it repeats itself. Sentences stay below 2, short ones below 1.
 * Source: OpenAI's Whisper, `compression_ratio`.
 */
export function compressionRatioOf(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length / deflateSync(bytes).length;
}
