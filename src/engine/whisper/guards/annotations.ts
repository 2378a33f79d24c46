import { joinWords, type SpacedWord } from '../../words.ts';

/** Whether more of the text may come, perhaps with a missing closing bracket. */
export type Ending = 'open' | 'final';

/** What opens an annotation, and what closes it. */
const closerOf: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['（', '）'],
  ['［', '］'],
  ['｛', '｝'],
  ['【', '】'],
  ['〔', '〕'],
  ['〖', '〗'],
  ['♪', '♪'],
  ['*', '*'],
]);
/** A run of notes or of asterisks is one mark. */
const anyMark = /[♩♪♫♬](?:\s*[♩♪♫♬])*|\*+|[()[\]{}（）［］｛｝【】〔〕〖〗]/gu;
/** Asterisks that stand for letters ("f***") or for a product ("5 * 3"). */
const noAnnotationBefore = /[\p{L}\p{N}]$|\p{N}\s+$/u;
const letter = /\p{L}/u;
const spoken = /[\p{L}\p{N}]/u;

/**
 * The longest annotation, in bytes of UTF-8: about 15 English words or 30 Chinese characters. Longer text behind a
 * bracket that is never closed is taken for speech.
 */
const maxUnclosedBytes = 90;

/**
 * The words without annotations, which tell of sounds and not of speech: "[BLANK_AUDIO]", "(risos)", "♪ la la ♪",
 * "*sighs*", in brackets of any kind, also nested. A closing bracket closes what was opened inside it, too; where
 * nothing that it fits is open, it closes the innermost.
 *
 * While more of the text may come (`open`), all text from an unclosed bracket on is removed. At the end (`final`) it is
 * removed too, unless it is too long for an annotation: then only the bracket is.
 *
 * Round brackets without a letter stay, because numbers are written so: "(11) 98765". So do asterisks for letters
 * ("f***") and closing brackets that nothing has opened. Where no letter and no digit is left, all words are removed.
 */
export function withoutAnnotations<Word extends SpacedWord>(
  words: readonly Word[],
  ending: Ending,
): readonly Word[] {
  const isRemoved = removals(joinWords(words), ending);
  const kept: Word[] = [];
  let position = 0;
  let spaceBefore = false;
  for (const [index, word] of words.entries()) {
    if (word.spaceBefore) {
      // A space inside an annotation is removed with it.
      spaceBefore ||= index === 0 || !isRemoved[position];
      if (index > 0) position++;
    }
    const text = remaining(word.text, isRemoved.slice(position, position + word.text.length));
    position += word.text.length;
    if (text === '') continue;
    kept.push({ ...word, text, spaceBefore });
    spaceBefore = false;
  }
  return kept.some((word) => spoken.test(word.text)) ? kept : [];
}

/** What is left of a word; punctuation behind an annotation is removed with it. */
function remaining(word: string, isRemoved: readonly boolean[]): string {
  const start = isRemoved.indexOf(true);
  if (start < 0) return word;
  const rest = word
    .slice(start)
    .split('')
    .filter((_, index) => !isRemoved[start + index])
    .join('');
  return word.slice(0, start) + (spoken.test(rest) ? rest.trim() : '');
}

/** Tells for each UTF-16 unit whether it belongs to an annotation. */
function removals(text: string, ending: Ending): readonly boolean[] {
  const isRemoved = new Array<boolean>(text.length).fill(false);
  let next = nextAnnotation(text, 0);
  while (next) {
    const { start, end, markLength } = next;
    if (end === undefined && ending === 'final' && Buffer.byteLength(text.slice(start)) > maxUnclosedBytes) {
      isRemoved.fill(true, start, start + markLength);
      next = nextAnnotation(text, start + markLength);
    } else {
      if (end === undefined || !isNumber(text.slice(start, end))) isRemoved.fill(true, start, end);
      next = nextAnnotation(text, end ?? text.length);
    }
  }
  return isRemoved;
}

interface Annotation {
  readonly start: number;
  /** The index behind the closing mark; undefined: there is none. */
  readonly end: number | undefined;
  /** Of the opening mark. */
  readonly markLength: number;
}

function nextAnnotation(text: string, from: number): Annotation | undefined {
  let start = 0;
  let markLength = 0;
  const awaited: string[] = [];
  for (const match of text.slice(from).matchAll(anyMark)) {
    const [run] = match;
    const mark = /[♩♫♬]/u.test(run) ? '♪' : run.charAt(0);
    const at = from + match.index;
    const closer = closerOf.get(mark);
    const innermost = awaited.lastIndexOf(mark);
    if (innermost >= 0) awaited.length = innermost;
    else if (closer === undefined) awaited.pop();
    else if (mark !== '*' || !noAnnotationBefore.test(text.slice(0, at))) {
      if (awaited.length === 0) [start, markLength] = [at, run.length];
      awaited.push(closer);
    }
    if (awaited.length === 0 && markLength > 0) return { start, end: at + run.length, markLength };
  }
  return markLength > 0 ? { start, end: undefined, markLength } : undefined;
}

function isNumber(bracketed: string): boolean {
  return /^[(（].*\p{N}/su.test(bracketed) && !letter.test(bracketed);
}
