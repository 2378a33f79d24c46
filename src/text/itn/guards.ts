import { foldWord } from './document.ts';
import type { Guard } from './rule.ts';

const NAME = /^\p{L}{2,}$/u;
const STARTS_WITH_DIGIT = /^\p{N}/u;

/** The word before the match is one of `words`. */
export function after(...words: readonly string[]): Guard {
  const keys = new Set(words.map(foldWord));
  return (document, start) => keys.has(document.keyBefore(start) ?? '');
}

/** One of `words` is among the `reach` words before the match. */
export function near(reach: number, ...words: readonly string[]): Guard {
  const keys = new Set(words.map(foldWord));
  return (document, start) => {
    for (let index = start - 1; index >= Math.max(0, start - reach); index--) {
      if (keys.has(document.key(index) ?? '')) return true;
    }
    return false;
  };
}

/** The word after the match is one of `words`. */
export function before(...words: readonly string[]): Guard {
  const keys = new Set(words.map(foldWord));
  return (document, _start, end) => keys.has(document.keyAfter(end) ?? '');
}

/** The words after the match are one of the first list, then one of the second, and so on. */
export function beforePhrase(...steps: readonly (readonly string[])[]): Guard {
  const sets = steps.map((words) => new Set(words.map(foldWord)));
  return (document, _start, end) =>
    end + sets.length <= document.runEnd(end - 1) &&
    sets.every((keys, index) => keys.has(document.key(end + index) ?? ''));
}

/** No word stands before the match without a punctuation mark between them. */
export const opens: Guard = (document, start) => document.keyBefore(start) === undefined;

/** No word stands after the match without a punctuation mark between them. */
export const closes: Guard = (document, _start, end) => document.keyAfter(end) === undefined;

/** The match is the whole text. */
export const whole: Guard = (document, start, end) => start === 0 && end === document.tokens.length;

/** The match is all that stands between punctuation marks. */
export const alone: Guard = (document, start, end) =>
  opens(document, start, end) && closes(document, start, end);

/** The word before the match is written in digits. */
export const afterDigits: Guard = (document, start) =>
  STARTS_WITH_DIGIT.test(document.keyBefore(start) ?? '');

export function not(guard: Guard): Guard {
  return (document, start, end) => !guard(document, start, end);
}

export function any(...guards: readonly Guard[]): Guard {
  return (document, start, end) => guards.some((guard) => guard(document, start, end));
}

export function all(...guards: readonly Guard[]): Guard {
  return (document, start, end) => guards.every((guard) => guard(document, start, end));
}

/** A word that is not one of `commonWords` follows, most likely a name, or one of `titles`. */
export function beforeName(commonWords: ReadonlySet<string>, ...titles: readonly string[]): Guard {
  const common = new Set([...commonWords].map(foldWord));
  for (const title of titles) common.delete(foldWord(title));
  return (document, _start, end) => {
    const next = document.keyAfter(end);
    return next !== undefined && NAME.test(next) && !common.has(next);
  };
}

/** The match is one word, and it is one of `words`. */
export function word(...words: readonly string[]): Guard {
  const keys = new Set(words.map(foldWord));
  return (document, start, end) => end === start + 1 && keys.has(document.key(start) ?? '');
}

/** The first word of the match is one of `words`. */
export function startsWith(...words: readonly string[]): Guard {
  const keys = new Set(words.map(foldWord));
  return (document, start) => keys.has(document.key(start) ?? '');
}

/** The last word of the match is one of `words`. */
export function endsWith(...words: readonly string[]): Guard {
  const keys = new Set(words.map(foldWord));
  return (document, _start, end) => keys.has(document.key(end - 1) ?? '');
}

/** A hyphen or another sign stands directly before or after the match. */
export const touched: Guard = (document, start, end) =>
  document.touches(start, false) || document.touches(end - 1, true);
