import {
  type Interval,
  isDecided,
  type ModelComparison,
  type ModelFigures,
} from '../eval/model-comparison.ts';
import type { ClipResult } from '../eval/run.ts';
import { alignmentOf } from '../eval/scoring/alignment.ts';
import { comparedTokens, errorsOf } from '../eval/scoring/score.ts';
import { formatTable, type Row } from '../report/table.ts';

/** Clips that are shown word by word. */
const shownClips = 5;
/** A model that takes less than this much more time than the other is about as quick. */
const muchSlower = 1.15;

/** Two models beside each other: the figures, which to take, and where they differ most. */
export function comparisonText(comparison: ModelComparison): string {
  const { mode, clips, one, other, differing } = comparison;
  const heading = `${one.model} and ${other.model}, ${mode}, ${clips === 1 ? '1 clip' : `${clips} clips`}`;
  const shown = differing.slice(0, shownClips);
  return [
    heading,
    '',
    formatTable(figureRows(comparison)),
    '',
    advice(comparison),
    ...(shown.length === 0
      ? []
      : ['', `Where they differ most (${shown.length} of ${differing.length} clips):`]),
    ...shown.flatMap((clip) => [
      '',
      `${clip.one.id} (${clip.one.language})`,
      ...column([
        ['said', clip.one.reference],
        [one.model, markedText(clip.one)],
        [other.model, markedText(clip.other)],
      ]),
    ]),
    ...(shown.length === 0
      ? []
      : ['', '[-said, and not heard-] {+heard, and not said+}; case and punctuation count for nothing']),
  ].join('\n');
}

function figureRows({ one, other, length, clips, errorRateDifference }: ModelComparison): readonly Row[] {
  const row = (name: string, of: (model: ModelFigures) => string, difference = ''): Row => ({
    '': name,
    [one.model]: of(one),
    [other.model]: of(other),
    difference,
  });
  const times = (of: (model: ModelFigures) => number | null): ((model: ModelFigures) => string) => {
    return (model) => `${of(model)?.toFixed(0) ?? '-'} ms`;
  };
  const isLive = one.firstTextMs !== null || other.firstTextMs !== null;
  return [
    row('error rate', ({ errorRate }) => percent(errorRate.value), points(errorRateDifference)),
    row(
      '  95 % interval',
      ({ errorRate: { low, high } }) => `${percent(low)} to ${percent(high)}`,
      pointsRange(errorRateDifference),
    ),
    row('words wrong', ({ errors }) => `${errors} of ${length}`),
    row('clips without an error', ({ exact }) => `${exact} of ${clips}`),
    ...(isLive
      ? [
          row(
            'first text, median',
            times(({ firstTextMs }) => firstTextMs),
          ),
          row(
            'final after the last word, median',
            times(({ finalDelayMs }) => finalDelayMs),
          ),
        ]
      : []),
    row(
      'CPU for a second of audio',
      ({ cpuSecondsEach }) => `${(1000 * cpuSecondsEach).toFixed(0)} ms`,
      factorText(other.cpuSecondsEach / one.cpuSecondsEach),
    ),
    ...(one.memoryBytes === null
      ? []
      : [row('memory of the server', ({ memoryBytes }) => `${Math.round((memoryBytes ?? 0) / 1e6)} MB`)]),
  ];
}

/** Which model to take, and why. */
export function advice(comparison: ModelComparison): string {
  const { one, other, errorRateDifference, clips } = comparison;
  const [right, wrong] = errorRateDifference.value <= 0 ? [other, one] : [one, other];
  const [quick, slow] = other.cpuSecondsEach < one.cpuSecondsEach ? [other, one] : [one, other];
  const slower = slow.cpuSecondsEach / quick.cpuSecondsEach;
  const isQuicker = slower > muchSlower;
  if (!isDecided(errorRateDifference)) {
    const same =
      errorRateDifference.value === 0
        ? `Both make as many errors in these ${clips} clips.`
        : `These ${clips} clips do not tell which makes fewer errors: the difference may be chance.`;
    if (!isQuicker)
      return `${same} They are about as quick, too: take either, or compare them on more clips.`;
    return `${same} Take ${quick.model}: it takes ${slower.toFixed(1)} times less CPU.`;
  }
  const why = `Take ${right.model}: it makes ${percent(right.errorRate.value)} errors instead of ${percent(wrong.errorRate.value)}, which is no chance.`;
  if (!isQuicker) return why;
  if (right === quick) return `${why} It takes ${slower.toFixed(1)} times less CPU, too.`;
  return `${why} Where ${slower.toFixed(1)} times the CPU is too much for the machine, ${quick.model} is the quicker one.`;
}

/** What was heard, with the words that are wrong marked against what was said. */
export function markedText({ reference, text, language, score }: ClipResult): string {
  if (errorsOf(score) === 0) return '(all right)';
  if (text === '') return '(nothing)';
  const { said, heard, unit } = comparedTokens(reference, text, language);
  const marked: { readonly mark: 'right' | 'missing' | 'added'; readonly tokens: string[] }[] = [];
  const add = (mark: 'right' | 'missing' | 'added', token: string): void => {
    const last = marked.at(-1);
    if (last?.mark === mark) last.tokens.push(token);
    else marked.push({ mark, tokens: [token] });
  };
  let added: string[] = [];
  const flush = (): void => {
    for (const token of added) add('added', token);
    added = [];
  };
  for (const step of alignmentOf(said, heard)) {
    if (step.isRight) {
      flush();
      add('right', step.heard ?? '');
      continue;
    }
    if (step.said !== null) add('missing', step.said);
    if (step.heard !== null) added.push(step.heard);
  }
  flush();
  const space = unit === 'character' ? '' : ' ';
  return marked
    .map(({ mark, tokens }) => {
      const words = tokens.map((token) => token.split('|')[0]).join(space);
      if (mark === 'right') return words;
      return mark === 'missing' ? `[-${words}-]` : `{+${words}+}`;
    })
    .join(space);
}

function column(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`;
}

function points({ value }: Interval): string {
  return `${signed(100 * value)} points`;
}

function pointsRange({ low, high }: Interval): string {
  return `${signed(100 * low)} to ${signed(100 * high)}`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
}

function factorText(factor: number): string {
  return `${factor.toFixed(factor < 10 ? 1 : 0)} times`;
}
