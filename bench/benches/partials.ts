// What does a partial cost, and does it grow with the utterance?
import { audioContextFor } from '#theo/engine/whisper/decode-budget.js';
import { loadNative, type NativeDecodeRequest, type NativeDecodeResult, sampleRateHz } from '#theo/native.js';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { installedModel, reportName, type Subject } from '../subject.ts';

const hopSamples = 0.3 * sampleRateHz;
const longestSeconds = 28;
const shownSeconds = [1, 2, 4, 8, 12, 16, 20, 24, 28];

/** How the audio so far is encoded, and whether the last hypothesis is the draft of the next. */
const ways = ['full context', 'padded, whole', 'padded, incremental'] as const;
type Way = (typeof ways)[number];

interface Hop {
  readonly seconds: number;
  readonly encodeMs: number;
  readonly decodeMs: number;
  readonly positions: number;
  readonly passes: number;
  readonly tokens: number;
}

/**
 * One thread decodes an utterance that grows to 28 s (clips one after the other), a partial every 300 ms: with all of
 * the model's window, with padded contexts encoded as a whole, and with padded contexts of which each hop encodes what
 * is new. `--rounds N`: times that the utterance is heard; medians. Full context is measured at the shown lengths only.
 */
export async function run({ rounds = 2, subject }: BenchOptions): Promise<void> {
  const { weightsPath, manifest } = await installedModel(subject);
  const speech = growingUtterance(subject);
  const addon = loadNative();
  const model = await addon.loadModel(weightsPath, {
    useGpu: false,
    int8: manifest.engineConfig.int8,
    prepareSilence: true,
  });
  const slot = new addon.DecodeSlot(model);
  const policy = { mode: 'auto', full: model.audioContext, minimum: 1, margin: 8 } as const;
  const decode = (
    samples: Float32Array,
    changes: Partial<NativeDecodeRequest>,
  ): Promise<NativeDecodeResult> =>
    decodeAlone(slot, {
      ...plainRequest,
      ...audioContextFor(samples.length, policy, 'pooled-silence'),
      samples,
      language: subject.clips[0]?.language ?? 'en',
      suppressAnnotations: true,
      ...changes,
    });

  const hear = async (way: Way): Promise<readonly Hop[]> => {
    const memory = way === 'padded, incremental' ? new addon.UtteranceMemory(model) : null;
    const hops: Hop[] = [];
    let draft = new Int32Array();
    for (let length = hopSamples; length <= speech.length; length += hopSamples) {
      const seconds = length / sampleRateHz;
      const isShown = shownSeconds.some((shown) => Math.abs(shown - seconds) < 0.15);
      if (way === 'full context' && !isShown) continue;
      const whole = way === 'full context' ? ({ audioContext: 0, padding: 'nothing' } as const) : {};
      const drafted = way === 'padded, incremental' ? { draft } : {};
      const result = await decode(speech.subarray(0, length), { ...whole, ...drafted, memory });
      draft = Int32Array.from(result.words.flatMap((word) => [...word.tokens]));
      hops.push({
        seconds,
        encodeMs: result.timings.encodeMs + result.timings.melMs,
        decodeMs: result.timings.decodeMs,
        positions: result.encodedPositions,
        passes: result.decoderPasses,
        tokens: result.decoderTokens,
      });
    }
    memory?.close();
    return hops;
  };

  const heard = new Map<Way, Hop[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of ways) heard.get(way)?.push(...(await hear(way)));
  }
  slot.close();
  model.close();
  const rows = ways.flatMap((way) =>
    shownSeconds.map((seconds) => ({ way, ...near(seconds, heard.get(way) ?? []) })),
  );
  publish({
    name: reportName('partials', subject),
    title: `A partial of ${manifest.name} on one thread, by the length of the utterance so far`,
    rows,
    notes: [
      'Medians over the hops within half a second. "Whole" decodes token by token; "incremental" has the last hypothesis as its draft.',
      'The decoder grows with the text: every partial goes through all words so far, in one pass where they are drafted.',
    ],
  });
}

/** Clips, one after the other, until there are 28 s. */
function growingUtterance({ clips }: Subject): Float32Array {
  const speech = new Float32Array(longestSeconds * sampleRateHz);
  let length = 0;
  for (let index = 0; length < speech.length; index++) {
    const clip = clips[index % clips.length];
    if (!clip) throw new Error('no clips');
    const samples = Float32Array.from(clip.samples, (sample) => sample / 32_768);
    speech.set(samples.subarray(0, speech.length - length), length);
    length += samples.length;
  }
  return speech;
}

function near(seconds: number, hops: readonly Hop[]): Hop {
  const close = hops.filter((hop) => Math.abs(hop.seconds - seconds) <= 0.5);
  const median = (part: keyof Hop): number =>
    percentile(
      close.map((hop) => hop[part]),
      0.5,
    );
  return {
    seconds,
    encodeMs: median('encodeMs'),
    decodeMs: median('decodeMs'),
    positions: median('positions'),
    passes: median('passes'),
    tokens: median('tokens'),
  };
}
