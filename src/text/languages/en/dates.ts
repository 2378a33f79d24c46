import {
  after,
  afterDigits,
  all,
  any,
  before,
  closes,
  endsWith,
  not,
  opens,
  touched,
} from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import type { Guard } from '../../itn/rule.ts';
import { AT, COUNTED, DATE_ENDS, DETERMINERS } from './guards.ts';

function monthFirst({ month, day, year }: Found): string | undefined {
  if (month === undefined || day === undefined) return undefined;
  return `${month.text} ${day.value}${year === undefined ? '' : ` ${year.text}`}`;
}

function dayFirst({ month, day, year }: Found): string | undefined {
  if (month === undefined || day === undefined) return undefined;
  return `${day.value} ${month.text}${year === undefined ? '' : ` ${year.text}`}`;
}

/** "you may first want to" */
const ADVERB: Guard = (document, _start, end) => /^(?:first|second|third)$/.test(document.key(end - 1) ?? '');

/** "you may", "those who march": the verb. */
const MODAL: Guard = all(
  (document, start) => /^(?:may|march)$/.test(document.key(start) ?? ''),
  after('you', 'i', 'we', 'they', 'he', 'she', 'it', 'this', 'that', 'who', 'which', 'one', 'people'),
);

/** "may" and "march" are verbs too: with a plain number they are months only at the end ("on march seven"). */
const MONTH_NAME: Guard = (document, start, end) =>
  !/^(?:may|march)$/.test(document.key(start) ?? '') || closes(document, start, end);

/** Dates, years with their months or eras, and decades. */
export const DATES: readonly PhraseRule[] = [
  {
    pattern: '{month} {day:dayOrdinal} [[of] {year}]',
    where: not(any(all(MODAL, ADVERB), afterDigits)),
    write: monthFirst,
  },
  {
    pattern: '{month} the {day:dayOrdinal} [[of] {year}]',
    where: all(not(any(MODAL, afterDigits)), DATE_ENDS),
    write: monthFirst,
  },
  {
    pattern: '{month} [the] {day:dayOrdinal} {link} {last:dayOrdinal}',
    where: all(not(any(MODAL, afterDigits)), DATE_ENDS),
    write: ({ month, day, link, last }) =>
      month &&
      day &&
      link &&
      last &&
      `${month.text} ${day.value} ${link.text.replace(/ the$/i, '')} ${last.value}`,
  },
  {
    pattern: '{month} {day:dayNumber} {year}',
    where: not(any(afterDigits, before(...COUNTED))),
    write: monthFirst,
  },
  {
    pattern: '{month} {day:dayNumber}',
    where: all(not(before(...COUNTED)), not(MODAL), MONTH_NAME, not(afterDigits)),
    write: monthFirst,
  },
  { pattern: 'the {day:dayNumber} of {month} [[of] {year}]', write: dayFirst },
  { pattern: 'the {day:dayOrdinal} of {month} [[of] {year}]', write: dayFirst },
  { pattern: '{day:dayOrdinal} of {month} [[of] {year}]', write: dayFirst },
  {
    pattern: '{day:dayOrdinal} {month} [{year}]',
    where: all(not(after(...DETERMINERS)), any(closes, not(endsWith('may', 'march')))),
    write: dayFirst,
  },
  {
    pattern: '{weekday} the {day:dayOrdinal}',
    where: DATE_ENDS,
    write: ({ weekday, day }) => weekday && day && `${weekday.text} the ${day.text}`,
  },
  {
    pattern: '{month} [of] {year}',
    write: ({ month, year }) => month && year && `${month.text} ${year.text}`,
  },
  {
    pattern: '{year:century} {decade}',
    write: ({ year, decade }) => year && decade && `${year.value * 100 + decade.value}s`,
  },
  { pattern: '{year:century} hundreds', write: ({ year }) => year && `${year.value}00s` },
  { pattern: 'two thousands', write: () => '2000s' },
  { pattern: '{year:wholeYear} {era}', write: ({ year, era }) => year && era && `${year.text} ${era.text}` },
  {
    pattern: '{eraFirst} {year:wholeYear}',
    where: any(opens, after(...'in year since until from around about before after of'.split(' '))),
    write: ({ year, eraFirst }) => year && eraFirst && `${eraFirst.text} ${year.text}`,
  },
  { pattern: '{age} {era}', write: ({ age, era }) => age && era && `${age.text} ${era.text}` },
  {
    pattern: '{quarter} [of] {year}',
    write: ({ quarter, year }) => quarter && year && `${quarter.text} ${year.text}`,
  },
  {
    pattern: 'nine eleven',
    where: before(
      ...'attack attacks terrorist terrorists memorial commission victims anniversary'.split(' '),
    ),
    write: () => '9/11',
  },
  { pattern: 'seven eleven', where: not(any(after(...AT), touched)), write: () => '7-eleven' },
];
