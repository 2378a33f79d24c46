import { spokenWords } from '#theo/engine/whisper/guards/spoken-words.js';
import { joinWords, type SpacedWord } from '#theo/engine/words.js';
import type { ConformanceCase } from './cases.ts';
import type { OurTranscript, OurWindow } from './our-whisper.ts';
import type { Judged, JudgedToken, StockSegment, StockTranscript } from './stock-whisper.ts';

/** How two transcripts compare; where they differ, what proves why. */
export type Verdict =
  | { readonly kind: 'equal' }
  /** The same but for text that nobody said, such as "[Music]": we leave it out. */
  | { readonly kind: 'annotation' }
  /**
   * The network finds two tokens all but equally likely, and rounding decides between them.
   * `margin`: the difference of their log-probabilities, by whisper.cpp's own network.
   */
  | { readonly kind: 'near_tie'; readonly margin: number }
  /**
   * whisper.cpp draws the candidates of its beam search at random; ours are the likeliest. Mean log-probability of both
   * texts by whisper.cpp's own network: ours is not lower.
   */
  | { readonly kind: 'likelier'; readonly ours: number; readonly stock: number }
  | { readonly kind: 'unexplained'; readonly ours: number; readonly stock: number; readonly margin: number };

/** Judges tokens by whisper.cpp's own network. */
export type Judge = (judged: Judged) => Promise<readonly JudgedToken[]>;

/** The vocabulary's ids that the comparison needs. */
export interface TokenIds {
  readonly end: number;
  readonly firstTimestamp: number;
}

/** Two log-probabilities that differ by less are the same but for rounding: see docs/decoding.md. */
const nearTie = 0.05;
/** Times that differ by no more are the same. */
const sameTimeMs = 1;

export async function compare(
  asked: ConformanceCase,
  stock: StockTranscript,
  ours: OurTranscript,
  ids: TokenIds,
  judge: Judge,
): Promise<Verdict> {
  if (areEqual(asked, stock.segments, ours)) return { kind: 'equal' };
  const spoken = stock.segments
    .map((segment) => ({ ...segment, text: spokenText(segment.text) }))
    .filter(({ text }) => text !== '');
  if (areEqual(asked, spoken, ours)) return { kind: 'annotation' };

  const window = firstDifference(asked, stock.segments, ours, ids);
  const how = { language: asked.language, task: asked.task, timestamps: asked.timestamps };
  const judgeTokens = (tokens: readonly number[]): Promise<readonly JudgedToken[]> =>
    judge({ ...how, seekMs: window.startMs, prompt: window.prompt, tokens });
  const [our, its] = [await judgeTokens(window.ours), await judgeTokens(window.stock)];
  const at = window.ours.findIndex((token, index) => token !== window.stock[index]);
  const margin = marginBetween(window, at, our, its, ids);
  const [ourMean, itsMean] = [mean(our), mean(its)];
  if (Math.abs(margin) < nearTie) return { kind: 'near_tie', margin };
  if (asked.beams > 1 && ourMean >= itsMean - nearTie / 10) {
    return { kind: 'likelier', ours: ourMean, stock: itsMean };
  }
  return { kind: 'unexplained', ours: ourMean, stock: itsMean, margin };
}

function areEqual(
  { timestamps }: ConformanceCase,
  stock: readonly Pick<StockSegment, 'startMs' | 'endMs' | 'text'>[],
  ours: OurTranscript,
): boolean {
  const textOf = (segments: readonly { readonly text: string }[]): string =>
    segments
      .map(({ text }) => text)
      .join('')
      .trim();
  if (textOf(stock) !== textOf(ours.segments)) return false;
  // Without timestamps whisper.cpp's times mean nothing.
  if (!timestamps) return true;
  return (
    stock.length === ours.segments.length &&
    stock.every(({ startMs, endMs }, index) => {
      const segment = ours.segments[index];
      return segment !== undefined && isSame(startMs, segment.startMs) && isSame(endMs, segment.endMs);
    })
  );
}

