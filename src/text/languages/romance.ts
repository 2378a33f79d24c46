import type { Slot } from '../itn/document.ts';
import type { NumberReader } from '../itn/numbers.ts';
import type { Found } from '../itn/phrase-rule.ts';
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

/** Years from 1000 to 2999, said as whole numbers. */
export function yearSlot(reader: NumberReader): Slot {
  return {
    name: 'year',
    first: reader.first(),
    match(document, position) {
      const whole = reader.whole(document, position);
      if (whole === undefined || whole.value < 1000 || whole.value > 2999) return undefined;
      return { end: whole.end, text: whole.digits, value: whole.value };
    },
  };
}
