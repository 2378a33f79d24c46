export type Cell = string | number | boolean | null;

/** One row of a table by column. */
export type Row = Readonly<Record<string, Cell>>;

/** Figures, with a unit or not; "-" for none. */
const numeric = /^(?:[+-]?\d+(?:\.\d+)?(?: (?:%|ms|kB|MB|GB))?|-|true|false)$/;

/** Text columns to the left, numbers to the right; column names as the rows' keys have them. */
export function formatTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => formatCell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const isNumeric = columns.map((column) => rows.every((row) => numeric.test(formatCell(row[column]))));
  return cells
    .map((row) =>
      row
        .map((cell, index) =>
          isNumeric[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three significant digits, all of a whole number, "-" for nothing. */
export function formatCell(value: Cell | undefined): string {
  if (value === undefined || value === null) return '-';
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
