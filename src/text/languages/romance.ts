import type { Slot } from '../itn/document.ts';
import type { MeasureSpec } from '../itn/grammar-spec.ts';
import { after, all, any, before, closes, endsWith, not, opens, whole } from '../itn/guards.ts';
import type { NumberReader } from '../itn/numbers.ts';
import type { Found } from '../itn/phrase-rule.ts';
import type { Guard } from '../itn/rule.ts';
import type { Respelling } from './language.ts';

// What Portuguese and Spanish have in common.

/** The hard and soft consonants of Portuguese and Spanish. */
export const ROMANCE_SOUNDS: readonly Respelling[] = [
  [/qu(?=[ei])|q/g, 'k'],
  [/gu(?=[ei])/g, 'g'],
  [/g(?=[ei])/g, 'j'],
  [/s?c(?=[ei])/g, 's'],
  [/c/g, 'k'],
  [/z/g, 's'],
];

/**
 * The hour of the day, given the part of the day that was said: 0 for the hours after midnight, 12 for the afternoon,
 * 24 for the night; undefined where none was.
 */
export function hourInPart(hour: number, part: number | undefined): number {
  if (part === undefined || hour > 12) return hour;
  if (part === 0) return hour === 12 ? 0 : hour;
  return hour === 12 ? (part === 24 ? 0 : 12) : hour + 12;
}

/** "cinco do dez", "cinco del diez" may be five of ten; a larger day or a year makes it a date. */
export function isClearDate({ day, year }: Found): boolean {
  return year !== undefined || (day?.value ?? 0) > 9;
}

/**
 * Where a decimal number may begin with its sign: at the start of a phrase or after one of `leaders`, and at the end of
 * a phrase or before a unit. "Ponto um" is a point of a list, but as the whole text.
 */
export function bareDecimal(point: string, measures: MeasureSpec, ...leaders: readonly string[]): Guard {
  const units = Object.values(measures.units).flatMap((names) =>
    names.map((name) => name.split(' ')[0] ?? ''),
  );
  const isListed: Guard = (document, start, end) => end === start + 2 && document.key(start) === point;
  return all(any(opens, after(...leaders)), any(closes, before(...units)), any(whole, not(isListed)));
}

/** Digits and `joiner` stand before the match: "3 e *quinze da tarde*". */
export function goesOn(joiner: string): Guard {
  return (document, start) =>
    document.keyBefore(start) === joiner && /^\p{N}/u.test(document.keyBefore(start - 1) ?? '');
}

/** A table of words that are written as they are said. */
export function same(words: string): Record<string, string> {
  return Object.fromEntries(words.split(' ').map((word) => [word, word]));
}

const NATIONALITIES =
  'argentin chilen colombian uruguay filipin cuban dominican bolivian jamaican jamaiquin liberian namibian egipci siri turc';

/** "Cem pesos argentinos" are no dollars, and "$100 argentinos" would be neither. */
export const beforeNationality: Guard = before(
  ...NATIONALITIES.split(' ').flatMap((stem) => ['o', 'os', 'a', 'as'].map((ending) => stem + ending)),
);

/** Pounds of something are a weight. */
export const weighs: Guard = all(endsWith('libra', 'libras'), before('de', 'por'));

/** Years from 1000 to 2999, said as whole numbers. */
export function yearSlot(reader: NumberReader): Slot {
  return {
    name: 'year',
    first: reader.first(),
    match(document, position) {
      const year = reader.whole(document, position);
      if (year === undefined || year.value < 1000 || year.value > 2999) return undefined;
      return { end: year.end, text: year.digits, value: year.value };
    },
  };
}
