import { randomUUID } from 'node:crypto';
import type { Hop } from '../audio/preprocessor.ts';
import type {
  RecordingTranscript,
  SpeechEngine,
  TranscribeOptions,
  TranscriptSegment,
  TranscriptWord,
} from '../engine/types.ts';
import { hopSamples, sampleRateHz } from '../native.ts';
import type { SpeechClassifier } from '../vad/classifier.ts';
import { type SpeechSegment, segmentSpeech } from '../vad/segment-speech.ts';
import type { Preprocessor } from './parts.ts';
import { preRollSamples } from './pre-roll.ts';

const bytesPerSample = 2;
/** Audio after an utterance that the engine gets too, as in a live session. */
const tailSamples = 0.064 * sampleRateHz;
/** How much of a file goes through the front end at a time, so that the event loop is not blocked. */
const bytesAtATime = 1024 * 1024;

/** An utterance of a recording. */
export interface FileUtterance {
  readonly text: string;
  /** ISO 639-1. */
  readonly language: string;
  readonly confidence: number;
  readonly startMs: number;
  readonly endMs: number;
  /** All times count from the recording's start. Without `timestamps`, the whole utterance is one segment. */
  readonly segments: readonly TranscriptSegment[];
  /** null where the model gives no times of words. */
  readonly words: readonly TranscriptWord[] | null;
}

/** A recording's options: without a language, it is detected for each utterance. */
export interface FileTranscriberParts extends TranscribeOptions {
  readonly engine: SpeechEngine;
  readonly classifier: SpeechClassifier;
  /** Set to the recording's rate; not to be used again. */
  readonly preprocessor: Preprocessor;
}

/**
 * Recognizes a whole recording: cut into utterances at its silences, all decoded as fast as the engine's slots
 * allow.
 * @param pcm s16le mono.
 * @throws EngineError, ClassifierError; the signal's reason when aborted
 */
export async function transcribeFile(
  pcm: Uint8Array,
  parts: FileTranscriberParts,
): Promise<readonly FileUtterance[]> {
  const { engine, classifier, preprocessor, ...asked } = parts;
  const failed = new AbortController();
  const signal = parts.signal ? AbortSignal.any([parts.signal, failed.signal]) : failed.signal;
  const samples = await preprocess(pcm, preprocessor);
  const segments = await segmentSpeech(samples, classifier, { signal });
  // All utterances of a file share one session's part of the engine.
  const options = { ...asked, session: parts.session ?? `file_${randomUUID()}`, signal };
  const decodes = segments.map(async (segment, index) => {
    const previousEnd = segments[index - 1]?.endSample ?? 0;
    const from = Math.max(segment.startSample - preRollSamples, previousEnd);
    const audio = samples.subarray(from, segment.endSample + tailSamples);
    return toUtterance(await engine.transcribe(audio, options), segment, from, asked.timestamps === true);
  });
  try {
    return await Promise.all(decodes);
  } catch (error) {
    // The results of the other decodes are not needed any more.
    failed.abort(error);
    throw error;
  }
}

async function preprocess(pcm: Uint8Array, preprocessor: Preprocessor): Promise<Float32Array> {
  // Enough at 16 kHz and above; resampling makes slower recordings longer.
  let samples: Float32Array = new Float32Array(pcm.length / bytesPerSample + hopSamples);
  let length = 0;
  const add = (hops: readonly Hop[]): void => {
    for (const hop of hops) {
      length = hop.startSample + hop.samples.length;
      if (length > samples.length) samples = withRoomFor(samples, length);
      samples.set(hop.samples, hop.startSample);
    }
  };
  for (let start = 0; start < pcm.length; start += bytesAtATime) {
    add(preprocessor.push(pcm.subarray(start, start + bytesAtATime)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  add(preprocessor.flush());
  return samples.subarray(0, length);
}

function withRoomFor(samples: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(Math.max(length, 2 * samples.length));
  longer.set(samples);
  return longer;
}

function toUtterance(
  { text, language, confidence, segments, words }: RecordingTranscript,
  speech: SpeechSegment,
  audioStartSample: number,
  timestamps: boolean,
): FileUtterance {
  const toMs = (sample: number): number => Math.round((sample * 1000) / sampleRateHz);
  const bounds = { startMs: toMs(speech.startSample), endMs: toMs(speech.endSample) };
  const offsetMs = toMs(audioStartSample);
  const moved = (ms: number): number => offsetMs + ms;
  // The audio goes on a little behind the speech, where the next utterance may begin already.
  const inSpeech = (ms: number): number => Math.min(moved(ms), bounds.endMs);
  return {
    text,
    language,
    confidence,
    ...bounds,
    segments: segments.map((segment) => ({
      ...segment,
      ...(timestamps ? { startMs: inSpeech(segment.startMs), endMs: inSpeech(segment.endMs) } : bounds),
    })),
    words:
      words?.map((word) => ({ ...word, startMs: moved(word.startMs), endMs: moved(word.endMs) })) ?? null,
  };
}
