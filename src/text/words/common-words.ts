import { ENGLISH_WORDS } from './en.ts';
import { ENGLISH_VOCABULARY } from './en-vocabulary.ts';
import { SPANISH_WORDS } from './es.ts';
import { SPANISH_VOCABULARY } from './es-vocabulary.ts';
import { PORTUGUESE_WORDS } from './pt.ts';
import { PORTUGUESE_VOCABULARY } from './pt-vocabulary.ts';

type WordSets = ReadonlyMap<string, ReadonlySet<string>>;

function wordSets(lists: Readonly<Record<string, string>>): WordSets {
  return new Map(
    Object.entries(lists).map(([language, list]) => [language, new Set(list.trim().split(/\s+/))]),
  );
}

const COMMON = wordSets({ en: ENGLISH_WORDS, es: SPANISH_WORDS, pt: PORTUGUESE_WORDS });
const FURTHER = wordSets({ en: ENGLISH_VOCABULARY, es: SPANISH_VOCABULARY, pt: PORTUGUESE_VOCABULARY });

const NONE: ReadonlySet<string> = new Set();

/** The most frequent words in lower case with their accents; empty for an unknown language (primary subtag). */
export function commonWords(language: string): ReadonlySet<string> {
  return COMMON.get(language) ?? NONE;
}

/** True for a word of everyday language: a common word or one of a wider vocabulary. */
export function isEverydayWord(word: string, language: string): boolean {
  return commonWords(language).has(word) || FURTHER.get(language)?.has(word) === true;
}
