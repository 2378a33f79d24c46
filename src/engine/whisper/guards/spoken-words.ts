import { joinWords, type SpacedWord } from '../../words.ts';
import { type Ending, withoutAnnotations } from './annotations.ts';
import { isCredit } from './invented-phrases.ts';

/**
 * A subtitler's mark and dash that whisper-base writes before Portuguese texts, as in "RKA - A Amazônia". A click of a
 * millisecond before the speech made it write this in 3 of 17 recordings.
 */
const mark = /^RKA[0-9A-Z]*$/u;
const dash = /^[-–—]$/u;

/**
 * The words of a hypothesis that somebody may have said: without text in brackets or between notes, and without a
 * subtitler's mark or credit.
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
