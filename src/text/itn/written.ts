/** Puts `sign` between groups of three digits, for numbers of at least `from` digits. */
export function groupDigits(digits: string, sign: string, from: number): string {
  return digits.length < from ? digits : digits.replace(/\B(?=(?:\d{3})+$)/g, sign);
}

/**
 * Writes digits in the first format that fits: `#` stands for a digit and a digit for itself; undefined if no format
 * fits.
 */
export function formatDigits(digits: string, formats: readonly string[]): string | undefined {
  for (const format of formats) {
    let at = 0;
    let fits = true;
    const written = format.replace(/[#\d]/g, (place) => {
      const digit = digits[at++] ?? '';
      fits &&= place === '#' || place === digit;
      return digit;
    });
    if (fits) return written;
  }
  return undefined;
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const ROMAN: readonly (readonly [value: number, letters: string])[] = [
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

/** Roman numerals from 1 to 39, as in names of centuries. */
export function romanNumeral(value: number): string {
  let rest = value;
  let written = '';
  for (const [step, letters] of ROMAN) {
    for (; rest >= step; rest -= step) written += letters;
  }
  return written;
}
