import { randomUUID } from 'node:crypto';
import type { Hop } from '../audio/preprocessor.ts';
import type { SpeechEngine, TranscribeOptions, Transcript, TranscriptWord } from '../engine/types.ts';
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
  /** Their times count from the recording's start; null where the model gives none. */
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
  const { engine, classifier, language, prompt, hotWords, task, timeWords = false } = parts;
  const failed = new AbortController();
  const signal = parts.signal ? AbortSignal.any([parts.signal, failed.signal]) : failed.signal;
  const samples = await preprocess(pcm, parts.preprocessor);
  const segments = await segmentSpeech(samples, classifier, { signal });
  // All utterances of a file share one session's part of the engine.
  const session = parts.session ?? `file_${randomUUID()}`;
  const options = { session, language, prompt, hotWords, task, timeWords, signal };
  const decodes = segments.map(async (segment, index) => {
    const previousEnd = segments[index - 1]?.endSample ?? 0;
    const from = Math.max(segment.startSample - preRollSamples, previousEnd);
    const audio = samples.subarray(from, segment.endSample + tailSamples);
    return toUtterance(await engine.transcribe(audio, options), segment, from);
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
  { text, language, confidence, words }: Transcript,
  segment: SpeechSegment,
  audioStartSample: number,
): FileUtterance {
  const toMs = (sample: number): number => Math.round((sample * 1000) / sampleRateHz);
  const offsetMs = toMs(audioStartSample);
  return {
    text,
    language,
    confidence,
    startMs: toMs(segment.startSample),
    endMs: toMs(segment.endSample),
    words:
      words?.map((word) => ({
        ...word,
        startMs: offsetMs + word.startMs,
        endMs: offsetMs + word.endMs,
      })) ?? null,
  };
}
