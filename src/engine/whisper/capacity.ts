import { hopSamples, sampleRateHz } from '../../native.ts';
import { defaultSessionConfig } from '../../protocol/session-config.ts';
import type { DecodeSetup } from '../cores.ts';
import type { Capacity } from '../types.ts';

/** What the decodes of a model take on this machine, each on one slot. */
export interface DecodeCosts {
  /** The decode of an utterance's first text, ms. */
  readonly openingMs: number;
  /** A partial in the middle of an utterance, ms. */
  readonly partialMs: number;
  /** The final of an utterance of `typicalTalk.utteranceSeconds`, ms. */
  readonly finalMs: number;
  /** A whole window of 30 s of a recording, ms. */
  readonly windowMs: number;
  /**
   * What a decode takes while every slot does as many as it can, shared out among those that it does together, as a
   * multiple of what it takes alone: above 1 where slots are in each other's way, below where a batch saves time.
   */
  readonly crowding: number;
  /** How many decodes each slot did together for `crowding`. */
  readonly batch: number;
}

/** How people talk, and what beside decoding one of them costs. */
export interface Talk {
  readonly utteranceSeconds: number;
  /** Between two utterances. */
  readonly pauseSeconds: number;
  /** Cores that one talker takes beside decoding: audio front end, voice activity, sockets. */
  readonly coresEach: number;
}

/**
 * People who talk without end, as in the streams bench: nobody in a conversation does, so this is cautious. The cores are
 * those of a hundred talkers in `bench/results/streams.json`, event loop and voice activity together.
 */
export const typicalTalk: Talk = { utteranceSeconds: 4.5, pauseSeconds: 0.7, coresEach: 0.004 };

/**
 * With as many people as `Capacity.peopleAtOnce` says, nineteen of twenty first texts and finals come at most so much later
 * than for one alone, in ms.
 */
export const tolerableWaitMs = 300;

/** A first text that takes longer, in ms, is none of live speech; a decode of a final neither. */
export const longestLiveWaitMs = 2_000;

/**
 * Speech that a model hears before it gives a first word that it believes, in ms: the median of whisper-base over
 * `test/speech`, as the streams bench computes it from what it measures.
 */
export const speechBeforeTextMs = 250;
/** From a hop's last sample at the client to the hop in the engine, in ms: messages of 20 ms, and voice activity. */
const arrivalMs = 12;

/** Decodes for one utterance that others have to wait for: openings that gave no text yet, finals decoded ahead in vain. */
const openingsEach = 2;
const finalsEach = 1.4;
/** Utterances differ in length about as exponentially distributed ones do: the mean square is twice the squared mean. */
const lengthSpread = 2;

/** A partial may take this share of one slot. */
const partialShare = 0.5;
/** A decode for less new audio is not worth it, in ms. */
export const shortestPartialIntervalMs = 160;
const longestPartialIntervalMs = 5_000;

const hopMs = (hopSamples * 1000) / sampleRateHz;
/** Nothing is shown before speech is confirmed, with the hop that completes it. */
const confirmedMs = Math.ceil(defaultSessionConfig.vad_min_speech_ms / hopMs) * hopMs;
const slowestShare = 0.05;
/** More people than this are beyond what a single event loop was tried with. */
const mostPeople = 1_000;

/**
 * New audio between two partials of an utterance, in ms: as little as is worth a decode, and so much that the partials of
 * one talker leave half of a slot to others. A model ten times as dear gives a tenth as many partials.
 */
export function partialIntervalFor({ partialMs }: DecodeCosts): number {
  const affordable = Math.ceil(partialMs / partialShare / hopMs) * hopMs;
  return Math.min(longestPartialIntervalMs, Math.max(shortestPartialIntervalMs, affordable));
}

