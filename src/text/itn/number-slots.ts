import { type Document, foldWord, type Slot, type SlotValue } from './document.ts';
import type { GrammarSpec } from './grammar-spec.ts';
import type { NumberReader, WholeNumber } from './numbers.ts';
import { phraseTable } from './phrase-table.ts';
import { groupDigits } from './written.ts';

/** Grouping starts at this many digits in running text; amounts of money are grouped from four digits on. */
export const GROUP_FROM = 5;

/** Money is grouped from this many digits on. */
export const MONEY_GROUP_FROM = 4;

const MOST_DIGITS = 12;

const ENDS_WITH_DIGIT = /\p{N}$/u;

/** A number from 0 to 99 within limits. */
export function rangeSlot(name: string, reader: NumberReader, min: number, max: number): Slot {
  return {
    name,
    first: reader.first(),
    match(document, position) {
      const limit = document.runEnd(position);
      const isZero = reader.word(document, position, limit)?.kind === 'zero';
      const part = isZero ? { end: position + 1, value: 0 } : reader.belowHundred(document, position, limit);
      if (part === undefined || part.value < min || part.value > max) return undefined;
      return { end: part.end, text: String(part.value), value: part.value };
    },
  };
}

/** Whole numbers in digits. */
export function wholeSlot(reader: NumberReader): Slot {
  return {
    name: 'whole',
    first: reader.first(),
    match(document, position) {
      const whole = reader.whole(document, position);
      return whole && { end: whole.end, text: whole.digits, value: whole.value };
    },
  };
}

/** Written form of an amount: whole numbers, "fifty million", "three point seven", "1.5 million". */
export class AmountSlot implements Slot {
  readonly name = 'amount';
  readonly first: ReadonlySet<string>;
  readonly #reader: NumberReader;
  readonly #language: GrammarSpec;
  readonly #separators: ReadonlyMap<string, string>;
  readonly #digitWords: ReadonlyMap<string, string>;
  readonly #half: Slot;
  readonly #counted: Slot | undefined;
  readonly #wholes: Slot | undefined;
  /** Keys of the words that units and currencies start with. */
  readonly #measures: ReadonlySet<string>;
  readonly #groupFrom: number;

