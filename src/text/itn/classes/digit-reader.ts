import { type Document, foldWord } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';

/** No string of digits has more words. */
export const LONGEST = 40;

/** So many single digits after hundreds make a telephone number of them. */
const LEAST_AFTER_HUNDREDS = 6;

/** One step of a string of digits: one word, "double five", or a number of two digits. */
export interface Item {
  readonly end: number;
  readonly digits: string;
  readonly isPair: boolean;
}

/** Reads digits said one by one, doubled, or in pairs. */
export class DigitReader {
  readonly #words: ReadonlyMap<string, string>;
  readonly #repeats: ReadonlyMap<string, number>;
  readonly #reader: NumberReader;

  constructor(language: GrammarSpec, reader: NumberReader) {
    this.#reader = reader;
    this.#words = new Map(
      Object.entries(language.digits.words).map(([word, digit]) => [foldWord(word), digit]),
    );
    this.#repeats = new Map(
      Object.entries(language.digits.repeats ?? {}).map(([word, n]) => [foldWord(word), n]),
    );
  }

  first(pairs: boolean): Set<string> {
    return new Set([...this.#words.keys(), ...this.#repeats.keys(), ...(pairs ? this.#reader.first() : [])]);
  }

  digit(key: string | undefined): string | undefined {
    return this.#words.get(key ?? '');
  }

  /** True if the word is a number by itself, which "oh" and "double" are not. */
  isNumber(key: string | undefined): boolean {
    return this.#reader.words.has(key ?? '');
  }

  /** The item at `position`. */
  item(document: Document, position: number, limit: number, pairs: boolean): Item | undefined {
    if (position >= limit) return undefined;
    const key = document.key(position) ?? '';
    const digit = this.#words.get(key);
    const roundEnd = pairs ? this.#roundEnd(document, position, limit) : undefined;
    if (roundEnd !== undefined) return roundEnd;
    if (digit !== undefined) {
      const tollFree = pairs ? this.#tollFree(document, position, limit, digit) : undefined;
      if (tollFree !== undefined) return { end: position + 2, digits: tollFree, isPair: true };
      return { end: position + 1, digits: digit, isPair: false };
    }
    const times = this.#repeats.get(key);
    if (times !== undefined) {
      const repeated = position + 1 < limit ? this.#words.get(document.key(position + 1) ?? '') : undefined;
      return repeated === undefined
        ? undefined
        : { end: position + 2, digits: repeated.repeat(times), isPair: false };
    }
    const pair = pairs ? this.#reader.belowHundred(document, position, limit) : undefined;
    if (pair === undefined || pair.value < 10) return undefined;
    const following = this.#reader.word(document, pair.end, limit)?.kind;
    if (following === 'hundred' || following === 'thousand' || following === 'scale') return undefined;
    return { end: pair.end, digits: String(pair.value), isPair: true };
  }

  /** "*eight hundred* five five five", "*zero oitocentos* sete sete sete": the digits of the two words. */
  #tollFree(document: Document, position: number, limit: number, digit: string): string | undefined {
    const hundreds = this.#reader.word(document, position + 1, limit);
    const isDigit = (at: number): boolean =>
      at < limit && (this.digit(document.key(at)) ?? this.#repeats.get(document.key(at) ?? '')) !== undefined;
    if (!isDigit(position + 2)) return undefined;
    if (hundreds?.kind === 'hundreds' && digit === '0') return `0${hundreds.value}`;
    // "eight hundred five" is a number by itself; two digits after it are none.
    const isAfterOne = this.digit(document.keyBefore(position)) === '1';
    const isCode = isAfterOne || isDigit(position + 3);
    return hundreds?.kind === 'hundred' && isCode ? `${digit}00` : undefined;
  }

  /** "five five five *twelve hundred*", "five five five *three thousand*": four digits at the end of a number. */
  #roundEnd(document: Document, position: number, limit: number): Item | undefined {
    if (this.digit(document.keyBefore(position)) === undefined) return undefined;
    const count = this.#reader.belowHundred(document, position, limit);
    const scale = count && this.#reader.word(document, count.end, limit)?.kind;
    if (count === undefined || this.isNumber(document.keyAfter(count.end + 1))) return undefined;
    const digits = scale === 'hundred' ? `${count.value}00` : scale === 'thousand' ? `${count.value}000` : '';
    return digits.length === 4 ? { end: count.end + 1, digits, isPair: true } : undefined;
  }

  /** "*oitocentos* cinco cinco cinco um dois um dois": the hundreds at the start of a telephone number. */
  #leadingHundreds(document: Document, position: number, limit: number): Item | undefined {
    const word = this.#reader.word(document, position, limit);
    if (word?.kind !== 'hundreds' || position + LEAST_AFTER_HUNDREDS >= limit) return undefined;
    for (let at = position + 1; at <= position + LEAST_AFTER_HUNDREDS; at++) {
      if (this.digit(document.key(at)) === undefined) return undefined;
    }
    return { end: position + 1, digits: String(word.value), isPair: true };
  }

  /** All items from `position` on. */
  items(document: Document, position: number, pairs: boolean): Item[] {
    const limit = Math.min(document.runEnd(position), position + LONGEST);
    const items: Item[] = [];
    for (let at = position; ; ) {
      const mayBeHundreds = pairs && (at === position || (items.length === 1 && items[0]?.digits === '1'));
      const item =
        (mayBeHundreds ? this.#leadingHundreds(document, at, limit) : undefined) ??
        this.item(document, at, limit, pairs);
      if (item === undefined) return items;
      items.push(item);
      at = item.end;
    }
  }
}
