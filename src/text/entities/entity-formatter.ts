import { languageFor } from '../languages/languages.ts';
import { isCard } from './check-digits.ts';
import { type EntityKind, groups, type IdentifierSpec } from './identifier.ts';

const CARDS: readonly IdentifierSpec[] = [
  {
    kind: 'card',
    matches: (digits) => digits.length === 15 && isCard(digits),
    format: groups('#### ###### #####'),
  },
  { kind: 'card', matches: isCard, format: (digits) => digits.replace(/(\d{4})(?=\d)/g, '$1 ') },
];

/** Digits, in groups or not, that are no part of a larger written form. */
const DIGITS = /(?<![\p{L}\p{N}.,:/+()-]|[$€£¥] ?)\d(?: ?\d){7,22}(?![\p{L}\p{N}(/@]|[.,:-]\p{N})/gu;
/** How much text before the digits is searched for a cue. */
const CUE_REACH = 60;

/** Groups the digits of identifiers that pass their checks; anything else stays as it is. `language` is a BCP 47 tag. */
export function formatEntities(text: string, language: string, kinds: readonly EntityKind[]): string {
  const identifiers = [...CARDS, ...(languageFor(language)?.identifiers ?? [])];
  const known = identifiers.filter(({ kind }) => kinds.includes(kind));
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
