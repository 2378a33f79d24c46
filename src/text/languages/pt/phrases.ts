import type { SlotValue } from '../../itn/document.ts';
import {
  after,
  afterDigits,
  all,
  alone,
  any,
  before,
  beforeName,
  beforePhrase,
  closes,
  endsWith,
  near,
  not,
  whole,
} from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import { romanNumeral, twoDigits } from '../../itn/written.ts';
import { isClearDate } from '../romance.ts';
import { COMMON_WORDS } from './common-words.ts';
import { IS_SIGN } from './guards.ts';
import { TIMES } from './times.ts';

function date({ day, month, year }: Found): string | undefined {
  if (day === undefined || month === undefined) return undefined;
  const ending = year === undefined ? '' : ` de ${year.text}`;
  return `${twoDigits(day.value)} de ${month.text}${ending}`;
}

/** Dates in numbers, as "trinta e um do doze". */
function numericDate({ day, monthNumber, year }: Found): string | undefined {
  if (day === undefined || monthNumber === undefined) return undefined;
  const ending = year === undefined ? '' : `/${year.text}`;
  return `${twoDigits(day.value)}/${twoDigits(monthNumber.value)}${ending}`;
}

const YEAR = '[(de|do ano de|do ano) {year}]';

/** After these a number was the beginning of a larger one. */
const LARGE = ['mil', 'milhão', 'milhões', 'vírgula', 'ponto', 'por'];

/** Ordinals below ten stay words but where they number something. */
function figure(ordinal: SlotValue | undefined): string | undefined {
  return ordinal !== undefined && ordinal.value > 9 ? ordinal.text : undefined;
}

/** "o artigo segundo o autor" */
const SAYS_ACCORDING = all(
  endsWith('segundo'),
  before('o', 'a', 'os', 'as', 'um', 'uma', 'ele', 'ela', 'eles', 'elas'),
);

const PAYS =
  'custa custam custou custava custar custaria paguei pago paga pagou cobra cobrou cobraram vale valia'.split(
    ' ',
  );

/** "custa", "custa só", "o preço é", "sai por" */
const SAYS_PRICE = any(
  after(...PAYS),
  all(after('só', 'apenas', 'por', 'uns'), near(2, ...PAYS, 'sai', 'saiu', 'sair')),
  all(after('é', 'era', 'foi', 'de', 'para', 'está', 'por'), near(8, 'preço')),
);

const PRICE_FOLLOWERS = 'o a os as cada por para no na em e mas hoje ontem agora aqui lá só'.split(' ');

const NOTES: ReadonlySet<number> = new Set([1, 2, 5, 10, 20, 50, 100]);

