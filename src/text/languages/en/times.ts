import { after, afterDigits, all, alone, any, before, not } from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import { twoDigits } from '../../itn/written.ts';
import { AT, BEFORE_STREET, COUNTED, LABELS, PRONOUN, SCORE } from './guards.ts';

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

/** The minutes that were said after the hour. */
function timeAt(found: Found): string | undefined {
  return time(found, found.minute?.value ?? 0);
}

/** The minutes that were said before the hour. */
function timeBefore(found: Found): string | undefined {
  return timeTo(found, found.minute?.value ?? 0);
}

/** Nobody says "seven to nine" for a time of day. */
function timeInFives(found: Found): string | undefined {
  return (found.minute?.value ?? 0) % 5 === 0 ? timeBefore(found) : undefined;
}

/** The minutes of the first time are in `first`, those of the second one in `minute`. */
function timeSpan(found: Found): string | undefined {
  const { hour, first, until, last } = found;
  const end = time({ ...found, hour: last }, found.minute?.value ?? 0);
  return hour && until && end && `${clock(hour.value, first?.value ?? 0)} ${until.text} ${end}`;
}

const TAIL = '[{suffix}] [{zone}]';

/** Times of day. */
export const TIMES: readonly PhraseRule[] = [
  { pattern: `(oh|o|zero) {hour:single} hundred hours ${TAIL}`, write: (found) => time(found, 0) },
  {
    pattern: `(oh|o|zero) {hour:single} {minute:double} hours ${TAIL}`,
    write: timeAt,
  },
  { pattern: 'zero {hour:single} {minute:double}', write: timeAt },
  {
    pattern: `{hour:afternoonHour} {minute:double} hours ${TAIL}`,
    where: any(alone, after('at')),
    write: timeAt,
  },
  {
    pattern: '{hour:lateHour} {minute:double}',
    where: not(before(...COUNTED)),
    write: timeAt,
  },
  { pattern: `{hour} {oclock} ${TAIL}`, write: (found) => time(found, 0) },
  {
    pattern: `{hour:clockHour} (o|oh) {minute:single} ${TAIL}`,
    where: not(any(before(...COUNTED), after(...LABELS), BEFORE_STREET, PRONOUN)),
    write: timeAt,
  },
  {
    pattern: `{hour:clockHour} {minute:double} ${TAIL}`,
    where: not(any(before(...COUNTED), after(...LABELS), BEFORE_STREET, PRONOUN)),
    write: timeAt,
  },
  {
    pattern: '{hour:hour} {minute:double} {suffix} [{zone}]',
    write: timeAt,
  },
  { pattern: '{hour} {minute:double} {zone}', write: timeAt },
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
    write: timeAt,
  },
  {
    pattern: `{minute} (minutes|minute|min|mins) after {hour:clockHour} ${TAIL}`,
    write: timeAt,
  },
  {
    pattern: `{minute:toMinute} after {hour:clockHour} ${TAIL}`,
    where: any(alone, after(...AT)),
    write: timeAt,
  },
  {
    pattern: `{minute} (minutes|minute|min|mins) (to|till|before) {hour:clockHour} ${TAIL}`,
    write: timeBefore,
  },
  {
    pattern: `{minute} (to|till) {hour:clockHour} {suffix} [{zone}]`,
    where: not(after('from', 'between')),
    write: timeInFives,
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
    write: timeInFives,
  },
  { pattern: '{spelledSuffix}', where: afterDigits, write: ({ spelledSuffix }) => spelledSuffix?.text },
];
