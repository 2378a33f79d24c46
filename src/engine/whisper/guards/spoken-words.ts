import { joinWords, type SpacedWord } from '../../words.ts';
import { type Ending, withoutAnnotations } from './annotations.ts';
import { isCredit } from './invented-phrases.ts';

/**
 * The mark of a subtitler that Portuguese texts begin with, as in "RKA - A Amazônia": one word and its dash. A click of a
 * millisecond before the speech makes whisper-base write it: over 3 of 17 recordings.
 */
const mark = /^RKA[0-9A-Z]*$/u;
const dash = /^[-–—]$/u;

/**
 * What of a hypothesis somebody may have said: nothing in brackets or between notes, no subtitler's mark or credit.
 * The words that are left are as they were.
 * @param ending `open` for a partial, of which more may come; `final` for the whole text.
 */
export function spokenWords<Word extends SpacedWord>(
  words: readonly Word[],
  ending: Ending,
): readonly Word[] {
  const spoken = withoutMark(withoutAnnotations(words, ending));
  return isCredit(joinWords(spoken)) ? [] : spoken;
}

function withoutMark<Word extends SpacedWord>(words: readonly Word[]): readonly Word[] {
  const [first, second] = words;
  if (first === undefined || !mark.test(first.text)) return words;
  if (second === undefined) return [];
  return dash.test(second.text) ? words.slice(2) : words;
}