/** What is written by pattern. */
export const PHRASES: readonly PhraseRule[] = [
  // Dates.
  { pattern: `{day} de {month} ${YEAR}`, where: not(after('rua', 'avenida', 'praça')), write: date },
  {
    pattern: `{first:firstDay} de {month} ${YEAR}`,
    where: not(after('rua', 'avenida', 'praça')),
    write: (found) => date({ ...found, day: found.first }),
  },
  {
    pattern: '{month} de {year}',
    write: ({ month, year }) => month && year && `${month.text} de ${year.text}`,
  },
  {
    pattern: '[zero] {day} barra [zero] {monthNumber} [barra ({year}|{year:shortYear})]',
    write: numericDate,
  },
  {
    pattern: '{day} do [zero] {monthNumber} [(de|do) {year}]',
    where: all(any(alone, after('dia', 'em', 'até', 'desde')), not(before(...LARGE))),
    write: numericDate,
  },
  {
    pattern: '{day} do [zero] {monthNumber} [(de|do) {year}]',
    where: not(before(...LARGE)),
    write: (found) => (isClearDate(found) ? numericDate(found) : undefined),
  },
  ...TIMES,
  // Prices said without the names of their parts.
  {
    pattern: '{whole} e {cents}',
    where: all(SAYS_PRICE, any(closes, before(...PRICE_FOLLOWERS))),
    write: ({ whole, cents }) => whole && cents && `R$ ${whole.text},${cents.value}`,
  },
  {
    pattern: '{whole} e {cents}',
    where: any(all(after('mede', 'meço', 'medem', 'media'), closes), beforePhrase(['de'], ['altura'])),
    write: ({ whole, cents }) =>
      whole && cents && whole.value < 3 ? `${whole.text},${cents.value} m` : undefined,
  },
  {
    pattern: '{whole} em cada {all:whole}',
    write: ({ whole, all }) =>
      whole && all && all.value > 9 ? `${whole.text} em cada ${all.text}` : undefined,
  },
  {
    pattern: '{whole} e {cents} {currency}',
    where: SAYS_PRICE,
    write: ({ whole, cents, currency }) =>
      whole && cents && currency && `${currency.text} ${whole.text},${cents.value}`,
  },
  // "Dez e vinte reais" are two notes.
  {
    pattern: '{whole} e {cents} {currency}',
    where: not(after('entre', 'de')),
    write: ({ whole, cents, currency }) =>
      whole && cents && currency && !(NOTES.has(whole.value) && NOTES.has(cents.value))
        ? `${currency.text} ${whole.text},${cents.value}`
        : undefined,
  },
  {
    pattern: '{oneUnit} e (meio|meia)',
    where: all(
      not(afterDigits),
      any(closes, before('de', 'do', 'da', 'por', 'para', 'em', 'no', 'na', 'e', 'ou')),
    ),
    write: ({ oneUnit }) => oneUnit && `1,5 ${oneUnit.text}`,
  },
  // Ordinals.
  { pattern: '{ordinal}', where: not(before('parte', 'partes')), write: ({ ordinal }) => figure(ordinal) },
  {
    pattern: '{ordinal} {numbered}',
    write: ({ ordinal, numbered }) => ordinal && numbered && `${ordinal.text} ${numbered.text}`,
  },
  {
    pattern: '{ordinal} {street}',
    where: not(before('à', 'de', 'do', 'da', 'que')),
    write: ({ ordinal, street }) => ordinal && street && `${ordinal.text} ${street.text}`,
  },
  {
    pattern: '{listed} {ordinal}',
    where: not(SAYS_ACCORDING),
    write: ({ listed, ordinal }) => listed && ordinal && `${listed.text} ${ordinal.text}`,
  },
  // Fractions.
  {
    pattern: '{tens} e um terço',
    write: ({ tens }) => tens && `${tens.value} 1/3`,
  },
  {
    pattern: '{fraction}',
    where: any(not(endsWith('quartos')), before('da', 'das', 'do', 'dos')),
    write: ({ fraction }) => fraction?.text,
  },
  {
    pattern: '{whole} e {fraction}',
    where: not(endsWith('quartos')),
    write: ({ whole, fraction }) =>
      whole && fraction && fraction.value < 1 ? `${whole.text} ${fraction.text}` : undefined,
  },
  {
    pattern: 'menos {fraction}',
    where: all(IS_SIGN, any(not(endsWith('quartos')), closes)),
    write: ({ fraction }) => fraction && `-${fraction.text}`,
  },
  {
    pattern: 'um {oneOf}',
    where: any(closes, before('de', 'da', 'do', 'das', 'dos')),
    write: ({ oneOf }) => oneOf && `1/${oneOf.value}`,
  },
  {
    pattern: '{age} {century}',
    write: ({ age, century }) => age && century && `${age.text} ${romanNumeral(century.value)}`,
  },
  {
    pattern: '{age} {ordinal}',
    where: not(SAYS_ACCORDING),
    write: ({ age, ordinal }) =>
      age && ordinal && ordinal.value < 40 ? `${age.text} ${romanNumeral(ordinal.value)}` : undefined,
  },
  { pattern: 'zero oitocentos', write: () => '0800' },
  { pattern: '{weekday}', write: ({ weekday }) => weekday?.text },
  {
    pattern: '{title}',
    where: any(whole, beforeName(COMMON_WORDS, 'presidente', 'professor')),
    write: ({ title }) => title?.text,
  },
  { pattern: '{short}', write: ({ short }) => short?.text },
];
