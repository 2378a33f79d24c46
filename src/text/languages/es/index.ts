import type { Language } from '../language.ts';
import { COMMON_WORDS } from './common-words.ts';
import { GRAMMAR } from './grammar.ts';
import { IDENTIFIERS } from './identifiers.ts';
import { INFLECTIONS } from './inflections.ts';
import { SOUNDS } from './sounds.ts';
import { VOCABULARY } from './vocabulary.ts';

/** Spanish. */
export const spanish: Language = {
  code: 'es',
  grammar: GRAMMAR,
  commonWords: COMMON_WORDS,
  vocabulary: VOCABULARY,
  inflections: INFLECTIONS,
  sounds: SOUNDS,
  identifiers: IDENTIFIERS,
};
