import {
  after,
  all,
  alone,
  any,
  before,
  beforeName,
  closes,
  endsWith,
  not,
  whole,
} from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import { romanNumeral, twoDigits } from '../../itn/written.ts';
import { hourInPart, isClearDate } from '../romance.ts';
import { COMMON_WORDS } from './common-words.ts';

const clock = (article: string, hour: number, minute: number): string =>
  `${article} ${hour % 24}:${twoDigits(minute)}`;

function article(hour: number): string {
  return hour % 24 === 1 ? 'la' : 'las';
}

function time(found: Found, minute: number): string | undefined {
  const { the, hour, part, suffix } = found;
  if (hour === undefined) return undefined;
  const value = hourInPart(hour.value, part?.value);
  const written = clock(the?.text ?? article(hour.value), value, minute);
  return suffix === undefined ? written : `${written} ${suffix.text}`;
}

/** `minute` minutes before the hour. */
function timeTo(found: Found, minute: number): string | undefined {
  const hour = found.hour;
  if (hour === undefined) return undefined;
  const value = found.part === undefined && hour.value <= 1 ? 12 - (1 - hour.value) : (hour.value + 23) % 24;
  const { the: _, ...rest } = found;
  return time({ ...rest, hour: { ...hour, value } }, 60 - minute);
}

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
const TAIL = '[({part}|{suffix})]';

/** "los dos cuartos" */
const areRooms = all(endsWith('cuartos'), after('los', 'estos', 'esos', 'mis', 'tus', 'sus'));

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
  // Times.
  { pattern: `{the} {hour} y {quarter} ${TAIL}`, write: (found) => time(found, found.quarter?.value ?? 0) },
  {
    pattern: `{the} {hour} [horas] [y|con] {minute} [(minutos|minuto)] ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{the} {hour} cero {minute:single} ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{the} {hour} menos (cuarto|{minute} [(minutos|minuto)]) ${TAIL}`,
    write: (found) => timeTo(found, found.minute?.value ?? 15),
  },
  {
    pattern: `([un] cuarto|{minute} [(minutos|minuto)]) para {the} {hour} ${TAIL}`,
    where: not(after('faltan', 'falta', 'faltaban')),
    write: (found) => timeTo(found, found.minute?.value ?? 15),
  },
  { pattern: `{the} {hour} [horas] en punto ${TAIL}`, write: (found) => time(found, 0) },
  { pattern: '{the} {hour} [horas] ({part}|{suffix})', write: (found) => time(found, 0) },
  {
    pattern: '{the} {hour} horas',
    where: after('a', 'son', 'desde', 'hasta'),
    write: (found) => time(found, 0),
  },
  // Fractions.
  {
    pattern: '{whole} y {fraction}',
    write: ({ whole, fraction }) =>
      whole && fraction && fraction.value < 1 ? `${whole.text} ${fraction.text}` : undefined,
  },
  {
    pattern: '{fraction}',
    where: any(alone, not(any(endsWith('cuarto', 'quinto', 'sexto', 'séptimo', 'octavo'), areRooms))),
    write: ({ fraction }) => fraction?.text,
  },
  {
    pattern: '{age} {century}',
    write: ({ age, century }) => age && century && `${age.text} ${romanNumeral(century.value)}`,
  },
  {
    pattern: '{whole} con {cents}',
    where: closes,
    write: ({ whole, cents }) => whole && cents && `${whole.text},${cents.value}`,
  },
  // Ordinals.
  { pattern: '{ordinal}', write: ({ ordinal }) => (ordinal && ordinal.value > 9 ? ordinal.text : undefined) },
  {
    pattern: '{title}',
    where: any(whole, beforeName(COMMON_WORDS, 'presidente')),
    write: ({ title }) => title?.text,
  },
  { pattern: '{short}', write: ({ short }) => short?.text },
];
