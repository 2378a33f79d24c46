import type { Inflection } from '../language.ts';

/** Endings of everyday words. */
export const INFLECTIONS: readonly Inflection[] = [
  {
    endings: "'s es s d ed ing ly r er est ers n't 've 'll 're 'd".split(' '),
    bases: ['', 'e'],
  },
  { endings: ['ies', 'ied', 'ier'], bases: ['y'] },
];
