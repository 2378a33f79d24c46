import { type NativeDecodeRequest, sampleRateHz } from '../../../native.ts';
import { joinWords } from '../../words.ts';
import { compressionRatioOf } from '../guards/evidence.ts';
import { spokenWords } from '../guards/spoken-words.ts';
import { judge } from '../guards/verdict.ts';
import { maxWindowSamples } from '../window.ts';
import type { DecodedWord } from '../word-times.ts';
import { type Attempt, type AttemptParts, attemptWindow } from './attempts.ts';
import { type Piece, piecesOf } from './pieces.ts';
import type { SearchPolicy } from './search-policy.ts';

/**
 * Less audio than this, at a recording's end, is decoded without the text before it, which such windows often repeat.
 * Source: whisper.cpp.
 */
const shortestPromptedSamples = 5 * sampleRateHz;
/** Text that was drawn at a higher temperature than this is no prompt for the next window. */
const promptingTemperature = 0.5;

/** More than any model takes as a prompt. */
const maxPromptTokens = 448;

/** A piece of a recording's text. */
export interface RecordingSegment {
  /** From the start of the recording, in samples. */
  readonly startSample: number;
  readonly endSample: number;
  /** From where the times of its words count. */
  readonly windowStartSample: number;
  /** What somebody may have said: see `spokenWords`. Never empty. */
  readonly words: readonly DecodedWord[];
  readonly tokens: Int32Array;
  readonly avgLogProbability: number;
  /** Of the window that it was found in, 0..1. */
  readonly noSpeechProbability: number;
  readonly compressionRatio: number;
  readonly temperature: number;
}

export interface RecordingText {
  readonly segments: readonly RecordingSegment[];
  /** ISO 639-1; that of the first window. */
  readonly language: string;
  /** Of the language in the first window, 0..1. */
  readonly languageProbability: number;
}

export interface WindowLoopOptions {
  /** ISO 639-1; null: detected in the first window, and taken for all. */
  readonly language: string | null;
  /** Token ids of text before the recording. */
  readonly prompt: Int32Array;
  /** What is tried for each window: see `attemptWindow`. */
  readonly temperatures: readonly number[];
  readonly search: SearchPolicy;
  /** Less audio than this, in samples, is no window of its own: the one before has heard it, and said nothing of it. */
  readonly shortestWindowSamples: number;
}

export interface WindowLoopParts extends AttemptParts {
  /** The request for a window; how it is searched does not matter. */
  readonly requestFor: (
    window: Float32Array,
    how: Pick<NativeDecodeRequest, 'language' | 'prompt'>,
  ) => NativeDecodeRequest;
}

/**
 * Decodes a recording of any length window by window. Each begins where the last finished piece of text before it
 * ends, and has the text so far as its prompt.
 *
 * Source: OpenAI's Whisper, `transcribe`; whisper.cpp, `whisper_full`: a window also begins behind a single timestamp
 * at the end of a text, where the reference takes the rest of the window for silence.
 * @param samples mono 16 kHz, [-1, 1].
 * @returns null when it was cancelled.
 */
export async function decodeWindows(
  samples: Float32Array,
  options: WindowLoopOptions,
  { requestFor, ...parts }: WindowLoopParts,
): Promise<RecordingText | null> {
  const segments: RecordingSegment[] = [];
  let { language } = options;
  let languageProbability = 1;
  let previous = options.prompt;
  let start = 0;
  while (start === 0 || samples.length - start > options.shortestWindowSamples) {
    const window = samples.subarray(start, start + maxWindowSamples);
    if (start > 0 && samples.length - start <= shortestPromptedSamples) previous = new Int32Array();
    const request = requestFor(window, { language, prompt: previous });
    const attempt = await attemptWindow(request, options.temperatures, options.search, parts);
    if (attempt === null) return null;
    if (start === 0) languageProbability = attempt.result.languageProbability;
    language ??= attempt.result.language;
    const { pieces, heardSeconds } = heardIn(attempt, window.length / sampleRateHz);
    segments.push(...pieces.flatMap((piece) => segmentOf(piece, attempt, start)));
    previous = promptAfter(previous, pieces, attempt);
    start += Math.round(heardSeconds * sampleRateHz);
  }
  return { segments, language: language ?? '', languageProbability };
}

/** A window's pieces; none where nobody spoke. */
function heardIn({ result, evidence }: Attempt, windowSeconds: number): ReturnType<typeof piecesOf> {
  const verdict = judge(evidence);
  if (verdict.kind === 'speech') return piecesOf(result, windowSeconds);
  // Made up over silence: so are the times in it.
  if (verdict.reason === 'silence') return { pieces: [], heardSeconds: windowSeconds };
  return { pieces: [], heardSeconds: piecesOf(result, windowSeconds).heardSeconds };
}

function segmentOf(
  { startSeconds, endSeconds, words, tokens, avgLogProbability }: Piece,
  { result, temperature }: Attempt,
  windowStart: number,
): readonly RecordingSegment[] {
  const spoken = spokenWords(words, 'final');
  if (spoken.length === 0) return [];
  const toSample = (seconds: number): number => windowStart + Math.round(seconds * sampleRateHz);
  return [
    {
      startSample: toSample(startSeconds),
      endSample: toSample(endSeconds),
      windowStartSample: windowStart,
      words: spoken,
      tokens,
      avgLogProbability,
      noSpeechProbability: result.noSpeechProbability ?? 0,
      compressionRatio: compressionRatioOf(joinWords(spoken)),
      temperature,
    },
  ];
}

/** The tokens that the next window goes on from. */
function promptAfter(before: Int32Array, pieces: readonly Piece[], { temperature }: Attempt): Int32Array {
  if (temperature > promptingTemperature) return new Int32Array();
  return Int32Array.from([...before, ...pieces.flatMap(({ tokens }) => [...tokens])]).slice(-maxPromptTokens);
}
