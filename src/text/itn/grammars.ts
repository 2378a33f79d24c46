import { primarySubtag } from '../language-tag.ts';
import { LANGUAGES } from '../languages/languages.ts';
import { compileGrammar } from './compile.ts';
import type { Grammar } from './grammar.ts';

const GRAMMARS: ReadonlyMap<string, Grammar> = new Map(
  LANGUAGES.map(({ code, grammar }) => [code, compileGrammar(grammar)]),
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
