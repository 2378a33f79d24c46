import { groups, type IdentifierSpec } from '../../entities/identifier.ts';

/** Telephone numbers of North America. */
export const IDENTIFIERS: readonly IdentifierSpec[] = [
  {
    kind: 'phone',
    cue: /\b(?:phone|telephone|mobile|cell|call|number)\b/u,
    matches: (digits) => /^[2-9]\d{2}[2-9]\d{6}$/.test(digits),
    format: groups('###-###-####'),
  },
];
