import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCharts } from '#theo/report/chart.js';
import { describeMachine } from '#theo/report/machine.js';
import { formatTable, type Row } from '#theo/report/table.js';
import { chartOf } from './charts.ts';
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
  /** What the rows sum up, where the chart shows it. */
  readonly samples?: readonly Row[];
  /** Anything that a reader needs to judge the figures. */
  readonly notes?: readonly string[];
}

/** A report as it is kept. */
interface Document extends Report {
  readonly date: string;
  readonly machine: string;
}

const folder = join('bench', 'results');

/** Prints the table and writes `bench/results/NAME.json` and `NAME.svg`. */
export function publish(report: Report): void {
  const document: Document = {
    name: report.name,
    title: report.title,
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    rows: report.rows,
    ...(report.samples ? { samples: report.samples } : {}),
    notes: report.notes ?? [],
  };
  console.log(`\n${report.title}\n${document.machine}, ${document.date}\n`);
  console.log(formatTable(report.rows));
  for (const note of report.notes ?? []) console.log(`\n${note}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${report.name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  draw(document);
  console.log(`\nwritten: ${folder}/${report.name}.json, ${folder}/${report.name}.svg`);
}

/** Draws the charts of all reports anew, from the figures as they were measured. */
export function redrawAll(): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    draw(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Document);
  }
}

function draw({ name, rows, samples = [], machine, date }: Document): void {
  const chart = chartOf(name, { rows, samples });
  writeFileSync(join(folder, `${name}.svg`), renderCharts([chart], `${machine}, ${date}`));
}
