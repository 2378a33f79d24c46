import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot } from '../../native.ts';
import { sampleRateHz } from '../../native.ts';
import { type DecodeCosts, typicalTalk } from './capacity.ts';

/** A decode as it occurs again and again, without the words. */
interface TypicalDecode {
  readonly audioSeconds: number;
  readonly silence: 'pooled-silence' | 'exact-silence';
  /** Tokens of the last hypothesis, which go through the decoder in its first pass. */
  readonly draftTokens: number;
  /** Times that the decoder runs. */
  readonly passes: number;
}

/** Sessions give the engine so much audio before the speech (`session/pre-roll.ts`). */
const preRollSeconds = 0.4;

/** Half of the utterances go on from speech before them, of which 2 s are encoded again. */
const repeatedSeconds = 1;

/**
 * Passes and drafts are the medians of `bench/results/partials-whisper-base.json`; a partial encodes 2 s of overlap and
 * what is new, however long the utterance is.
 */
const typicalDecodes = {
  opening: {
    audioSeconds: preRollSeconds + 0.2,
    silence: 'pooled-silence',
    draftTokens: 0,
    passes: 3,
  },
  partial: { audioSeconds: 2.3, silence: 'pooled-silence', draftTokens: 12, passes: 2 },
  final: {
    audioSeconds: preRollSeconds + typicalTalk.utteranceSeconds + repeatedSeconds,
    silence: 'exact-silence',
    draftTokens: 14,
    passes: 3,
  },
} as const satisfies Record<string, TypicalDecode>;

/** A window of a recording, 30 s, has no draft: its decoder runs once for each of its tokens. */
const windowPasses = 90;

/** Makes the request for so much audio, as the engine would. */
export type RequestOfSilence = (
  samples: number,
  silence: 'pooled-silence' | 'exact-silence',
) => NativeDecodeRequest;

export interface MeasuredEngine {
  /** Idle, warmed up; none is used for anything else meanwhile. */
  readonly slots: readonly NativeDecodeSlot[];
  readonly ofSilence: RequestOfSilence;
  /** Any tokens that stand for words. */
  readonly words: Int32Array;
  /** The model's full context in positions. */
  readonly fullContext: number;
  /** The most decodes that a slot does together. */
  readonly batch: number;
  /** Threads of a decode. */
  readonly threads: number;
  /** Whether the CPU does them. */
  readonly usesCpu: boolean;
}

/** Each decode is measured so often for every second that there is, as long as there is time. */
const roundsEachSecond = 4;

/** Openings whose encoder takes longer, in ms, are not tried on all slots at once. */
const longestCrowdedMs = 500;

interface Effort {
  readonly rounds: number;
  readonly untilMs: number;
}

/** Slots share caches and memory, at the worst a core's: what is measured beyond that is other processes' work. */
const mostCrowding = 2;

/** What a decode takes in its parts. */
interface Parts {
  readonly positions: number;
  /** Spectrogram and encoder. */
  readonly encodeMs: number;
  /** Of one pass through the decoder. */
  readonly passMs: number;
}

interface Measured extends Parts {
  /** With what other processes had of it. */
  readonly tookMs: number;
}

/**
 * Measures what decodes of a loaded model take: of silence, which costs as much as speech, with as many tokens as speech
 * would have. The quickest of a few counts. On a CPU, time that other processes had its cores does not: what they do comes
 * and goes.
 * @param budgetMs about how long it may take; what a dear model cannot do in that time is worked out from a short decode.
 */
export async function measureDecodes(engine: MeasuredEngine, budgetMs: number): Promise<DecodeCosts> {
  const untilMs = performance.now() + budgetMs;
  const rounds = Math.max(1, Math.round((roundsEachSecond * budgetMs) / 1000));
  const short = await measuredOnce(engine, 1, [shortRequest(engine)]);
  const measure = async (typical: TypicalDecode): Promise<Parts> => {
    const request = requestOf(typical, engine);
    const expected = scaled(short, positionsOf(request, engine));
    const expectedMs = (short.tookMs * costOf(expected, 1)) / costOf(short, 1);
    // It is needed again, beside others.
    if (performance.now() + 2 * expectedMs > untilMs) return expected;
    return quickest({ rounds, untilMs }, () => measuredOnce(engine, 1, [request]));
  };
  const { opening, partial, final } = typicalDecodes;
  const first = await measure(opening);
  const whole = await measure(final);
  const middle = await measure(partial);
  return {
    openingMs: costOf(first, opening.passes),
    partialMs: costOf(middle, partial.passes),
    finalMs: costOf(whole, final.passes),
    windowMs: scaled(whole, engine.fullContext).encodeMs + windowPasses * first.passMs,
    crowding: await crowdingOf(engine, first, { rounds, untilMs }),
    batch: engine.batch,
  };
}