function isSame(stockMs: number, ourMs: number): boolean {
  return Math.abs(stockMs - ourMs) <= sameTimeMs;
}

function spokenText(text: string): string {
  const words: SpacedWord[] = text
    .split(/(?=\s)/u)
    .map((piece) => ({ text: piece.trim(), spaceBefore: /^\s/u.test(piece) }))
    .filter((word) => word.text !== '');
  const spoken = spokenWords(words, 'final');
  return `${spoken[0]?.spaceBefore ? ' ' : ''}${joinWords(spoken)}`;
}

interface DifferentWindow {
  readonly startMs: number;
  readonly prompt: readonly number[];
  /** Token ids of the window's whole text, with its end where it has no timestamps. */
  readonly ours: readonly number[];
  readonly stock: readonly number[];
}

/** The first of our windows in which the tokens are not the same. */
function firstDifference(
  { timestamps }: ConformanceCase,
  stock: readonly StockSegment[],
  { windows }: OurTranscript,
  ids: TokenIds,
): DifferentWindow {
  const ending = timestamps ? [] : [ids.end];
  let last: DifferentWindow | undefined;
  for (const [index, window] of windows.entries()) {
    const nextMs = windows[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const heard = stock.filter(({ startMs, endMs }) =>
      timestamps ? startMs >= window.startMs && startMs < nextMs : endMs - 30_000 === window.startMs,
    );
    const its = heard.flatMap((segment) => tokensOf(segment, window, ids));
    const tokens = trimmed([...window.result.tokens], timestamps, ids);
    last = {
      startMs: window.startMs,
      prompt: window.prompt,
      ours: [...tokens, ...ending],
      stock: [...its, ...ending],
    };
    if (tokens.join() !== its.join()) return last;
  }
  if (last === undefined) throw new Error('nothing was decoded');
  return last;
}

/** A segment's tokens with a timestamp at both ends. */
function tokensOf(
  segment: StockSegment,
  window: OurWindow,
  { end, firstTimestamp }: TokenIds,
): readonly number[] {
  const tokens = segment.tokens.filter((token) => token !== end);
  const [first] = tokens;
  const closes = tokens.some((token) => token >= firstTimestamp);
  if (!closes || first === undefined || first >= firstTimestamp) return tokens;
  return [firstTimestamp + Math.round((segment.startMs - window.startMs) / 20), ...tokens];
}

/** Without the text behind the last timestamp, which the next window hears again; whole where there is no other one. */
function trimmed(
  tokens: readonly number[],
  timestamps: boolean,
  { firstTimestamp }: TokenIds,
): readonly number[] {
  if (!timestamps) return tokens;
  const last = tokens.findLastIndex((token) => token > firstTimestamp);
  const isPair = last > 0 && (tokens[last - 1] ?? 0) >= firstTimestamp;
  return last <= 0 ? tokens : tokens.slice(0, isPair ? last : last + 1);
}

/** By how much the network prefers whisper.cpp's choice where the two part. */
function marginBetween(
  { ours, stock }: DifferentWindow,
  at: number,
  our: readonly JudgedToken[],
  its: readonly JudgedToken[],
  { firstTimestamp }: TokenIds,
): number {
  const [a, b] = [our[at], its[at]];
  if (a === undefined || b === undefined) return Number.POSITIVE_INFINITY;
  const isTime = (token: number | undefined): boolean => (token ?? 0) >= firstTimestamp;
  if (isTime(ours[at]) === isTime(stock[at])) return b.token - a.token;
  const timestampsWin = a.timestamps - a.bestText;
  return isTime(stock[at]) ? timestampsWin : -timestampsWin;
}

function mean(positions: readonly JudgedToken[]): number {
  return positions.reduce((sum, { token }) => sum + token, 0) / Math.max(1, positions.length);
}
