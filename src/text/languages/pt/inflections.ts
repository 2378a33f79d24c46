import type { Inflection } from '../language.ts';

/** Endings of everyday words. */
export const INFLECTIONS: readonly Inflection[] = [
  {
    endings: ['a', 'e', 'o', 'as', 'es', 'os', 's', 'am', 'em'],
    bases: ['', 'a', 'o', 'e', 'ar', 'er', 'ir'],
  },
  {
    endings:
      'ando endo indo ado ada ados adas ido ida idos idas ei ou eu iu amos emos imos aram eram iram ava avam ia iam arei ará aria eria iria asse esse isse inho inha mente'.split(
        ' ',
      ),
    bases: ['', 'ar', 'er', 'ir', 'a', 'o', 'e'],
  },
  { endings: ['ções'], bases: ['ção'] },
  { endings: ['ção'], bases: ['r', 'ar'] },
  { endings: ['ais'], bases: ['al'] },
  { endings: ['éis'], bases: ['el'] },
];
