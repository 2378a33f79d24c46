import type { Row } from '../report/table.ts';
import type { Comparison } from './compare.ts';
import type { Run } from './run.ts';
import { summarize } from './summary.ts';

/** Error rates by language; with what an earlier run came to, where there is one. */
export function errorTable(run: Run, comparisons: readonly Comparison[]): readonly Row[] {
  return summarize(run.clips).map((summary) => {
    const comparison = comparisons.find(({ language }) => language === summary.language);
    return {
      language: summary.language,
      clips: summary.clips,
      minutes: Number(summary.minutes.toFixed(2)),
      unit: summary.unit,
      tokens: summary.length,
      errors: summary.errors,
      sub: summary.substitutions,
      del: summary.deletions,
      ins: summary.insertions,
      'error %': (100 * summary.errorRate).toFixed(2),
      exact: summary.exact,
      loops: summary.loops,
      ...(comparison
        ? {
            'same words': `${comparison.sameText} of ${comparison.clips} (${percent(comparison.sameText / comparison.clips)})`,
            'error change': signedPoints(comparison.errorRateChange),
          }
        : {}),
    };
  });
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(0)} %`;
}

function signedPoints(rate: number): string {
  return `${rate < 0 ? '' : '+'}${(100 * rate).toFixed(2)} points`;
}
