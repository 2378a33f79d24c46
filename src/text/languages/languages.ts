import { primarySubtag } from '../language-tag.ts';
import { english } from './en/index.ts';
import { spanish } from './es/index.ts';
import type { Language } from './language.ts';
import { portuguese } from './pt/index.ts';

/** All languages; a new one is one folder and one entry here. */
export const LANGUAGES: readonly Language[] = [english, portuguese, spanish];

const BY_CODE: ReadonlyMap<string, Language> = new Map(
  LANGUAGES.map((language) => [language.code, language]),
);

/** The language of a BCP 47 tag such as `pt` or `pt-BR`; undefined for an unknown one. */
export function languageFor(tag: string): Language | undefined {
  return BY_CODE.get(primarySubtag(tag));
}
