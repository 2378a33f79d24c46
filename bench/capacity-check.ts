import type { DecodeSetup } from '#theo/engine/cores.js';
import type { Capacity } from '#theo/engine/types.js';
import {
  capacityOf,
  type DecodeCosts,
  speechBeforeTextMs,
  speechBeforeTextOf,
  tolerableWaitMs,
  typicalTalk,
} from '#theo/engine/whisper/capacity.js';
import { WhisperEngine } from '#theo/engine/whisper/whisper-engine.js';
import { percentile } from './report.ts';
import { openEngine, type Subject } from './subject.ts';

/** What people who talked to a server saw, so many at a time. */
export interface Talkers {
  readonly sessions: number;
  readonly firstTextMs: readonly number[];
  readonly finalDelayMs: readonly number[];
}

export interface Measured {
  readonly firstTextMs: number;
  readonly peopleAtOnce: number;
}

/** What a model is said to be able to do here; its costs are measured as a server measures them. */
export class Prediction {
  readonly #costs: DecodeCosts;
  readonly #setup: DecodeSetup;

  private constructor(costs: DecodeCosts, setup: DecodeSetup) {
    this.#costs = costs;
    this.#setup = setup;
  }

  static async of(subject: Subject): Promise<Prediction> {
    const { engine, close } = await openEngine(subject, { measuringBudgetMs: 1_000 });
    try {
      if (!(engine instanceof WhisperEngine) || !engine.costs) throw new Error('the engine tells no costs');
      return new Prediction(engine.costs, engine.setup);
    } finally {
      await close();
    }
  }

  /** How much speech a first text that was measured needed. */
  speechBeforeTextMs(firstTextMs: number): number {
    return speechBeforeTextOf(firstTextMs, this.#costs);
  }

  /** @param coresBeside that one talker's client takes of the server's cores. */
  capacity(coresBeside = 0): Capacity {
    return capacityOf(this.#costs, this.#setup, {
      ...typicalTalk,
      coresEach: typicalTalk.coresEach + coresBeside,
    });
  }
}

/** Whether first texts and finals came as late as they may at the most, compared with one talker's. */
export function isTolerable(talkers: Talkers, alone: Talkers): boolean {
  const later = (times: 'firstTextMs' | 'finalDelayMs'): number =>
    percentile(talkers[times], 0.95) - percentile(alone[times], 0.95);
  return later('firstTextMs') <= tolerableWaitMs && later('finalDelayMs') <= tolerableWaitMs;
}

/** The next number of sessions that tells more of the most that are tolerable; undefined: it is known well enough. */
export function nextSessions(held: number, tooMany: number): number | undefined {
  const between = Math.round(Math.sqrt(held * tooMany));
  return tooMany / held > 1.15 && between > held && between < tooMany ? between : undefined;
}

/** Said and measured beside each other, for a reader of the report. */
export function compare(prediction: Prediction, coresBeside: number, measured: Measured): readonly string[] {
  const alone = prediction.capacity();
  const beside = prediction.capacity(coresBeside);
  const off = (said: number, found: number): string =>
    `${said > found ? '+' : ''}${(100 * (said / found - 1)).toFixed(0)} %`;
  return [
    `First text: said ${alone.firstTextMs.toFixed(0)} ms, measured ${measured.firstTextMs.toFixed(0)} ms (${off(alone.firstTextMs, measured.firstTextMs)}): after ${prediction.speechBeforeTextMs(measured.firstTextMs).toFixed(0)} ms of speech, ${speechBeforeTextMs} are reckoned with.`,
    `People at once, with first texts and finals at most ${tolerableWaitMs} ms later (p95) than for one: said ${alone.peopleAtOnce}, or ${beside.peopleAtOnce} beside clients that take ${(100 * coresBeside).toFixed(2)} % of a core each, as these do; measured ${measured.peopleAtOnce} (${off(beside.peopleAtOnce, measured.peopleAtOnce)}).`,
  ];
}
