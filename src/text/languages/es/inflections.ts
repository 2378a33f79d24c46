import type { Inflection } from '../language.ts';

/** Endings of everyday words. */
export const INFLECTIONS: readonly Inflection[] = [
  {
    endings: ['a', 'e', 'o', 'as', 'es', 'os', 's', 'an', 'en'],
    bases: ['', 'a', 'o', 'e', 'ar', 'er', 'ir'],
  },
  {
    endings:
      'ando iendo ado ada ados adas ido ida idos idas é ó ió amos emos imos aron ieron aba aban ía ían aré ará aría ería iría ito ita mente'.split(
        ' ',
      ),
    bases: ['', 'ar', 'er', 'ir', 'a', 'o', 'e'],
  },
  { endings: ['ciones'], bases: ['ción'] },
  { endings: ['ción'], bases: ['r', 'ar'] },
];
