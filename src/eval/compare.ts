import { EvalInputError } from './errors.ts';
import { type ClipResult, describeSetup, type Run, type RunSetup } from './run.ts';
import { errorsOf, isSameText } from './scoring/score.ts';

/** A run beside an earlier one, on the clips that both have heard. */
export interface Comparison {
  /** ISO 639-1, or "all". */
  readonly language: string;
  readonly clips: number;
  /** Clips with the same words in both. */
  readonly sameText: number;
  /** Error rate now less the one before, by the clips in common; -0.01 is one point better. */
  readonly errorRateChange: number;
}

/**
 * The run to compare with: that of the same setup; else the one that shares the most of it, in the order mode,
 * variant, model; undefined where no run has the mode.
 */
export function counterpartOf(setup: RunSetup, runs: readonly Run[]): Run | undefined {
  const likeness = (other: RunSetup): number =>
    (other.variant === setup.variant ? 4 : 0) +
    (other.model === setup.model ? 2 : 0) +
    (other.audioContext === setup.audioContext ? 1 : 0) +
    (other.beamSize === setup.beamSize ? 0.5 : 0);
  return runs
    .filter((run) => run.setup.mode === setup.mode)
    .toSorted((a, b) => likeness(b.setup) - likeness(a.setup))[0];
}

/** By language, then of all. @throws EvalInputError where the two have no clip in common */
export function compareRuns(run: Run, before: Run): readonly Comparison[] {
  const earlier = new Map(before.clips.map((clip) => [clip.id, clip]));
  const pairs = run.clips.flatMap((now): readonly Pair[] => {
    const then = earlier.get(now.id);
    return then && then.reference === now.reference ? [{ now, then }] : [];
  });
  if (pairs.length === 0) {
    throw new EvalInputError(
      'not_comparable',
      `the run to compare with (${describeSetup(before.setup)}) has none of these clips`,
    );
  }
  const languages = [...new Set(pairs.map(({ now }) => now.language))].sort();
  const byLanguage = languages.map((language) =>
    comparisonOf(
      language,
      pairs.filter(({ now }) => now.language === language),
    ),
  );
  return languages.length > 1 ? [...byLanguage, comparisonOf('all', pairs)] : byLanguage;
}

interface Pair {
  readonly now: ClipResult;
  readonly then: ClipResult;
}

function comparisonOf(language: string, pairs: readonly Pair[]): Comparison {
  return {
    language,
    clips: pairs.length,
    sameText: pairs.filter(({ now, then }) => isSameText(now.text, then.text, now.language)).length,
    errorRateChange: errorRate(pairs.map(({ now }) => now)) - errorRate(pairs.map(({ then }) => then)),
  };
}

function errorRate(clips: readonly ClipResult[]): number {
  const length = clips.reduce((sum, { score }) => sum + score.length, 0);
  return clips.reduce((sum, { score }) => sum + errorsOf(score), 0) / Math.max(1, length);
}
