/** Identifiers that can be formatted. */
export const ENTITY_KINDS = ['cpf', 'cnpj', 'cep', 'phone', 'card'] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

/** How an identifier is told from other digits, and how it is written. */
export interface IdentifierSpec {
  readonly kind: EntityKind;
  /** What must be said before it, if digits alone do not tell. */
  readonly cue?: RegExp;
  readonly matches: (digits: string) => boolean;
  readonly format: (digits: string) => string;
}

/** Writes digits in place of the signs # of a template. */
export const groups =
  (template: string) =>
  (digits: string): string => {
    let at = 0;
    return template.replace(/#/g, () => digits[at++] ?? '');
  };
