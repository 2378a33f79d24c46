import type { Respelling } from '../languages/language.ts';

/** Accents but the cedilla, the points of Hebrew and Arabic; in other scripts marks are vowels and tones. */
const MARKS = /[\u0300-\u0326\u0328-\u036f\u0591-\u05c7\u064b-\u0655\u0670]/gu;
const OTHERS = /[^\p{L}\p{M}\p{N}]/gu;

/** Lower case letters and digits without accents (a cedilla stays). */
export function bareLetters(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(MARKS, '').normalize('NFC').replace(OTHERS, '');
}

/** A rough spelling of how a word sounds, made for comparing and not for reading. Doubled letters count once. */
export function soundOf(letters: string, sounds: readonly Respelling[]): string {
  let sound = letters.replace(/([^l])\1+/gu, '$1');
  for (const [pattern, letter] of sounds) sound = sound.replace(pattern, letter);
  return sound.replaceAll('ç', 's').replace(/(.)\1+/gu, '$1');
}

/** Letters that are easily taken for each other. */
const NEIGHBOURS = [
  'pb',
  'td',
  'kg',
  'ck',
  'fv',
  'sz',
  'sx',
  'xj',
  'jg',
  'mn',
  'lr',
  'ei',
  'ou',
  'bv',
  'vu',
  'ia',
];
const NEAR: ReadonlySet<string> = new Set(NEIGHBOURS.flatMap(([a = '', b = '']) => [a + b, b + a]));

const NEAR_COST = 0.5;

/**
 * 1 for equal strings, 0 for strings with nothing in common: one minus the edit distance (with transpositions, and
 * cheaper replacements between similar sounds) over the longer length.
 */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - distance(a, b) / longest;
}

function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const from = a.charAt(row - 1);
      const to = b.charAt(column - 1);
      const replace = from === to ? 0 : NEAR.has(from + to) ? NEAR_COST : 1;
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + replace,
      );
      const isSwap = row > 1 && column > 1 && from === b.charAt(column - 2) && to === a.charAt(row - 2);
      if (isSwap) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
