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
import type { Guard } from '../../itn/rule.ts';
import { romanNumeral } from '../../itn/written.ts';
import { isClearDate } from '../romance.ts';
import { COMMON_WORDS } from './common-words.ts';
import { IS_SIGN } from './guards.ts';
import { TIMES } from './times.ts';

function date({ day, month, year }: Found): string | undefined {
  if (day === undefined || month === undefined) return undefined;
  return `${day.value} de ${month.text}${year === undefined ? '' : ` de ${year.text}`}`;
}

/** Dates in numbers, as "treinta y uno del doce". */
function numericDate({ day, monthNumber, year }: Found): string | undefined {
  if (day === undefined || monthNumber === undefined) return undefined;
  return `${day.value}/${monthNumber.value}${year === undefined ? '' : `/${year.text}`}`;
}

/** After these a number was the beginning of a larger one. */
const LARGE = ['mil', 'millón', 'millones', 'coma', 'punto', 'por'];

const YEAR = '[(de|del|del año) {year}]';
/** "los dos cuartos", "una casa de dos cuartos" */
const areRooms = all(
  endsWith('cuartos'),
  any(
    after('los', 'estos', 'esos', 'mis', 'tus', 'sus'),
    all(after('de', 'tiene', 'hay', 'con'), not(before('de'))),
  ),
);

/** "un décimo de lotería" */
const areTickets: Guard = all(endsWith('décimo', 'décimos'), (document, _start, end) =>
  ['loteria', 'navidad'].includes(document.key(end + 1) ?? ''),
);

function mixed({ whole, fraction }: Found): string | undefined {
  return whole && fraction && fraction.value < 1 ? `${whole.text} ${fraction.text}` : undefined;
}

function negative(number: string | undefined): string | undefined {
  return number === undefined ? undefined : `-${number}`;
}

const PAYS =
  'cuesta cuestan costó costaba costar costaría pagué pago paga pagó cobra cobró cobraron vale valía'.split(
    ' ',
  );

/** "cuesta", "cuesta solo", "el precio es", "sale a" */
const SAYS_PRICE = any(
  after(...PAYS),
  all(after('solo', 'sólo', 'apenas', 'por', 'a', 'unos'), near(2, ...PAYS, 'sale', 'salió', 'salir')),
  all(after('es', 'era', 'fue', 'de', 'está', 'a'), near(8, 'precio')),
);

const PRICE_FOLLOWERS = 'a el la los las cada por en y pero hoy ayer ahora aquí solo'.split(' ');

