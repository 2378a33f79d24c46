import type { BarChart } from '../report/chart.ts';
import { percentile } from '../report/percentile.ts';
import type { LiveFigures } from './live-figures.ts';
import { describeSetup, type Run } from './run.ts';
import { summarize } from './summary.ts';

/** Error rates of all runs by language; of the live ones, what people waited, too. */
export function chartsOf(runs: readonly Run[]): readonly BarChart[] {
  const live = runs.filter(({ setup }) => setup.mode === 'live');
  const latencies = [
    latencyChart('First speech sample to first text, median', live, ({ firstTextMs }) => firstTextMs),
    latencyChart(
      'First speech sample to first right word, median',
      live,
      ({ firstRightWordMs }) => firstRightWordMs,
    ),
    latencyChart(
      'Last speech sample to final, median; the silence that is waited for included',
      live,
      ({ finalDelayMs }) => finalDelayMs,
    ),
  ];
  return [errorChart(runs), ...(live.length > 0 ? latencies : [])];
}

function errorChart(runs: readonly Run[]): BarChart {
  const bars = runs.flatMap((run) =>
    summarize(run.clips).map((summary) => ({
      label: `${summary.language}: ${describeSetup(run.setup)}`,
      value: Number((100 * summary.errorRate).toFixed(2)),
      note: `${summary.errors} of ${summary.length} ${summary.unit}s`,
    })),
  );
  return { kind: 'bars', title: 'Error rate by language', unit: '%', bars };
}

function latencyChart(
  title: string,
  runs: readonly Run[],
  of: (figures: LiveFigures) => number | null,
): BarChart {
  const bars = runs.flatMap((run) => {
    const times = run.clips.flatMap(({ live }) => (live ? (of(live) ?? []) : []));
    if (times.length === 0) return [];
    return [
      {
        label: describeSetup(run.setup),
        value: Math.round(percentile(times, 0.5)),
        note: `p95 ${percentile(times, 0.95).toFixed(0)} ms, ${times.length} clips`,
      },
    ];
  });
  return { kind: 'bars', title, unit: 'ms', bars };
}
