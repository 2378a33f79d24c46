import { isCnpj, isCpf } from '../../entities/check-digits.ts';
import { groups, type IdentifierSpec } from '../../entities/identifier.ts';

/** Identifiers of Brazil; the more certain come first. */
export const IDENTIFIERS: readonly IdentifierSpec[] = [
  { kind: 'cnpj', matches: isCnpj, format: groups('##.###.###/####-##') },
  {
    kind: 'phone',
    cue: /\b(?:telefone|celular|whatsapp|fone|ligue|ligar|contato)\b/u,
    matches: (digits) => /^[1-9][1-9](?:9\d{8}|[2-5]\d{7})$/.test(digits),
    format: (digits) => groups(digits.length === 11 ? '(##) #####-####' : '(##) ####-####')(digits),
  },
  { kind: 'cpf', matches: isCpf, format: groups('###.###.###-##') },
  {
    kind: 'cep',
    cue: /\bcep\b/u,
    matches: (digits) => digits.length === 8,
    format: groups('#####-###'),
  },
];
