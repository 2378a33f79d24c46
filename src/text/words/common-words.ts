import { ENGLISH_WORDS } from './en.ts';
import { SPANISH_WORDS } from './es.ts';
import { PORTUGUESE_WORDS } from './pt.ts';

const LISTS: Readonly<Record<string, string>> = {
  en: ENGLISH_WORDS,
  es: SPANISH_WORDS,
  pt: PORTUGUESE_WORDS,
};

const SETS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(LISTS).map(([language, list]) => [language, new Set(list.trim().split(/\s+/))]),
);

const NONE: ReadonlySet<string> = new Set();

/** Frequent words in lower case with their accents; empty for an unknown language (primary subtag). */
export function commonWords(language: string): ReadonlySet<string> {
  return SETS.get(language) ?? NONE;
}
