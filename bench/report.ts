import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Subject } from './subject.ts';

/** How long or how often a bench measures, each has its own defaults; and what. */
export interface BenchOptions {
  readonly seconds?: number;
  readonly rounds?: number;
  readonly subject: Subject;
}

/** What `bench/benches/NAME.ts` exports. */
export interface BenchModule {
  run(options: BenchOptions): Promise<void>;
}

export type Cell = string | number | boolean | null;

/** A measured table. Column names carry their unit (`ttfbMs`, `usPerFrame`). */
export interface Report {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** Horizontal bars, one group of bars a panel. */
  readonly chart: {
    readonly title: string;
    readonly unit: string;
    readonly bars: readonly { readonly label: string; readonly value: number; readonly note?: string }[];
    /** A vertical line to compare with: a goal or a floor. */
    readonly mark?: { readonly label: string; readonly value: number };
  };
  /** Anything that a reader needs to judge the figures. */
  readonly notes?: readonly string[];
}

/** Prints the table and writes `bench/results/NAME.json` and `NAME.svg`. */
export function publish(report: Report): void {
  const machine = `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const date = new Date().toISOString().slice(0, 10);
  console.log(`\n${report.title}\n${machine}, ${date}\n`);
  console.log(table(report.rows));
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
  writeFileSync(join(folder, `${report.name}.svg`), barChart(report, `${machine}, ${date}`));
  console.log(`\nwritten: ${folder}/${report.name}.json, ${folder}/${report.name}.svg`);
}

/** The value below which `fraction` (0..1) of the samples lie; NaN without samples. */
export function percentile(samples: readonly number[], fraction: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? Number.NaN;
}

function table(rows: Report['rows']): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => show(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const isNumeric = columns.map((column) => rows.every((row) => typeof row[column] !== 'string'));
  return cells
    .map((row) =>
      row
        .map((cell, index) =>
          isNumeric[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function show(value: Cell | undefined): string {
  if (value === undefined || value === null) return '-';
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function barChart({ chart }: Report, footer: string): string {
  const labelWidth = 260;
  const plotWidth = 420;
  const rowHeight = 26;
  const top = 64;
  const height = top + chart.bars.length * rowHeight + 44;
  const largest = Math.max(...chart.bars.map((bar) => bar.value), chart.mark?.value ?? 0, Number.EPSILON);
  const scale = (value: number): number => (value / largest) * plotWidth;
  const bars = chart.bars.map((bar, index) => {
    const y = top + index * rowHeight;
    const text = `${show(bar.value)} ${chart.unit}${bar.note ? `  ${bar.note}` : ''}`;
    return `<text x="${labelWidth - 10}" y="${y + 15}" text-anchor="end">${escapeXml(bar.label)}</text>
<rect x="${labelWidth}" y="${y + 3}" width="${scale(bar.value).toFixed(1)}" height="${rowHeight - 8}" rx="2" fill="#2b6cb0"/>
<text x="${(labelWidth + scale(bar.value) + 6).toFixed(1)}" y="${y + 15}" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(text)}</text>`;
  });
  const mark = chart.mark;
  const markLine = mark
    ? `<line x1="${labelWidth + scale(mark.value)}" x2="${labelWidth + scale(mark.value)}" y1="${top - 8}" y2="${height - 40}" stroke="#c53030" stroke-dasharray="4 3"/>
<text x="${labelWidth + scale(mark.value)}" y="${top - 14}" text-anchor="middle" fill="#c53030">${escapeXml(mark.label)}</text>`
    : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="${height}" viewBox="0 0 960 ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="26" font-size="16" font-weight="600">${escapeXml(chart.title)}</text>
${markLine}
${bars.join('\n')}
<text x="16" y="${height - 12}" font-size="11" fill="#666">${escapeXml(footer)}</text>
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
