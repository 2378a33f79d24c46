// Do waiting decodes get done sooner together than one after the other?
import { audioContextFor } from '#theo/engine/whisper/decode-budget.js';
import {
  loadNative,
  type NativeDecodeRequest,
  type NativeDecodeSlot,
  type NativeModel,
  type NativeUtteranceMemory,
  sampleRateHz,
} from '#theo/native.js';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { installedModel, reportName, type Subject } from '../subject.ts';

const sizes = [1, 2, 4, 8];
const kinds = ['partial, 1.7 s, drafted', 'opening, 0.6 s', 'final, 4 s'] as const;
type Kind = (typeof kinds)[number];

/** ms from the beginning to the last text, to a text in the mean, and of the encoder's passes. */
interface Times {
  readonly allMs: number;
  readonly meanMs: number;
  readonly encoderMs: number;
}

/**
 * One thread decodes N waiting requests of different clips, one after the other and together, taking turns: partials
 * that encode the newest 300 ms of 1.7 s and have a draft, openings and finals that have none. On the GPU where the
 * model has one. `--rounds N`: times that each is measured; medians.
 */
export async function run({ rounds = 15, subject }: BenchOptions): Promise<void> {
  const { weightsPath, manifest } = await installedModel(subject);
  const addon = loadNative();
  const model = await addon.loadModel(weightsPath, {
    useGpu: manifest.engineConfig.device !== 'cpu',
    int8: manifest.engineConfig.int8,
    prepareSilence: true,
  });
  const slot = new addon.DecodeSlot(model);
  const newMemory = (): NativeUtteranceMemory => new addon.UtteranceMemory(model);
  const rows = [];
  for (const kind of kinds) {
    for (const size of sizes) {
      const alone: Times[] = [];
      const together: Times[] = [];
      for (let round = -1; round < rounds; round++) {
        for (const way of [oneAfterTheOther, allTogether]) {
          const requests = await waiting(kind, size, slot, model, subject, newMemory);
          const times = await way(slot, requests);
          for (const { memory } of requests) memory?.close();
          // The first decodes of a length find everything cold.
          if (round >= 0) (way === allTogether ? together : alone).push(times);
        }
      }
      rows.push(toRow(kind, size, alone, together));
    }
  }
  const device = model.device;
  slot.close();
  model.close();
  publish({
    name: reportName('batch', subject),
    title: `Waiting decodes of ${manifest.name} one after the other and together, one slot of one thread, ${device}`,
    rows,
    notes: [
      'aloneMs and togetherMs: until the last text is there; ratio: how many times sooner that is together. The means are over the times at which the texts are there; the encoder is a part of aloneMs and togetherMs.',
    ],
  });
}

/** Requests of a kind as they would wait, with what earlier decodes left for them. */
async function waiting(
  kind: Kind,
  size: number,
  slot: NativeDecodeSlot,
  model: NativeModel,
  { clips }: Subject,
  newMemory: () => NativeUtteranceMemory,
): Promise<readonly NativeDecodeRequest[]> {
  const requests: NativeDecodeRequest[] = [];
  for (let index = 0; index < size; index++) {
    const clip = clips[index % clips.length];
    if (!clip) throw new Error('no clips');
    const speech = Float32Array.from(clip.samples.subarray(0, 4 * sampleRateHz), (sample) => sample / 32_768);
    const isFinal = kind === 'final, 4 s';
    const ask = (seconds: number): NativeDecodeRequest => {
      const samples = speech.subarray(0, seconds * sampleRateHz);
      return {
        ...plainRequest,
        ...audioContextFor(
          samples.length,
          { mode: 'auto', full: model.audioContext, minimum: 1, margin: 8 },
          isFinal ? 'exact-silence' : 'pooled-silence',
        ),
        samples,
        language: clip.language,
        suppressAnnotations: !isFinal,
        measureNoSpeech: isFinal,
      };
    };
    if (isFinal) {
      requests.push(ask(4));
      continue;
    }
    const memory = newMemory();
    if (kind === 'opening, 0.6 s') {
      requests.push({ ...ask(0.6), memory });
      continue;
    }
    const last = await decodeAlone(slot, { ...ask(1.4), memory });
    const draft = Int32Array.from(last.words.flatMap((word) => [...word.tokens]));
    requests.push({ ...ask(1.7), memory, draft });
  }
  return requests;
}

async function oneAfterTheOther(
  slot: NativeDecodeSlot,
  requests: readonly NativeDecodeRequest[],
): Promise<Times> {
  const startMs = performance.now();
  const endsMs: number[] = [];
  let encoderMs = 0;
  for (const request of requests) {
    encoderMs += (await decodeAlone(slot, request)).timings.encodeMs;
    endsMs.push(performance.now() - startMs);
  }
  return toTimes(endsMs, encoderMs);
}

async function allTogether(slot: NativeDecodeSlot, requests: readonly NativeDecodeRequest[]): Promise<Times> {
  const startMs = performance.now();
  let encoderMs = 0;
  const ends = slot.decode(requests).map(async (decode) => {
    // All went through the same pass.
    encoderMs = (await decode).timings.encodeMs;
    return performance.now() - startMs;
  });
  return toTimes(await Promise.all(ends), encoderMs);
}

function toTimes(endsMs: readonly number[], encoderMs: number): Times {
  const meanMs = endsMs.reduce((sum, ms) => sum + ms, 0) / endsMs.length;
  return { allMs: Math.max(...endsMs), meanMs, encoderMs };
}

function toRow(kind: Kind, waiting: number, alone: readonly Times[], together: readonly Times[]) {
  const median = (times: readonly Times[], part: keyof Times): number =>
    percentile(
      times.map((each) => each[part]),
      0.5,
    );
  const aloneMs = median(alone, 'allMs');
  const togetherMs = median(together, 'allMs');
  return {
    kind,
    waiting,
    aloneMs,
    togetherMs,
    ratio: aloneMs / togetherMs,
    aloneMeanMs: median(alone, 'meanMs'),
    togetherMeanMs: median(together, 'meanMs'),
    aloneEncoderMs: median(alone, 'encoderMs'),
    togetherEncoderMs: median(together, 'encoderMs'),
  };
}
