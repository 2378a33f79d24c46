import { primarySubtag } from '../language-tag.ts';
import { compileLanguage } from './compile.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';
import type { Grammar } from './grammar.ts';
import type { LanguageSpec } from './language-spec.ts';
import { portuguese } from './pt.ts';

/** All languages; a new one is one file and one entry here. */
const LANGUAGES: readonly LanguageSpec[] = [english, portuguese, spanish];

const GRAMMARS: ReadonlyMap<string, Grammar> = new Map(
  LANGUAGES.map((language) => [language.code, compileLanguage(language)]),
);

/** Codes of the languages that can be normalized. */
export const itnLanguages: readonly string[] = [...GRAMMARS.keys()];

/** The grammar for a BCP 47 tag such as `pt` or `pt-BR`; undefined for an unknown language. */
export function grammarFor(tag: string): Grammar | undefined {
  return GRAMMARS.get(primarySubtag(tag));
}

/** True if text in the language of this tag is normalized. */
export function isItnLanguage(tag: string): boolean {
  return grammarFor(tag) !== undefined;
}
