import { type NativeDecodeResult, sampleRateHz } from '../../native.ts';
import type { TranscriptWord } from '../types.ts';

/** A word as a decode gives it. */
export type DecodedWord = NativeDecodeResult['words'][number];

/** The words of one decode of a part of some speech. */
export interface DecodedPiece {
  readonly words: readonly DecodedWord[];
  /** Where the decoded audio begins in the speech, in samples; negative where other audio stands before it. */
  readonly audioStartSample: number;
}

/**
 * The words of speech with their times from its start: in order, and inside the speech.
 * @param pieces in order.
 * @param speechSamples how long the speech is.
 * @returns null where there are no words, or no times.
 */
export function timedWords(
  pieces: readonly DecodedPiece[],
  speechSamples: number,
): readonly TranscriptWord[] | null {
  const endMs = Math.round((1000 * speechSamples) / sampleRateHz);
  const timed: TranscriptWord[] = [];
  let lastEndMs = 0;
  for (const { words, audioStartSample } of pieces) {
    const offsetMs = (1000 * audioStartSample) / sampleRateHz;
    const toMs = (seconds: number): number =>
      Math.min(endMs, Math.max(lastEndMs, Math.round(offsetMs + 1000 * seconds)));
    for (const { text, spaceBefore, startSeconds, endSeconds, probability } of words) {
      if (startSeconds === null || endSeconds === null) return null;
      const startMs = toMs(startSeconds);
      lastEndMs = Math.max(startMs, toMs(endSeconds));
      timed.push({ word: text, spaceBefore, startMs, endMs: lastEndMs, probability });
    }
  }
  return timed.length === 0 ? null : timed;
}
