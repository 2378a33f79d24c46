import { percentile } from '../report/percentile.ts';
import type { LiveFigures } from './live-figures.ts';
import type { ClipResult, Run } from './run.ts';
import { errorsOf } from './scoring/score.ts';

/** A value and where it lies with a probability of 95 %. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What one model came to; null where it was not measured. */
export interface ModelFigures {
  readonly model: string;
  readonly errors: number;
  readonly errorRate: Interval;
  /** Clips without an error. */
  readonly exact: number;
  /** Medians of what people waited, in ms. */
  readonly firstTextMs: number | null;
  readonly finalDelayMs: number | null;
  /** CPU time for a second of audio, in seconds. */
  readonly cpuSecondsEach: number;
  /** The most memory of the server that heard it live, in bytes. */
  readonly memoryBytes: number | null;
}

/** A clip that two models heard with a different number of errors. */
export interface DifferingClip {
  readonly one: ClipResult;
  readonly other: ClipResult;
  /** Errors of the second less those of the first. */
  readonly moreErrors: number;
}

/** Two models on the same clips. */
export interface ModelComparison {
  readonly mode: Run['setup']['mode'];
  readonly clips: number;
  /** Words (or characters) that were said. */
  readonly length: number;
  readonly one: ModelFigures;
  readonly other: ModelFigures;
  /** Error rate of the second less that of the first. */
  readonly errorRateDifference: Interval;
  /** Those that differ most come first. */
  readonly differing: readonly DifferingClip[];
}

const resamples = 2_000;
const outside = 0.025;

/**
 * Compares two runs over the same clips. The intervals come from a bootstrap over clips, that of the difference from one over
 * pairs: the clips are drawn anew with replacement, the same for both models, as often as there are clips, and 2000 times.
 * The same runs give the same intervals.
 *
 * Source: Bisani and Ney, "Bootstrap estimates for confidence intervals in ASR performance evaluation" (2004).
 */
export function compareModels(one: Run, other: Run): ModelComparison {
  const byId = new Map(other.clips.map((clip) => [clip.id, clip]));
  const pairs = one.clips.flatMap((clip): readonly DifferingClip[] => {
    const second = byId.get(clip.id);
    if (!second) return [];
    return [{ one: clip, other: second, moreErrors: errorsOf(second.score) - errorsOf(clip.score) }];
  });
  const draws = drawsOf(pairs.length);
  const rateOf = (errors: (pair: DifferingClip) => number, of: readonly DifferingClip[]): number =>
    sum(of, errors) /
    Math.max(
      1,
      sum(of, (pair) => pair.one.score.length),
    );
  const interval = (errors: (pair: DifferingClip) => number): Interval => {
    const rates = draws.map((draw) =>
      rateOf(
        errors,
        draw.flatMap((index) => pairs[index] ?? []),
      ),
    );
    return {
      value: rateOf(errors, pairs),
      low: pairs.length === 0 ? 0 : percentile(rates, outside),
      high: pairs.length === 0 ? 0 : percentile(rates, 1 - outside),
    };
  };
  return {
    mode: one.setup.mode,
    clips: pairs.length,
    length: sum(pairs, (pair) => pair.one.score.length),
    one: figuresOf(
      one,
      interval((pair) => errorsOf(pair.one.score)),
    ),
    other: figuresOf(
      other,
      interval((pair) => errorsOf(pair.other.score)),
    ),
    errorRateDifference: interval((pair) => pair.moreErrors),
    differing: pairs
      .filter(({ moreErrors }) => moreErrors !== 0)
      .sort((a, b) => Math.abs(b.moreErrors) - Math.abs(a.moreErrors)),
  };
}

/** Whether the clips tell which of two models makes fewer errors; else the difference may be chance. */
export function isDecided({ low, high }: Interval): boolean {
  return low > 0 || high < 0;
}

function figuresOf(run: Run, errorRate: Interval): ModelFigures {
  const audioSeconds = sum(run.clips, ({ seconds }) => seconds);
  const isLive = run.setup.mode === 'live';
  return {
    model: run.setup.model,
    errors: sum(run.clips, ({ score }) => errorsOf(score)),
    errorRate,
    exact: run.clips.filter(({ score }) => errorsOf(score) === 0).length,
    firstTextMs: medianOf(run, ({ firstTextMs }) => firstTextMs),
    finalDelayMs: medianOf(run, ({ finalDelayMs }) => finalDelayMs),
    cpuSecondsEach: run.cpuSeconds / audioSeconds,
    memoryBytes: isLive ? run.peakMemoryBytes : null,
  };
}

function medianOf({ clips }: Run, of: (figures: LiveFigures) => number | null): number | null {
  const times = clips.flatMap(({ live }) => (live ? (of(live) ?? []) : []));
  return times.length === 0 ? null : percentile(times, 0.5);
}

/** For each resample, the indices of the clips in it. */
function drawsOf(clips: number): readonly (readonly number[])[] {
  const random = xorshift(1);
  return Array.from({ length: resamples }, () =>
    Array.from({ length: clips }, () => Math.floor(random() * clips)),
  );
}

/** Numbers from 0 up to 1, the same for the same seed. Source: Marsaglia, "Xorshift RNGs" (2003). */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
