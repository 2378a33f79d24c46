import { frameSamples, hopSamples } from '../native.ts';
import type { SpeechClassifier } from './classifier.ts';
import type { DetectorEvent, DetectorOptions } from './detector-types.ts';
import { VadStream } from './vad-stream.ts';

export interface SpeechSegment {
  /** First sample. */
  readonly startSample: number;
  /** The sample after the last. */
  readonly endSample: number;
}

const hopsInFlight = 64;

/**
 * Finds the speech in a whole recording. Nobody waits for it, so nothing is left out: every window is classified, and
 * whatever the classifier calls speech is a segment, however short.
 * @param samples mono 16 kHz, [-1, 1].
 * @returns segments in order, disjoint, none longer than `maxSegmentDurationMs`.
 * @throws ClassifierError; the signal's reason when aborted
 */
export async function segmentSpeech(
  samples: Float32Array,
  classifier: SpeechClassifier,
  options: Partial<DetectorOptions> & { readonly signal?: AbortSignal } = {},
): Promise<readonly SpeechSegment[]> {
  const { signal, ...detectorOptions } = options;
  const segments: SpeechSegment[] = [];
  let startSample = 0;
  let failure: { readonly error: unknown } | undefined;
  const collect = (events: readonly DetectorEvent[]): void => {
    for (const event of events) {
      if (event.type === 'speech_start') startSample = event.sample;
      if (event.type === 'speech_end')
        segments.push({ startSample, endSample: Math.min(event.sample, samples.length) });
    }
  };
  const stream = new VadStream(
    classifier,
    { minSpeechMs: 0, ...detectorOptions },
    {
      onDecision: (_hop, events) => collect(events),
      onForced: collect,
      onError: (error) => {
        failure = { error };
      },
    },
  );
  try {
    for (let at = 0; at < samples.length && !failure; at += hopSamples) {
      stream.push({
        startSample: at,
        samples: paddedHop(samples, at),
        rmsDbfs: levelBefore(samples, at + hopSamples),
        flatness: 0,
      });
      if ((at / hopSamples) % hopsInFlight === 0) await stream.drain();
      signal?.throwIfAborted();
    }
    stream.forceEnd('flush');
    await stream.drain();
  } finally {
    stream.close();
  }
  if (failure) throw failure.error;
  return segments;
}

function paddedHop(samples: Float32Array, at: number): Float32Array {
  const hop = samples.subarray(at, at + hopSamples);
  if (hop.length === hopSamples) return hop;
  const padded = new Float32Array(hopSamples);
  padded.set(hop);
  return padded;
}

/** Level in dBFS of the 1024-sample frame that ends before `end`. */
function levelBefore(samples: Float32Array, end: number): number {
  let energy = 0;
  for (let at = Math.max(0, end - frameSamples); at < Math.min(end, samples.length); at += 1) {
    energy += (samples[at] ?? 0) ** 2;
  }
  return 10 * Math.log10(energy / frameSamples + 1e-12);
}
