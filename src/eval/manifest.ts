import { EvalInputError } from './errors.ts';

/** A line of a manifest. */
export interface ManifestEntry {
  readonly id: string;
  /** Path of the recording within the folder, or the id: then its extension is left out. */
  readonly file: string;
  readonly language: string | null;
  readonly reference: string;
  /** The other columns. */
  readonly fields: Readonly<Record<string, string>>;
  /** From 1. */
  readonly lineNumber: number;
}

const requiredColumns = ['id', 'language', 'reference'];
const languageCode = /^[a-z]{2,3}$/;

/**
 * Reads tab-separated values: a header with the columns id, language and reference (and `path`, where a recording is
 * not called by its id; others are carried along), or no header and lines of `path<TAB>reference`. Empty lines and
 * those that begin with # are passed over.
 * @param name of the file, for messages.
 * @throws EvalInputError naming the line
 */
export function parseManifest(text: string, name: string): readonly ManifestEntry[] {
  const rows = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ cells: line.split('\t').map((cell) => cell.trim()), lineNumber: index + 1 }))
    .filter(({ cells }) => cells.join('') !== '' && !cells[0]?.startsWith('#'));
  const [first, ...rest] = rows;
  if (!first) return [];
  const hasHeader = requiredColumns.some((column) => first.cells.includes(column));
  const entries = hasHeader
    ? entriesByColumn(first.cells, rest, name)
    : rows.map((row) => entryWithoutHeader(row, name));
  assertUnique(entries, name);
  return entries;
}

interface Row {
  readonly cells: readonly string[];
  readonly lineNumber: number;
}

function entriesByColumn(
  columns: readonly string[],
  rows: readonly Row[],
  name: string,
): readonly ManifestEntry[] {
  const missing = requiredColumns.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw invalid(`${name}: no column ${missing.join(', ')} (there are: ${columns.join(', ')})`);
  }
  return rows.map(({ cells, lineNumber }) => {
    const where = `${name}:${lineNumber}`;
    if (cells.length > columns.length) {
      throw invalid(`${where}: ${cells.length} cells, but the header names ${columns.length} columns`);
    }
    const row = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
    const { id = '', language = '', reference = '', path = '', ...fields } = row;
    if (id === '') throw invalid(`${where}: no id`);
    if (reference === '') throw invalid(`${where}: clip "${id}" has no reference: what is said in it`);
    if (language !== '' && !languageCode.test(language)) {
      throw invalid(`${where}: clip "${id}": language "${language}" is not an ISO 639-1 code such as en`);
    }
    return {
      id,
      file: path === '' ? id : path,
      language: language === '' ? null : language,
      reference,
      fields,
      lineNumber,
    };
  });
}

function entryWithoutHeader({ cells, lineNumber }: Row, name: string): ManifestEntry {
  const [path = '', reference = ''] = cells;
  const where = `${name}:${lineNumber}`;
  if (cells.length !== 2) {
    throw invalid(
      `${where}: ${cells.length} cells: without a header (id, language, reference) a line is a path, a tab and what is said`,
    );
  }
  if (path === '' || reference === '') throw invalid(`${where}: no ${path === '' ? 'path' : 'reference'}`);
  return { id: path.replace(/\.\w+$/, ''), file: path, language: null, reference, fields: {}, lineNumber };
}

function assertUnique(entries: readonly ManifestEntry[], name: string): void {
  const seen = new Map<string, number>();
  for (const { id, lineNumber } of entries) {
    const before = seen.get(id);
    if (before !== undefined)
      throw invalid(`${name}:${lineNumber}: clip "${id}" stands in line ${before}, too`);
    seen.set(id, lineNumber);
  }
}

function invalid(message: string): EvalInputError {
  return new EvalInputError('manifest_invalid', message);
}
