import type { DecodedWord } from './word-times.ts';

/** How sure a decode is of its words, 0..1: the mean probability of their tokens; 0 where there are none. */
export function confidenceOf(words: readonly Pick<DecodedWord, 'tokens' | 'probability'>[]): number {
  const tokenCount = words.reduce((sum, word) => sum + word.tokens.length, 0);
  const weighted = words.reduce((sum, word) => sum + word.probability * word.tokens.length, 0);
  return tokenCount === 0 ? 0 : weighted / tokenCount;
}
