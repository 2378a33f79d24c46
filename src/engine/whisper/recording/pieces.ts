import type { NativeDecodeResult } from '../../../native.ts';
import type { DecodedWord } from '../word-times.ts';

/** A piece of a window's text. Times are in seconds from the window's start, and inside it. */
export interface Piece {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly words: readonly DecodedWord[];
  readonly tokens: Int32Array;
  readonly avgLogProbability: number;
}

/** What a window's decode says, and where the next window begins. */
export interface WindowText {
  readonly pieces: readonly Piece[];
  readonly heardSeconds: number;
}

/** The next window begins at least so far behind a window: a model that names early times only must not stand still. */
const shortestStepSeconds = 1;

/**
 * Cuts a window's text at its timestamps. A window often ends within a sentence: the text behind the last pair of
 * timestamps is left out, and the next window begins there. Where the text has no such pair, or no timestamps, the
 * whole window has been heard.
 *
 * Source: OpenAI's Whisper, `transcribe`.
 * @param windowSeconds audio in the window.
 */
export function piecesOf(result: NativeDecodeResult, windowSeconds: number): WindowText {
  const inside = (seconds: number): number => Math.min(seconds, windowSeconds);
  const { segments, tokens } = result;
  if (segments.length === 0) {
    const { words, avgLogProbability } = result;
    const whole = { startSeconds: 0, endSeconds: windowSeconds, words, tokens, avgLogProbability };
    return { pieces: words.length === 0 ? [] : [whole], heardSeconds: windowSeconds };
  }
  const words = [...result.words];
  const pieces = segments.map((segment) => ({
    startSeconds: inside(segment.startSeconds),
    endSeconds: inside(segment.endSeconds),
    words: takeWords(words, segment.tokens),
    tokens: segment.tokens,
    avgLogProbability: segment.avgLogProbability,
  }));
  const last = pieces.at(-1);
  const isOpen = last !== undefined && last.endSeconds <= last.startSeconds;
  if (last === undefined || !isOpen) {
    return { pieces, heardSeconds: stepTo(last?.endSeconds ?? windowSeconds, windowSeconds) };
  }
  if (pieces.length === 1) {
    return { pieces: [{ ...last, endSeconds: windowSeconds }], heardSeconds: windowSeconds };
  }
  return { pieces: pieces.slice(0, -1), heardSeconds: stepTo(last.startSeconds, windowSeconds) };
}

function stepTo(seconds: number, windowSeconds: number): number {
  return Math.min(windowSeconds, Math.max(seconds, shortestStepSeconds));
}

/** Takes from `words` those that these tokens make up. */
function takeWords(words: DecodedWord[], tokens: Int32Array): readonly DecodedWord[] {
  const taken: DecodedWord[] = [];
  let at = 0;
  for (let [word] = words; word !== undefined; [word] = words) {
    const found = tokens.indexOf(word.tokens[0] ?? -1, at);
    if (found < 0) break;
    at = found + word.tokens.length;
    taken.push(word);
    words.shift();
  }
  return taken;
}