/** What a decode takes while all slots do as many as they can, over what it takes alone. */
async function crowdingOf(engine: MeasuredEngine, alone: Parts, effort: Effort): Promise<number> {
  const { slots, batch } = engine;
  if (slots.length * batch === 1) return 1;
  // A model as dear as this hears one person at the most, who is in nobody's way.
  if (alone.encodeMs > longestCrowdedMs) return 1;
  const requests = Array.from({ length: batch }, () => requestOf(typicalDecodes.opening, engine));
  const crowded = await quickest(effort, () => measuredOnce(engine, slots.length, requests));
  const { passes } = typicalDecodes.opening;
  const measured = costOf(crowded, passes) / batch / costOf(alone, passes);
  return Math.min(mostCrowding, Math.max(1 / batch, measured));
}

/** Of so many rounds, or of as many as end in time; one at least. */
async function quickest({ rounds, untilMs }: Effort, measure: () => Promise<Measured>): Promise<Parts> {
  let best = await measure();
  for (let round = 1; round < rounds && performance.now() + best.tookMs < untilMs; round++) {
    const next = await measure();
    if (costOf(next, 1) < costOf(best, 1)) best = next;
  }
  return best;
}

/** Decodes requests together on each of so many slots. @returns what the slowest of them took */
async function measuredOnce(
  engine: MeasuredEngine,
  slotCount: number,
  requests: readonly NativeDecodeRequest[],
): Promise<Measured> {
  const before = process.cpuUsage();
  const startMs = performance.now();
  const results = await Promise.all(
    engine.slots.slice(0, slotCount).flatMap((slot) => slot.decode(requests)),
  );
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  const share = (user + system) / 1000 / (slotCount * engine.threads * tookMs);
  const ownShare = engine.usesCpu ? Math.min(1, share) : 1;
  const slowest = results.reduce((last, each) => (totalMs(each) > totalMs(last) ? each : last));
  const { melMs, encodeMs, decodeMs } = slowest.timings;
  return {
    positions: Math.max(...requests.map((request) => positionsOf(request, engine))),
    encodeMs: ownShare * (melMs + encodeMs),
    passMs: (ownShare * decodeMs) / Math.max(1, slowest.decoderPasses),
    tookMs,
  };
}

function totalMs({ timings: { melMs, encodeMs, decodeMs } }: NativeDecodeResult): number {
  return melMs + encodeMs + decodeMs;
}

function costOf({ encodeMs, passMs }: Parts, passes: number): number {
  return encodeMs + passes * passMs;
}

/** For another number of positions: nearly all of the encoder's work grows in proportion. */
function scaled(parts: Parts, positions: number): Parts {
  return { ...parts, positions, encodeMs: (parts.encodeMs * positions) / parts.positions };
}

function positionsOf({ audioContext }: NativeDecodeRequest, { fullContext }: MeasuredEngine): number {
  return audioContext || fullContext;
}

function requestOf(
  { audioSeconds, silence, draftTokens, passes }: TypicalDecode,
  { ofSilence, words }: MeasuredEngine,
): NativeDecodeRequest {
  const draft = words.subarray(0, draftTokens);
  return {
    ...ofSilence(Math.round(audioSeconds * sampleRateHz), silence),
    draft,
    maxTokens: draft.length + passes,
  };
}

/** The audio of an opening at few positions, also for a model that always decodes at its full context. */
function shortRequest(engine: MeasuredEngine): NativeDecodeRequest {
  const request = requestOf(typicalDecodes.opening, engine);
  return request.audioContext > 0 ? request : { ...request, audioContext: 64, padding: 'nothing' };
}
