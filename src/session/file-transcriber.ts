import { randomUUID } from 'node:crypto';
import type { SpeechEngine, Transcript } from '../engine/types.ts';
import { sampleRateHz } from '../native.ts';
import type { SpeechClassifier } from '../vad/classifier.ts';
import type { Hop } from '../vad/hop.ts';
import { segmentSpeech } from '../vad/segment-speech.ts';
import type { Preprocessor } from './parts.ts';
import { preRollSamples } from './pre-roll.ts';

/** Audio behind an utterance that the engine gets too: as in a live session. */
const tailSamples = 0.064 * sampleRateHz;
/** How much of a file goes through the front end at a time, so that the event loop can breathe. */
const bytesAtATime = 1024 * 1024;

/** An utterance of a recording. */
export interface FileUtterance {
  readonly text: string;
  /** ISO 639-1. */
  readonly language: string;
  readonly confidence: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface FileTranscriberParts {
  readonly engine: SpeechEngine;
  readonly classifier: SpeechClassifier;
  /** At the recording's rate; used up. */
  readonly preprocessor: Preprocessor;
  /** ISO 639-1, or null to detect for each utterance. */
  readonly language: string | null;
  readonly hotWords: readonly string[];
  readonly signal?: AbortSignal;
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
  const { engine, classifier, language, hotWords, signal } = parts;
  const samples = await preprocess(pcm, parts.preprocessor);
  // Its utterances share the engine with everybody else's as one.
  const session = `file_${randomUUID()}`;
  const segments = await segmentSpeech(samples, classifier, signal ? { signal } : {});
  return Promise.all(
    segments.map(async (segment, index) => {
      const previousEnd = segments[index - 1]?.endSample ?? 0;
      const from = Math.max(segment.startSample - preRollSamples, previousEnd);
      const audio = samples.subarray(from, segment.endSample + tailSamples);
      const options = {
        session,
        language,
        prompt: '',
        hotWords,
        task: 'transcribe' as const,
        ...(signal ? { signal } : {}),
      };
      return toUtterance(await engine.transcribe(audio, options), segment);
    }),
  );
}

async function preprocess(pcm: Uint8Array, preprocessor: Preprocessor): Promise<Float32Array> {
  const hops: Hop[] = [];
  for (let start = 0; start < pcm.length; start += bytesAtATime) {
    hops.push(...preprocessor.push(pcm.subarray(start, start + bytesAtATime)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  hops.push(...preprocessor.flush());
  const samples = new Float32Array(hops.reduce((sum, hop) => sum + hop.samples.length, 0));
  for (const hop of hops) samples.set(hop.samples, hop.startSample);
  return samples;
}

function toUtterance(
  { text, language, confidence }: Transcript,
  segment: { readonly startSample: number; readonly endSample: number },
): FileUtterance {
  const toMs = (sample: number): number => Math.round((sample * 1000) / sampleRateHz);
  return { text, language, confidence, startMs: toMs(segment.startSample), endMs: toMs(segment.endSample) };
}
