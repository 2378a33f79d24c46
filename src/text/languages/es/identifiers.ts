import { groups, type IdentifierSpec } from '../../entities/identifier.ts';

/** Telephone numbers of Spain. */
export const IDENTIFIERS: readonly IdentifierSpec[] = [
  {
    kind: 'phone',
    cue: /\b(?:teléfono|telefono|móvil|movil|celular|llame|llamar|whatsapp)\b/u,
    matches: (digits) => /^[6-9]\d{8}$/.test(digits),
    format: groups('###-###-###'),
  },
];
