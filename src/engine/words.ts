/** A word and whether white space stands before it; Chinese, Japanese, Thai... have none between words. */
export interface SpacedWord {
  readonly text: string;
  readonly spaceBefore: boolean;
}

/** A character of a script without spaces between words, or a full-width punctuation mark. */
const unspaced =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}\\p{Script=Thai}\\p{Script=Lao}' +
  '\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}\\u3000-\\u303f\\uff01-\\uff65]';
const endsUnspaced = new RegExp(`${unspaced}$`, 'u');
const startsUnspaced = new RegExp(`^${unspaced}`, 'u');

/** Whether a text begins in a script that is written without spaces between words. */
export function beginsUnspaced(text: string): boolean {
  return startsUnspaced.test(text);
}

/** Makes a text of words: each with its own spacing, none before the first. */
export function joinWords(words: readonly SpacedWord[]): string {
  return words.map(({ text, spaceBefore }, index) => (spaceBefore && index > 0 ? ` ${text}` : text)).join('');
}

/**
 * Joins texts that were recognized one after the other. A space goes between two of them, unless both the end of the
 * first and the beginning of the second are in scripts without spaces. Empty texts are left out.
 */
export function joinTexts(texts: readonly string[]): string {
  const spoken = texts.filter((text) => text !== '');
  return joinWords(
    spoken.map((text, index) => ({
      text,
      spaceBefore: !(endsUnspaced.test(spoken[index - 1] ?? '') && beginsUnspaced(text)),
    })),
  );
}