/** What is written by pattern. */
export const PHRASES: readonly PhraseRule[] = [
  // Dates.
  {
    pattern: `({day}|{day:firstDay}) de {month} ${YEAR}`,
    where: not(after('calle', 'avenida', 'plaza')),
    write: date,
  },
  {
    pattern: '{month} (de|del) {year}',
    write: ({ month, year }) => month && year && `${month.text} de ${year.text}`,
  },
  {
    pattern:
      '[cero] {day} (barra|diagonal) [cero] {monthNumber} [(barra|diagonal) ({year}|{year:shortYear})]',
    write: numericDate,
  },
  {
    pattern: '{day} del [cero] {monthNumber} [(de|del) {year}]',
    where: all(any(alone, after('día')), not(before(...LARGE))),
    write: numericDate,
  },
  {
    pattern: '{day} del [cero] {monthNumber} [(de|del) {year}]',
    where: not(before(...LARGE)),
    write: (found) => (isClearDate(found) ? numericDate(found) : undefined),
  },
  ...TIMES,
  // Fractions.
  {
    pattern: '{tens} y un {oneOf}',
    write: ({ tens, oneOf }) => tens && oneOf && `${tens.value} 1/${oneOf.value}`,
  },
  {
    pattern: '{whole} y {fraction}',
    write: (found) => mixed(found),
  },
  {
    pattern: 'menos {whole} y {fraction}',
    where: IS_SIGN,
    write: (found) => negative(mixed(found)),
  },
  { pattern: 'menos {fraction}', where: IS_SIGN, write: ({ fraction }) => negative(fraction?.text) },
  {
    pattern: '{fraction}',
    where: any(
      alone,
      not(any(endsWith('cuarto', 'quinto', 'sexto', 'séptimo', 'octavo'), areRooms, areTickets)),
    ),
    write: ({ fraction }) => fraction?.text,
  },
  {
    pattern: '{count:whole} {tenths}',
    where: before('de'),
    write: ({ count, tenths }) => count && tenths && `${count.text}/${tenths.value}`,
  },
  {
    pattern: '{age} {century}',
    write: ({ age, century }) => age && century && `${age.text} ${romanNumeral(century.value)}`,
  },
  {
    pattern: '{age} {ordinal}',
    write: ({ age, ordinal }) =>
      age && ordinal && ordinal.value < 40 ? `${age.text} ${romanNumeral(ordinal.value)}` : undefined,
  },
  // Prices said without the names of their parts.
  {
    pattern: '{whole} con {cents}',
    where: any(closes, SAYS_PRICE),
    write: ({ whole, cents }) => whole && cents && `${whole.text},${cents.value}`,
  },
  {
    pattern: '{whole} {cents}',
    where: all(SAYS_PRICE, any(closes, before(...PRICE_FOLLOWERS))),
    write: ({ whole, cents }) => whole && cents && `${whole.text},${cents.value}`,
  },
  {
    pattern: '{whole} {cents}',
    where: any(
      all(after('mide', 'mido', 'miden', 'medía'), closes),
      beforePhrase(['de'], ['altura', 'alto']),
    ),
    write: ({ whole, cents }) =>
      whole && cents && whole.value < 3 ? `${whole.text},${cents.value} m` : undefined,
  },
  {
    pattern: '{whole} de cada {all:whole}',
    write: ({ whole, all }) =>
      whole && all && all.value > 9 ? `${whole.text} de cada ${all.text}` : undefined,
  },
  {
    pattern: '{whole} [con] {cents} {currency}',
    where: SAYS_PRICE,
    write: ({ whole, cents, currency }) =>
      whole && cents && currency && `${currency.text}${whole.text},${cents.value}`,
  },
  // "Diez quince euros" are about so many.
  {
    pattern: '{whole} [con] {cents} {currency}',
    where: not(after('entre')),
    write: ({ whole, cents, currency }) =>
      whole && cents && currency && !(whole.value % 5 === 0 && cents.value % 5 === 0)
        ? `${currency.text}${whole.text},${cents.value}`
        : undefined,
  },
  {
    pattern: '{oneUnit} y (medio|media)',
    where: all(not(afterDigits), any(closes, before('de', 'del', 'por', 'para', 'en', 'y', 'o'))),
    write: ({ oneUnit }) => oneUnit && `1,5 ${oneUnit.text}`,
  },
  // Ordinals below ten stay words but where they number something.
  {
    pattern: '{ordinal}',
    where: not(any(before('parte', 'partes'), areTickets)),
    write: ({ ordinal }) => (ordinal && ordinal.value > 9 ? ordinal.text : undefined),
  },
  {
    pattern: '{ordinal} {floor}',
    where: any(endsWith('piso'), alone, near(2, 'en', 'a', 'hasta', 'desde', 'es')),
    write: ({ ordinal, floor }) => ordinal && floor && `${ordinal.text} ${floor.text}`,
  },
  {
    pattern: '{ordinal} {numbered}',
    where: not(before('de', 'del', 'que')),
    write: ({ ordinal, numbered }) => ordinal && numbered && `${ordinal.text} ${numbered.text}`,
  },
  {
    pattern: '{listed} {ordinal}',
    write: ({ listed, ordinal }) => listed && ordinal && `${listed.text} ${ordinal.text}`,
  },
  {
    pattern: '{title}',
    where: any(whole, beforeName(COMMON_WORDS, 'presidente')),
    write: ({ title }) => title?.text,
  },
  { pattern: '{short}', write: ({ short }) => short?.text },
];
