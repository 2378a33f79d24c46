import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BarChart, renderBarCharts } from '#theo/report/bar-chart.js';
import { describeMachine } from '#theo/report/machine.js';
import { formatTable, type Row } from '#theo/report/table.js';
import type { Subject, SubjectOptions } from './subject.ts';

export { percentile } from '#theo/report/percentile.js';

/** How long or how often a bench measures, each has its own defaults; and what. */
export interface BenchOptions {
  readonly seconds?: number;
  readonly rounds?: number;
  readonly subject: Subject;
}

/** What `bench/benches/NAME.ts` exports. */
export interface BenchModule {
  /** What it hears where nothing else is asked for; else `openSubject` says. */
  readonly defaultSubject?: SubjectOptions;
  run(options: BenchOptions): Promise<void>;
}

/** A measured table. Column names carry their unit (`ttfbMs`, `usPerFrame`). */
export interface Report {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly chart: BarChart;
  /** Anything that a reader needs to judge the figures. */
  readonly notes?: readonly string[];
}

/** Prints the table and writes `bench/results/NAME.json` and `NAME.svg`. */
export function publish(report: Report): void {
  const machine = describeMachine();
  const date = new Date().toISOString().slice(0, 10);
  console.log(`\n${report.title}\n${machine}, ${date}\n`);
  console.log(formatTable(report.rows));
  for (const note of report.notes ?? []) console.log(`\n${note}`);
  const folder = join('bench', 'results');
  mkdirSync(folder, { recursive: true });
  const document = {
    name: report.name,
    title: report.title,
    date,
    machine,
    rows: report.rows,
    notes: report.notes ?? [],
  };
  writeFileSync(join(folder, `${report.name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(join(folder, `${report.name}.svg`), renderBarCharts([report.chart], `${machine}, ${date}`));
  console.log(`\nwritten: ${folder}/${report.name}.json, ${folder}/${report.name}.svg`);
}
