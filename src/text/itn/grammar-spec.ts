import type { SpanSpec } from './classes/span-links.ts';
import type { CommaRule, Slot } from './document.ts';
import type { NumberSpec } from './number-words.ts';
import type { NumberReader } from './numbers.ts';
import type { PhraseRule } from './phrase-rule.ts';
import type { Phrases } from './phrase-table.ts';
import type { Guard } from './rule.ts';

/** How fractions of ten are said and written. */
export interface DecimalSpec {
  /** The words between the parts and the signs they stand for. */
  readonly separators: Readonly<Record<string, string>>;
  /** Allows a fraction without a whole part ("point five") where this holds; the guard sees all of it. */
  readonly bare?: Guard;
  /** Whole parts in forms that are numbers only before a separator ("three oh six point two"). */
  readonly wholes?: (numbers: NumberReader) => Slot;
  /** "and a half" before a scale, unit or currency ("two and a half million") or after one ("um milhão e meio"). */
  readonly half: readonly string[];
  /** Several numbers after the sign are written one after the other ("catorze quinze" is ,1415). */
  readonly sequences?: boolean;
}

/** How digits are said one by one. */
export interface DigitSpec {
  readonly words: Readonly<Record<string, string>>;
  /** Words that repeat the digit after them, and how often it is written ("double"). */
  readonly repeats?: Readonly<Record<string, number>>;
  /** Written forms of strings of digits by their length, the first that fits; `#` is any digit, a digit is itself. */
  readonly formats: Readonly<Record<number, readonly string[]>>;
  /** Words before an international number ("plus"). */
  readonly plus: readonly string[];
  /** After a country's code these lengths take their format. */
  readonly nationalLengths: readonly number[];
  /** Near these words digits are written without spaces or signs. */
  readonly plain: Guard;
  /** Near these words every string of digits of a known length takes its format. */
  readonly formatted: Guard;
  /** Formats for these lengths are used only where `formatted` holds. */
  readonly onlyFormatted?: readonly number[];
  /** Formats for these lengths are used only where `formatted` does not hold: they are no telephone numbers. */
  readonly neverFormatted?: readonly number[];
  /** Numbers of two digits may stand among the digits ("doze trinta e quatro"). */
  readonly pairs: boolean;
  /** With numbers of two digits, at least so many digits must have been said one by one. */
  readonly leastSingles: number;
  /** A string of digits that is no number but counting ("um dois três") stays words. */
  readonly keepCounting: boolean;
  /** Letters may stand among the digits ("a b nine"); where the guard holds, a number may end them ("x eighty six"). */
  readonly serials: Guard | false;
}

export interface Currency {
  readonly symbol: string;
  readonly names: readonly string[];
}

export interface MoneySpec {
  readonly currencies: readonly Currency[];
  /** Words for hundredths and the currency they belong to if none is said. */
  readonly hundredths: Readonly<Record<string, string>>;
  /** Between symbol and amount. */
  readonly space: '' | ' ';
  readonly decimalSign: ',' | '.';
  /** Between a large amount and its currency ("milhões de reais"). */
  readonly of: readonly string[];
  readonly and: readonly string[];
  readonly half: readonly string[];
  /** Units and hundredths said as a pair of numbers before the currency ("nineteen ninety nine dollars"). */
  readonly pairs?: (numbers: NumberReader) => Slot;
  /** Where an amount is no money ("pounds of sugar"). */
  readonly except?: Guard;
  /** Words that may follow an amount whose hundredths were said without their name ("ten fifty for lunch"). */
  readonly followers: readonly string[];
}

export interface MeasureSpec {
  /** Names by symbol. */
  readonly units: Readonly<Record<string, readonly string[]>>;
  readonly per: readonly string[];
  /** What may follow `per`. */
  readonly perUnits: Phrases;
  /** "um metro e oitenta" is said for 1,80 m. */
  readonly metresAndHundredths: boolean;
  /** What may follow a unit to be added to it, other than a half, and its decimal places ("y cuarto": 25). */
  readonly parts?: Readonly<Record<string, string>>;
  readonly of: readonly string[];
}

export interface ElectronicSpec {
  readonly at: readonly string[];
  readonly dot: readonly string[];
  /** Names of signs in addresses; phrases. */
  readonly signs: Readonly<Record<string, string>>;
  /** Letters by their names ("agá", "doble u"); needs no entry where people say the letters themselves. */
  readonly letters?: Phrases;
  readonly www: readonly string[];
  /** Names of hosts said in several words. */
  readonly names: Phrases;
  /** Words after which "dot com" may be ordinary words, as "ponto com" are, if the sentence goes on. */
  readonly ambiguousNames?: ReadonlySet<string>;
  /** Words that are no user names, such as pronouns and verbs before "at". */
  readonly stopWords: readonly string[];
}

/** Everything that inverse text normalization knows of one language. */
export interface GrammarSpec {
  readonly numbers: NumberSpec;
  readonly groupSign: ',' | '.';
  readonly decimals: DecimalSpec;
  readonly digits: DigitSpec;
  readonly money: MoneySpec;
  readonly measures: MeasureSpec;
  readonly electronic: ElectronicSpec;
  /** Reads ordinals; the slot's text is the written form, its value the number. */
  readonly ordinal: (numbers: NumberReader) => Slot;
  /** Slots for numbers of one or two digits, by name: smallest and largest value. */
  readonly ranges: Readonly<Record<string, readonly [min: number, max: number]>>;
  /** Slots for tables of phrases, by name. */
  readonly tables: Readonly<Record<string, Phrases>>;
  /** Other slots. */
  readonly slots?: (numbers: NumberReader) => Readonly<Record<string, Slot>>;
  /** Numbers in forms that are numbers only before a unit or currency ("one fifty five dollars"). */
  readonly counted?: (numbers: NumberReader) => Slot;
  /** Where a comma stands inside an expression; nowhere if there is no entry. */
  readonly joinsAtComma?: CommaRule;
  /** Where a number alone is left as words. */
  readonly noCardinal?: Guard;
  /** Where the word for minus is a sign; it may mean "fewer" or be a part of "at least" elsewhere. */
  readonly isSign: Guard;
  /** Where small numbers are written in digits because their neighbour is; nowhere if there is no entry. */
  readonly spans?: SpanSpec;
  /** Dates, times and all else that is said in fixed patterns; the first of equally long matches wins. */
  readonly phrases: readonly PhraseRule[];
}