  /** `measures`: keys of the words that units and currencies start with. */
  constructor(
    reader: NumberReader,
    language: GrammarSpec,
    measures: ReadonlySet<string>,
    groupFrom: number = GROUP_FROM,
  ) {
    this.#reader = reader;
    this.#measures = measures;
    this.#counted = language.counted?.(reader);
    this.#wholes = language.decimals.wholes?.(reader);
    this.#language = language;
    this.#groupFrom = groupFrom;
    const { separators } = language.decimals;
    this.#separators = new Map(Object.entries(separators).map(([word, sign]) => [foldWord(word), sign]));
    this.#digitWords = new Map(
      Object.entries(language.digits.words).map(([word, digit]) => [foldWord(word), digit]),
    );
    this.#half = halfSlot(language);
    this.first =
      language.decimals.bare === undefined
        ? reader.first()
        : new Set([...reader.first(), ...this.#separators.keys()]);
  }

  match(document: Document, position: number): SlotValue | undefined {
    const kind = this.#reader.words.get(document.key(position) ?? '')?.kind;
    if (kind === 'thousand' && ENDS_WITH_DIGIT.test(document.keyBefore(position) ?? '')) return undefined;
    const whole = this.#reader.whole(document, position);
    if (whole === undefined) return this.#bare(document, position);
    const special = this.#goesOn(document, whole.end) ? this.#special(document, position) : undefined;
    if (special !== undefined) return special;
    if (whole.quantity !== undefined) return this.#quantity(document, whole.quantity, whole.end);
    const number = this.#group(document, whole.digits);
    return (
      this.decimal(document, number, whole.end) ??
      this.#halved(document, number, whole) ?? { end: whole.end, text: number, value: whole.value }
    );
  }

  /** Another number follows. */
  #goesOn(document: Document, end: number): boolean {
    const next = document.keyAfter(end);
    return next !== undefined && (this.#reader.words.has(next) || this.#digitWords.has(next));
  }

  /** Numbers that are some only by what follows them: a unit, a currency or a fraction. */
  #special(document: Document, position: number): SlotValue | undefined {
    const counted = this.#counted && document.find(this.#counted, position);
    if (counted !== undefined && this.#measures.has(document.keyAfter(counted.end) ?? '')) {
      return { ...counted, text: this.#group(document, counted.text) };
    }
    const whole = this.#wholes && document.find(this.#wholes, position);
    return whole && this.decimal(document, this.#group(document, whole.text), whole.end);
  }

  /** "point five" */
  #bare(document: Document, position: number): SlotValue | undefined {
    const { bare } = this.#language.decimals;
    const fraction = bare && this.decimal(document, '', position);
    return fraction !== undefined && bare?.(document, position, fraction.end) ? fraction : undefined;
  }

  /** "um milhão e meio" is 1,5 milhão. */
  #quantity(
    document: Document,
    { coefficient, scaleAt }: { readonly coefficient: string; readonly scaleAt: number },
    end: number,
  ): SlotValue {
    const scale = document.slice(scaleAt, scaleAt + 1);
    const half = end < document.runEnd(scaleAt) ? document.find(this.#half, end) : undefined;
    const fraction = half === undefined ? '' : `${this.#language.money.decimalSign}5`;
    const text = `${this.#group(document, coefficient)}${fraction} ${scale}`;
    return { end: half?.end ?? end, text, value: Number.POSITIVE_INFINITY };
  }

  /** "two and a half million" and "two and a half kilos", but not "two and a half" alone. */
  #halved(document: Document, whole: string, { end, value }: WholeNumber): SlotValue | undefined {
    const limit = document.runEnd(end - 1);
    const half = end < limit ? document.find(this.#half, end) : undefined;
    if (half === undefined || half.end >= limit) return undefined;
    const number = `${whole}${this.#language.money.decimalSign}5`;
    if (this.#reader.word(document, half.end, limit)?.kind === 'scale') {
      const text = `${number} ${document.slice(half.end, half.end + 1)}`;
      return { end: half.end + 1, text, value: Number.POSITIVE_INFINITY };
    }
    const isCounted = this.#measures.has(document.key(half.end) ?? '');
    return isCounted ? { end: half.end, text: number, value: value + 0.5 } : undefined;
  }

  /** The number whose whole part is `whole`, if a decimal sign is said at `separatorAt`. */
  decimal(document: Document, whole: string, separatorAt: number): SlotValue | undefined {
    const limit = document.runEnd(Math.max(0, separatorAt - 1));
    const sign = separatorAt < limit ? this.#separators.get(document.key(separatorAt) ?? '') : undefined;
    if (sign === undefined) return undefined;
    const fraction = this.#fraction(document, separatorAt + 1, limit);
    if (fraction === undefined) return undefined;
    let number = `${whole}${sign}${fraction.text}`;
    let next = fraction.end;
    // "two point one point three" names a version or a section.
    while (sign === '.' && next < limit && this.#separators.get(document.key(next) ?? '') === sign) {
      const part = this.#fraction(document, next + 1, limit);
      if (part === undefined) break;
      number += sign + part.text;
      next = part.end;
    }
    if (next > fraction.end) return { end: next, text: number, value: Number.NaN };
    const scale = this.#reader.word(document, fraction.end, limit)?.kind;
    if (scale === 'thousand' || scale === 'scale') {
      const word = document.slice(fraction.end, fraction.end + 1);
      return { end: fraction.end + 1, text: `${number} ${word}`, value: Number.POSITIVE_INFINITY };
    }
    return { end: fraction.end, text: number, value: Number(`${whole || '0'}.${fraction.text}`) };
  }

  /** Digits one by one, or zeros and one number ("zero five", "twenty five"); in some languages several numbers. */
  #fraction(document: Document, start: number, limit: number): SlotValue | undefined {
    const { sequences } = this.#language.decimals;
    let text = '';
    let end = start;
    while (end < limit) {
      const digit = this.#digit(document, end);
      const part = this.#reader.belowThousand(document, end, limit, false);
      if (part !== undefined && part.value > 9) {
        if (sequences !== true && /[1-9]/.test(text)) break;
        text += String(part.value);
        end = part.end;
        if (sequences !== true) break;
        continue;
      }
      if (digit === undefined) break;
      text += digit;
      end++;
    }
    return text === '' ? undefined : { end, text, value: Number.NaN };
  }

  #digit(document: Document, position: number): string | undefined {
    const key = document.key(position) ?? '';
    const word = this.#reader.words.get(key);
    if (word?.kind === 'one' || word?.kind === 'zero') return String(word.value);
    return this.#digitWords.get(key) === '0' ? '0' : undefined;
  }

  #group(document: Document, digits: string): string {
    return document.options.grouping
      ? groupDigits(digits, this.#language.groupSign, this.#groupFrom)
      : digits;
  }
}

/** Digits said one by one, two to twelve of them, as before a decimal sign. */
export function digitsSlot(words: Readonly<Record<string, string>>): Slot {
  const digits = new Map(Object.entries(words).map(([word, digit]) => [foldWord(word), digit]));
  return {
    name: 'digits',
    first: new Set(digits.keys()),
    match(document, position) {
      const limit = Math.min(document.runEnd(position), position + MOST_DIGITS);
      let text = '';
      let end = position;
      for (; end < limit; end++) {
        const digit = digits.get(document.key(end) ?? '');
        if (digit === undefined) break;
        text += digit;
      }
      return text.length < 2 ? undefined : { end, text, value: Number(text) };
    },
  };
}

/** "and a half". */
export function halfSlot(language: GrammarSpec): Slot {
  return phraseTable('half', Object.fromEntries(language.decimals.half.map((phrase) => [phrase, phrase])));
}
