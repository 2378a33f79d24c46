import {
  after,
  all,
  alone,
  any,
  before,
  beforeName,
  closes,
  endsWith,
  near,
  not,
  whole,
} from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import { romanNumeral, twoDigits } from '../../itn/written.ts';
import { hourInPart, isClearDate } from '../romance.ts';
import { COMMON_WORDS } from './common-words.ts';

const AT = ['às', 'as', 'à', 'das', 'pelas', 'são', 'eram', 'até', 'umas', 'após'];
const SAYS_CLOCK = any(alone, after(...AT));

const clock = (hour: number, minute: number): string => `${twoDigits(hour % 24)}:${twoDigits(minute)}`;

function time(found: Found, minute: number): string | undefined {
  const hour = found.hour?.value;
  return hour === undefined ? undefined : clock(hourInPart(hour, found.part?.value), minute);
}

/** `minute` minutes before the hour. */
function timeTo(found: Found, minute: number): string | undefined {
  const hour = found.hour?.value;
  if (hour === undefined) return undefined;
  const before = hour === 1 && found.part === undefined ? 12 : (hour + 23) % 24;
  return clock(hourInPart(before, found.part?.value), 60 - minute);
}

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
  // Times.
  {
    pattern: '{hour} e {half} [{part}]',
    where: not(before('hora', 'horas', 'dúzia')),
    write: (found) => time(found, 30),
  },
  { pattern: '{hour} horas e {half} [{part}]', where: after(...AT), write: (found) => time(found, 30) },
  {
    pattern: '{hour} [(horas|hora)] e {minute} [(minutos|minuto)] [{part}]',
    where: SAYS_CLOCK,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{hour} [(horas|hora)] e {minute} [(minutos|minuto)] {part}',
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{clockHour:noon} e (meia|{minute})',
    write: ({ clockHour, minute }) => clockHour && clock(clockHour.value, minute?.value ?? 30),
  },
  {
    pattern:
      '{minute} [(minutos|minuto)] (para|pra|pras|pro) [(as|a|o)] ({hour}|{hour:noon}) [(hora|horas)] [{part}]',
    where: any(
      alone,
      after(...AT, 'é'),
      all(closes, not(after('de', 'dos', 'das', 'faltam', 'falta', 'faltavam'))),
    ),
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  { pattern: '{hour} [(hora|horas)] [em ponto] {part}', write: (found) => time(found, 0) },
  { pattern: '{hour} [(hora|horas)] em ponto', write: (found) => time(found, 0) },
  {
    pattern: '{hour} (hora|horas)',
    where: all(
      any(
        after('às', 'à', 'são', 'eram', 'das', 'pelas'),
        all(after('as'), near(2, 'para', 'até', 'desde', 'após')),
      ),
      not(before('de', 'e', 'por', 'depois', 'atrás')),
    ),
    write: (found) => time(found, 0),
  },
  // Prices said without the names of their parts.
  {
    pattern: '{whole} e {cents}',
    where: all(
      after('custa', 'custam', 'custou', 'custava', 'paguei', 'pago', 'cobra', 'cobrou', 'cobraram'),
      closes,
    ),
    write: ({ whole, cents }) => whole && cents && `R$ ${whole.text},${cents.value}`,
  },
  // Ordinals.
  { pattern: '{ordinal}', write: ({ ordinal }) => (ordinal && ordinal.value > 9 ? ordinal.text : undefined) },
  {
    pattern: '{fraction}',
    where: any(not(endsWith('quartos')), before('da', 'das', 'do', 'dos')),
    write: ({ fraction }) => fraction?.text,
  },
  {
    pattern: '{age} {century}',
    write: ({ age, century }) => age && century && `${age.text} ${romanNumeral(century.value)}`,
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
