import { isCard, isCnpj, isCpf } from './check-digits.ts';

/** Identifiers that can be formatted. */
export const ENTITY_KINDS = ['cpf', 'cnpj', 'cep', 'phone', 'card'] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

interface Entity {
  readonly kind: EntityKind;
  /** Languages in which it is looked for; all if there are none. */
  readonly languages?: readonly string[];
  /** What must be said before it, if digits alone do not tell. */
  readonly cue?: RegExp;
  readonly matches: (digits: string) => boolean;
  readonly format: (digits: string) => string;
}

const template =
  (format: string) =>
  (digits: string): string => {
    let at = 0;
    return format.replace(/#/g, () => digits[at++] ?? '');
  };

/** The more certain come first. */
const ENTITIES: readonly Entity[] = [
  {
    kind: 'card',
    matches: (digits) => digits.length === 15 && isCard(digits),
    format: template('#### ###### #####'),
  },
  { kind: 'card', matches: isCard, format: (digits) => digits.replace(/(\d{4})(?=\d)/g, '$1 ') },
  { kind: 'cnpj', languages: ['pt'], matches: isCnpj, format: template('##.###.###/####-##') },
  {
    kind: 'phone',
    languages: ['pt'],
    cue: /\b(?:telefone|celular|whatsapp|fone|ligue|ligar|contato)\b/u,
    matches: (digits) => /^[1-9][1-9](?:9\d{8}|[2-5]\d{7})$/.test(digits),
    format: (digits) => template(digits.length === 11 ? '(##) #####-####' : '(##) ####-####')(digits),
  },
  { kind: 'cpf', languages: ['pt'], matches: isCpf, format: template('###.###.###-##') },
  {
    kind: 'cep',
    languages: ['pt'],
    cue: /\bcep\b/u,
    matches: (digits) => digits.length === 8,
    format: template('#####-###'),
  },
  {
    kind: 'phone',
    languages: ['en'],
    cue: /\b(?:phone|telephone|mobile|cell|call|number)\b/u,
    matches: (digits) => /^[2-9]\d{2}[2-9]\d{6}$/.test(digits),
    format: template('###-###-####'),
  },
  {
    kind: 'phone',
    languages: ['es'],
    cue: /\b(?:teléfono|telefono|móvil|movil|celular|llame|llamar|whatsapp)\b/u,
    matches: (digits) => /^[6-9]\d{8}$/.test(digits),
    format: template('###-###-###'),
  },
];

/** Digits, in groups or not, that are no part of a larger written form. */
const DIGITS = /(?<![\p{L}\p{N}.,:/+()-]|[$€£¥] ?)\d(?: ?\d){7,22}(?![\p{L}\p{N}(/@]|[.,:-]\p{N})/gu;
/** How much text before the digits is searched for a cue. */
const CUE_REACH = 60;

/** Groups the digits of identifiers that pass their checks; anything else stays as it is. */
export function formatEntities(text: string, language: string, kinds: readonly EntityKind[]): string {
  const known = ENTITIES.filter(
    ({ kind, languages }) =>
      kinds.includes(kind) && (languages === undefined || languages.includes(language)),
  );
  if (known.length === 0) return text;
  return text.replace(DIGITS, (match: string, offset: number) => {
    const digits = match.replaceAll(' ', '');
    const before = text.slice(Math.max(0, offset - CUE_REACH), offset).toLowerCase();
    const entity = known.find(
      ({ cue, matches }) => matches(digits) && (cue === undefined || cue.test(before)),
    );
    return entity === undefined ? match : entity.format(digits);
  });
}
