import type { CommaRule } from '../../itn/document.ts';
import { PHONE_WORDS } from './guards.ts';
import { ONES, TEENS, TENS } from './numbers.ts';

const NUMBERS: ReadonlySet<string> = new Set([ONES, TEENS, TENS].flatMap((words) => Object.keys(words)));
const DIGITS: ReadonlySet<string> = new Set([...Object.keys(ONES), 'zero', 'oh', 'o']);
const SCALES = /^(?:thousand|million|billion|trillion|lakh|crore)$/;
const CURRENCIES = /^(?:dollars?|pounds?|euros?)$/;
const HUNDREDTHS = /^(?:cents?|pence)$/;
/** Words between a comma and the word that shows that a number goes on. */
const REACH = 5;
/** Digits of the groups of a telephone number. */
const LEAST_DIGITS = 3;
/** Words before a comma among which a telephone is spoken of. */
const PHONE_REACH = 12;

/** "one thousand, two hundred", "five dollars, twenty cents", "five five five, one two one two". */
export const joinsAtComma: CommaRule = (tokens, position) => {
  const key = (at: number): string => tokens[at]?.key ?? '';
  const left = key(position - 1);
  /** The words after the comma are numbers up to one that `isEnd`. */
  const leadsTo = (isEnd: (word: string) => boolean): boolean => {
    for (let at = position + (key(position) === 'and' ? 1 : 0), count = 0; count < REACH; at++, count++) {
      if (count > 0 && isEnd(key(at))) return true;
      if (!NUMBERS.has(key(at)) && !/^(?:hundred|and)$/.test(key(at))) return false;
    }
    return false;
  };
  if (SCALES.test(left)) {
    return leadsTo((word) => word === 'hundred' || (left !== 'thousand' && word === 'thousand'));
  }
  if (CURRENCIES.test(left)) return leadsTo((word) => HUNDREDTHS.test(word));
  return joinsDigits(key, position);
};

/** Groups of three digits or more, if a telephone is spoken of. */
function joinsDigits(key: (at: number) => string, position: number): boolean {
  const countDigits = (from: number, step: 1 | -1): number => {
    let count = 0;
    while (count < LEAST_DIGITS && DIGITS.has(key(from + count * step))) count++;
    return count;
  };
  const hasHundreds = key(position - 1) === 'hundred' && DIGITS.has(key(position - 2));
  if (!hasHundreds && countDigits(position - 1, -1) < LEAST_DIGITS) return false;
  if (countDigits(position, 1) < LEAST_DIGITS) return false;
  for (let at = position - 1; at >= position - PHONE_REACH; at--) {
    if (PHONE_WORDS.includes(key(at))) return true;
  }
  return false;
}
