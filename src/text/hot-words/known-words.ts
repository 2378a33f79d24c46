import { grammarFor } from '../itn/languages.ts';
import { isEverydayWord } from '../words/common-words.ts';

/** Endings of inflected forms and what the dictionary form may have in their place. */
interface Inflection {
  readonly endings: readonly string[];
  readonly bases: readonly string[];
}

const INFLECTIONS: Readonly<Record<string, readonly Inflection[]>> = {
  en: [
    {
      endings: [
        "'s",
        'es',
        's',
        'd',
        'ed',
        'ing',
        'ly',
        'r',
        'er',
        'est',
        'ers',
        "n't",
        "'ve",
        "'ll",
        "'re",
        "'d",
      ],
      bases: ['', 'e'],
    },
    { endings: ['ies', 'ied', 'ier'], bases: ['y'] },
  ],
  pt: [
    {
      endings: ['a', 'e', 'o', 'as', 'es', 'os', 's', 'am', 'em'],
      bases: ['', 'a', 'o', 'e', 'ar', 'er', 'ir'],
    },
    {
      endings: [
        'ando',
        'endo',
        'indo',
        'ado',
        'ada',
        'ados',
        'adas',
        'ido',
        'ida',
        'idos',
        'idas',
        'ei',
        'ou',
        'eu',
        'iu',
        'amos',
        'emos',
        'imos',
        'aram',
        'eram',
        'iram',
        'ava',
        'avam',
        'ia',
        'iam',
        'arei',
        'ará',
        'aria',
        'eria',
        'iria',
        'asse',
        'esse',
        'isse',
        'inho',
        'inha',
        'mente',
      ],
      bases: ['', 'ar', 'er', 'ir', 'a', 'o', 'e'],
    },
    { endings: ['ções'], bases: ['ção'] },
    { endings: ['ção'], bases: ['r', 'ar'] },
    { endings: ['ais'], bases: ['al'] },
    { endings: ['éis'], bases: ['el'] },
  ],
  es: [
    {
      endings: ['a', 'e', 'o', 'as', 'es', 'os', 's', 'an', 'en'],
      bases: ['', 'a', 'o', 'e', 'ar', 'er', 'ir'],
    },
    {
      endings: [
        'ando',
        'iendo',
        'ado',
        'ada',
        'ados',
        'adas',
        'ido',
        'ida',
        'idos',
        'idas',
        'é',
        'ó',
        'ió',
        'amos',
        'emos',
        'imos',
        'aron',
        'ieron',
        'aba',
        'aban',
        'ía',
        'ían',
        'aré',
        'ará',
        'aría',
        'ería',
        'iría',
        'ito',
        'ita',
        'mente',
      ],
      bases: ['', 'ar', 'er', 'ir', 'a', 'o', 'e'],
    },
    { endings: ['ciones'], bases: ['ción'] },
    { endings: ['ción'], bases: ['r', 'ar'] },
  ],
};

const SHORTEST_STEM = 3;

/**
 * True for a word that is right as it is: an everyday word, one of its forms, or a word of the number grammar.
 * `word` is in lower case; `language` is a primary subtag.
 */
export function isKnownWord(word: string, language: string): boolean {
  if (isEverydayWord(word, language) || grammarFor(language)?.knows(word) === true) return true;
  return (INFLECTIONS[language] ?? []).some(({ endings, bases }) =>
    endings.some((ending) => {
      if (word.length < SHORTEST_STEM + ending.length || !word.endsWith(ending)) return false;
      const stem = word.slice(0, -ending.length);
      return bases.some((base) => isEverydayWord(stem + base, language));
    }),
  );
}