/**
 * What a model can do on this machine.
 *
 * **First text** of one talker: the decode starts when there is enough speech, at the next hop or, where decodes take
 * longer than a hop, behind the one that runs, half of which is over in the mean; never shown before the speech is
 * confirmed.
 *
 *     first text = arrival + max(confirmed, speech before text + max(hop, opening) / 2 + opening)
 *
 * **People at once**: openings and finals of N talkers, all that others wait for, are a load of `a` slots:
 *
 *     a = N * (2 openings + 1.4 finals) / (utterance + pause) * crowding / (1 - N * cores each / cores)
 *
 * Partials take what is left, and an opening waits for half of one. The wait in such a queue exceeds t with the
 * probability ErlangC(slots, a) * exp(-t * (slots - a) / r), where r is the mean square of these decodes over twice their
 * mean, times as many as are done together: whoever comes waits for all of a batch. N is the most for which the wait of the slowest twentieth stays within `tolerableWaitMs`.
 *
 * Source of the queue: Erlang's formula C for M/M/c, its decay scaled by the mean residual service time as for M/G/1
 * (Pollaczek and Khinchine).
 */
export function capacityOf(costs: DecodeCosts, setup: DecodeSetup, talk: Talk = typicalTalk): Capacity {
  const firstTextMs = firstTextOf(costs.openingMs);
  const canHearLive = firstTextMs <= longestLiveWaitMs && costs.finalMs <= longestLiveWaitMs;
  return {
    firstTextMs,
    partialMs: costs.partialMs,
    peopleAtOnce: canHearLive ? peopleAtOnce(costs, setup, talk) : 0,
    secondsPerFileSecond: costs.windowMs / 30_000,
  };
}

/**
 * What `speechBeforeTextMs` would have to be for a first text that was measured; where it came as soon as the speech was
 * confirmed, the most that it can be.
 */
export function speechBeforeTextOf(firstTextMs: number, { openingMs }: DecodeCosts): number {
  return firstTextMs - arrivalMs - Math.max(hopMs, openingMs) / 2 - openingMs;
}

function firstTextOf(openingMs: number): number {
  const decodedMs = speechBeforeTextMs + Math.max(hopMs, openingMs) / 2 + openingMs;
  return arrivalMs + Math.max(confirmedMs, decodedMs);
}

/** At least one: a talker alone waits for nobody. */
function peopleAtOnce(costs: DecodeCosts, setup: DecodeSetup, talk: Talk): number {
  const holds = (people: number): boolean => waitMs(people, costs, setup, talk) <= tolerableWaitMs;
  let most = 1;
  let tooMany = mostPeople + 1;
  while (tooMany - most > 1) {
    const between = Math.floor((most + tooMany) / 2);
    if (holds(between)) most = between;
    else tooMany = between;
  }
  return most;
}

/** How long the slowest twentieth of first texts wait for others at the least; infinite where the load cannot be borne. */
function waitMs(people: number, costs: DecodeCosts, { slots, cores }: DecodeSetup, talk: Talk): number {
  const left = 1 - (people * talk.coresEach) / cores;
  if (left <= 0) return Number.POSITIVE_INFINITY;
  const stretch = costs.crowding / left;
  const openingMs = costs.openingMs * stretch;
  const finalMs = ((costs.finalMs * talk.utteranceSeconds) / typicalTalk.utteranceSeconds) * stretch;
  const workMs = openingsEach * openingMs + finalsEach * finalMs;
  const load = (people * workMs) / (1000 * (talk.utteranceSeconds + talk.pauseSeconds));
  if (load >= slots) return Number.POSITIVE_INFINITY;
  const squares = openingsEach * openingMs ** 2 + finalsEach * lengthSpread * finalMs ** 2;
  const residualMs = (costs.batch * squares) / (2 * workMs);
  const queueMs = (residualMs / (slots - load)) * Math.log(erlangC(slots, load) / slowestShare);
  return Math.max(0, queueMs) + (costs.batch * costs.partialMs * stretch) / 2;
}

/** The probability that all of `servers` are busy under a load of so many. @param load below `servers` */
function erlangC(servers: number, load: number): number {
  // Erlang's formula B by its recurrence, which never leaves the range of numbers.
  let blocked = 1;
  for (let count = 1; count <= servers; count++) blocked = (load * blocked) / (count + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}
