import { grammarFor } from '../itn/grammars.ts';
import type { Language } from '../languages/language.ts';

const SHORTEST_STEM = 3;

/**
 * True for a word that is right as it is: an everyday word, one of its forms, or a word of the number grammar.
 * `word` is in lower case.
 */
export function isKnownWord(word: string, language: Language): boolean {
  if (isEverydayWord(word, language) || grammarFor(language.code)?.knows(word) === true) return true;
  return language.inflections.some(({ endings, bases }) =>
    endings.some((ending) => {
      if (word.length < SHORTEST_STEM + ending.length || !word.endsWith(ending)) return false;
      const stem = word.slice(0, -ending.length);
      return bases.some((base) => isEverydayWord(stem + base, language));
    }),
  );
}

function isEverydayWord(word: string, { commonWords, vocabulary }: Language): boolean {
  return commonWords.has(word) || vocabulary.has(word);
}
