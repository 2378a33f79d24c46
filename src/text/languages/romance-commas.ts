import { type CommaRule, foldWord } from '../itn/document.ts';

/** Words among which a comma may stand inside a telephone number or an amount. */
export interface CommaWords {
  /** Words of numbers from 0 to 99 and of digits. */
  readonly numbers: readonly string[];
  readonly joiner: string;
  /** Words that speak of a telephone. */
  readonly phones: readonly string[];
  readonly currencies: readonly string[];
  readonly hundredths: readonly string[];
}

/** A telephone number has so many number words. */
const LEAST_WORDS = 7;
const MOST_WORDS = 13;
/** Words before a telephone number among which a telephone is spoken of. */
const PHONE_REACH = 5;
/** No count of hundredths has more words, a joiner before it included. */
const LONGEST_COUNT = 4;

/** "meu telefone é onze, nove oito sete seis cinco, quatro três dois um", "dez reais, cinquenta centavos" */
export function commaRule(words: CommaWords): CommaRule {
  const fold = (list: readonly string[]): ReadonlySet<string> => new Set(list.map(foldWord));
  const numbers = fold([...words.numbers, words.joiner]);
  const phones = fold(words.phones);
  const currencies = fold(words.currencies);
  const hundredths = fold(words.hundredths);
  return (tokens, position) => {
    const key = (at: number): string => tokens[at]?.key ?? '';
    if (currencies.has(key(position - 1))) {
      let end = position;
      while (end < position + LONGEST_COUNT && numbers.has(key(end))) end++;
      return end > position && hundredths.has(key(end));
    }
    let start = position;
    while (start > position - MOST_WORDS && numbers.has(key(start - 1))) start--;
    let end = position;
    while (end < position + MOST_WORDS && numbers.has(key(end))) end++;
    const count = end - start;
    if (start === position || end === position || count < LEAST_WORDS || count > MOST_WORDS) return false;
    for (let at = start - 1; at >= start - PHONE_REACH; at--) if (phones.has(key(at))) return true;
    return false;
  };
}
