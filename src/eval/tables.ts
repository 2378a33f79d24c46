import { percentile } from '../report/percentile.ts';
import type { Row } from '../report/table.ts';
import type { Comparison } from './compare.ts';
import type { ClipResult, Run } from './run.ts';
import { summarize } from './summary.ts';

/** Error rates by language; with what an earlier run came to, where there is one. */
export function errorTable(run: Run, comparisons: readonly Comparison[]): readonly Row[] {
  return summarize(run.clips).map((summary) => {
    const comparison = comparisons.find(({ language }) => language === summary.language);
    return {
      language: summary.language,
      clips: summary.clips,
      minutes: summary.minutes.toFixed(1),
      unit: summary.unit,
      said: summary.length,
      errors: summary.errors,
      sub: summary.substitutions,
      del: summary.deletions,
      ins: summary.insertions,
      'error %': (100 * summary.errorRate).toFixed(2),
      exact: summary.exact,
      loops: summary.loops,
      ...(comparison
        ? {
            'same words': `${comparison.sameText} of ${comparison.clips} (${percent(comparison.sameText, comparison.clips)})`,
            change: `${points(comparison.errorRateChange)} points`,
          }
        : {}),
    };
  });
}

/** What people waited, by language, in ms; of a live run. */
export function latencyTable({ clips }: Run): readonly Row[] {
  const languages = [...new Set(clips.map(({ language }) => language))].sort();
  const rows = languages.map((language) =>
    latencyRow(
      language,
      clips.filter((clip) => clip.language === language),
    ),
  );
  return languages.length > 1 ? [...rows, latencyRow('all', clips)] : rows;
}

function latencyRow(language: string, clips: readonly ClipResult[]): Row {
  const figures = clips.flatMap(({ live }) => (live ? [live] : []));
  const sum = (of: (figure: (typeof figures)[number]) => number): number =>
    figures.reduce((total, figure) => total + of(figure), 0);
  const times = (of: (figure: (typeof figures)[number]) => number | null): readonly number[] =>
    figures.flatMap((figure) => of(figure) ?? []);
  const firstText = times(({ firstTextMs }) => firstTextMs);
  const utterances = sum((figure) => figure.utterances);
  const agreed = sum((figure) => figure.agreedWords);
  return {
    language,
    clips: clips.length,
    'no text': clips.length - firstText.length,
    ...columns('first text', firstText),
    ...columns(
      'right word',
      times(({ firstRightWordMs }) => firstRightWordMs),
    ),
    ...columns(
      'final',
      times(({ finalDelayMs }) => finalDelayMs),
    ),
    'partials/utterance':
      utterances === 0 ? null : (sum((figure) => figure.partials) / utterances).toFixed(1),
    'taken back':
      agreed === 0
        ? null
        : percent(
            sum((figure) => figure.contradictedWords),
            agreed,
          ),
  };
}

function columns(name: string, samples: readonly number[]): Row {
  return { [`${name} p50`]: wholeMs(samples, 0.5), [`${name} p95`]: wholeMs(samples, 0.95) };
}

function wholeMs(samples: readonly number[], fraction: number): number | null {
  return samples.length === 0 ? null : Math.round(percentile(samples, fraction));
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}

function points(rate: number): string {
  return `${rate < 0 ? '' : '+'}${(100 * rate).toFixed(2)}`;
}
