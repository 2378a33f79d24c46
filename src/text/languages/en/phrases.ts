import {
  after,
  all,
  any,
  before,
  beforeName,
  closes,
  not,
  opens,
  startsWith,
  touched,
  whole,
} from '../../itn/guards.ts';
import type { PhraseRule } from '../../itn/phrase-rule.ts';
import { COMMON_WORDS } from './common-words.ts';
import { DATES } from './dates.ts';
import { BEFORE_STREET, BELOW_TEN, COUNTED, LABELS, NUMBERED, PRICE, PRONOUN, SECONDS } from './guards.ts';
import { TIMES } from './times.ts';

/** "one fifth" is a fraction only in clear company ("one fifth of"); "two fifths" always is. */
const FRACTION = all(
  not(touched),
  any(
    (document, _start, end) => document.key(end - 1)?.endsWith('s') === true,
    closes,
    before('of', 'the', 'a', 'as'),
  ),
);

/** Dates, times and all else that is said in fixed patterns. */
export const PHRASES: readonly PhraseRule[] = [
  ...DATES,
  // Prices; they look like times.
  {
    pattern: '{hundreds} {minute:cents}',
    where: PRICE,
    write: ({ hundreds, minute }) => hundreds && minute && `$${hundreds.text}.${minute.value}`,
  },
  {
    pattern: '{whole} {minute:cents}',
    where: PRICE,
    write: ({ whole, minute }) => whole && minute && `$${whole.text}.${minute.value}`,
  },
  {
    pattern: '{whole} (oh|o) {minute:single}',
    where: PRICE,
    write: ({ whole, minute }) => whole && minute && `$${whole.text}.0${minute.value}`,
  },
  ...TIMES,
  // Rooms, shares and heights.
  {
    pattern: '{spelled}',
    where: any(after(...LABELS), BEFORE_STREET),
    write: ({ spelled }) => spelled?.text,
  },
  { pattern: 'twenty twenty', where: before('vision', 'hindsight'), write: () => '20/20' },
  { pattern: 'fifty fifty', write: () => '50-50' },
  {
    pattern: '{part:whole} (in|{out}) {whole}',
    where: not(any(PRONOUN, before(...'seconds minutes hours days weeks months years'.split(' ')))),
    write: ({ part, out, whole }) =>
      part && whole && part.value < whole.value && whole.value > 12 && whole.value < 1e6
        ? `${part.text} ${out?.text ?? 'in'} ${whole.text}`
        : undefined,
  },
  {
    pattern: '{whole} {foot} {inches}',
    where: any(closes, before(...'tall or and but with long wide high'.split(' '))),
    write: ({ whole, inches }) => whole && inches && `${whole.text} ft ${inches.text} in`,
  },
  // Lines of a picture.
  {
    pattern: '{resolution} {lines}',
    write: ({ resolution, lines }) => resolution && lines && resolution.text + lines.text,
  },
  // Years alone.
  {
    pattern: '{year}',
    where: not(before(...COUNTED)),
    write: ({ year }) => year?.text,
  },
  // Ordinals.
  {
    pattern: '{ordinal}',
    where: any(all(BELOW_TEN, any(whole, all(NUMBERED, not(touched)))), not(any(BELOW_TEN, SECONDS))),
    write: ({ ordinal }) => ordinal?.text,
  },
  {
    // Both look alike.
    pattern: '{ordinal} {link} {last:ordinal}',
    where: not(any(SECONDS, touched)),
    write: ({ ordinal, link, last }) =>
      ordinal && link && last && ordinal.value < 10 !== last.value < 10
        ? `${ordinal.text} ${link.text} ${last.text}`
        : undefined,
  },
  {
    pattern: '{ordinal} {link} {last:ordinal}',
    where: all(NUMBERED, not(touched)),
    write: ({ ordinal, link, last }) =>
      ordinal && link && last && `${ordinal.text} ${link.text} ${last.text}`,
  },
  // Fractions.
  {
    pattern: '{whole} and {fraction}',
    write: ({ whole, fraction }) =>
      whole && fraction && fraction.value < 1 ? `${whole.text} ${fraction.text}` : undefined,
  },
  { pattern: '{fraction}', where: FRACTION, write: ({ fraction }) => fraction?.text },
  // Words with a usual short form.
  {
    pattern: '{title}',
    where: any(whole, beforeName(COMMON_WORDS)),
    write: ({ title }) => title?.text,
  },
  { pattern: '{mister}', where: any(whole, not(closes)), write: ({ mister }) => mister?.text },
  {
    pattern: '{short}',
    where: not(all(startsWith('for'), any(closes, not(opens)))),
    write: ({ short }) => short?.text,
  },
];
