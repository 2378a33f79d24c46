import {
  after,
  afterDigits,
  all,
  alone,
  any,
  before,
  beforeName,
  closes,
  endsWith,
  not,
  opens,
  startsWith,
  touched,
  whole,
} from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import type { Guard } from '../../itn/rule.ts';
import { twoDigits } from '../../itn/written.ts';
import { COMMON_WORDS } from './common-words.ts';
import {
  AT,
  BELOW_TEN,
  COUNTED,
  DATE_ENDS,
  DETERMINERS,
  LABELS,
  NUMBERED,
  PRICE,
  PRONOUN,
  SCORE,
  SECONDS,
} from './guards.ts';

const clock = (hour: number, minute: number): string => `${twoDigits(hour)}:${twoDigits(minute)}`;

function time(found: Found, minute: number): string | undefined {
  const hour = found.hour?.value;
  if (hour === undefined) return undefined;
  const { suffix, zone } = found;
  return [clock(hour, minute), suffix?.text, zone?.text].filter((part) => part !== undefined).join(' ');
}

/** `minute` minutes before the hour. */
function timeTo(found: Found, minute: number): string | undefined {
  const hour = found.hour;
  if (hour === undefined) return undefined;
  const value = hour.value <= 1 ? 12 - (1 - hour.value) : hour.value - 1;
  return time({ ...found, hour: { ...hour, value } }, 60 - minute);
}

/** The minutes of the first time are in `first`, those of the second one in `minute`. */
function timeSpan(found: Found): string | undefined {
  const { hour, first, until, last } = found;
  const end = time({ ...found, hour: last }, found.minute?.value ?? 0);
  return hour && until && end && `${clock(hour.value, first?.value ?? 0)} ${until.text} ${end}`;
}

function monthFirst({ month, day, year }: Found): string | undefined {
  if (month === undefined || day === undefined) return undefined;
  return `${month.text} ${day.value}${year === undefined ? '' : ` ${year.text}`}`;
}

function dayFirst({ month, day, year }: Found): string | undefined {
  if (month === undefined || day === undefined) return undefined;
  return `${day.value} ${month.text}${year === undefined ? '' : ` ${year.text}`}`;
}

/** "one fifth" is a fraction only in clear company ("one fifth of"); "two fifths" always is. */
const FRACTION = all(
  not(touched),
  any(
    (document, _start, end) => document.key(end - 1)?.endsWith('s') === true,
    closes,
    before('of', 'the', 'a', 'as'),
  ),
);

const STREETS = /^(?:street|avenue|road|drive|lane|boulevard|st\.|ave|court|highway)$/;
/** "twelve forty five main street": the name of the street may have two words. */
const beforeStreet: Guard = (document, _start, end) =>
  [end + 1, end + 2].some(
    (position) => position < document.runEnd(end - 1) && STREETS.test(document.key(position) ?? ''),
  );

const TAIL = '[{suffix}] [{zone}]';

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

/** Dates, times and all else that is said in fixed patterns. */
export const PHRASES: readonly PhraseRule[] = [
  // Dates.
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
  // Times.
  { pattern: `(oh|o|zero) {hour:single} hundred hours ${TAIL}`, write: (found) => time(found, 0) },
  {
    pattern: `(oh|o|zero) {hour:single} {minute:double} hours ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  { pattern: 'zero {hour:single} {minute:double}', write: (found) => time(found, found.minute?.value ?? 0) },
  {
    pattern: `{hour:afternoonHour} {minute:double} hours ${TAIL}`,
    where: any(alone, after('at')),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{hour:lateHour} {minute:double}',
    where: not(before(...COUNTED)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  { pattern: `{hour} {oclock} ${TAIL}`, write: (found) => time(found, 0) },
  {
    pattern: `{hour:clockHour} (o|oh) {minute:single} ${TAIL}`,
    where: not(any(before(...COUNTED), after(...LABELS), beforeStreet, PRONOUN)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{hour:clockHour} {minute:double} ${TAIL}`,
    where: not(any(before(...COUNTED), after(...LABELS), beforeStreet, PRONOUN)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: '{hour:hour} {minute:double} {suffix} [{zone}]',
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  { pattern: '{hour} {minute:double} {zone}', write: (found) => time(found, found.minute?.value ?? 0) },
  { pattern: '{hour} {suffix} [{zone}]', where: not(before('i')), write: (found) => time(found, 0) },
  { pattern: '{hour} {zone}', write: (found) => time(found, 0) },
  { pattern: `half past {hour:clockHour} ${TAIL}`, write: (found) => time(found, 30) },
  { pattern: `[a] quarter (past|after) {hour:clockHour} ${TAIL}`, write: (found) => time(found, 15) },
  { pattern: `[a] quarter (to|till|before) {hour:clockHour} ${TAIL}`, write: (found) => timeTo(found, 15) },
  {
    pattern: `[a] quarter of {hour:clockHour} ${TAIL}`,
    where: any(alone, after('at', 'by', 'until')),
    write: (found) => timeTo(found, 15),
  },
  {
    pattern: `{minute} [(minutes|minute|min|mins)] past {hour:clockHour} ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} (minutes|minute|min|mins) after {hour:clockHour} ${TAIL}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute:toMinute} after {hour:clockHour} ${TAIL}`,
    where: any(alone, after(...AT)),
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} (minutes|minute|min|mins) (to|till|before) {hour:clockHour} ${TAIL}`,
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} (to|till) {hour:clockHour} {suffix} [{zone}]`,
    where: not(after('from', 'between')),
    write: (found) =>
      (found.minute?.value ?? 0) % 5 === 0 ? timeTo(found, found.minute?.value ?? 0) : undefined,
  },
  // From one time to another: both look alike.
  {
    pattern: '{hour:clockHour} {until} {last:clockHour} [{minute:double}] {suffix} [{zone}]',
    write: timeSpan,
  },
  {
    pattern: '{hour:clockHour} {until:and} {last:clockHour} [{minute:double}] {suffix} [{zone}]',
    where: after('between'),
    write: timeSpan,
  },
  {
    pattern: '{hour:clockHour} {until} {last:clockHour} {minute:double}',
    where: all(after('from', 'between', 'open'), not(before(...COUNTED))),
    write: timeSpan,
  },
  {
    pattern:
      '{hour:clockHour} ({first:double}|{oclock}) ({until}|{until:and}) {last:clockHour} [{minute:double}] [{suffix}] [{zone}]',
    where: all(after('from', 'between', 'open'), not(before(...COUNTED))),
    write: timeSpan,
  },
  {
    // "nine to five" is no time of day.
    pattern: '{minute:toMinute} (to|till) {hour:clockHour}',
    where: all(any(alone, after(...AT)), not(after('from')), not(SCORE)),
    write: (found) =>
      (found.minute?.value ?? 0) % 5 === 0 ? timeTo(found, found.minute?.value ?? 0) : undefined,
  },
  {
    pattern: '{spelled}',
    where: any(after(...LABELS), beforeStreet),
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
  { pattern: '{spelledSuffix}', where: afterDigits, write: ({ spelledSuffix }) => spelledSuffix?.text },
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
