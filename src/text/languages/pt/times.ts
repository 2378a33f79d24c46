import { after, all, alone, any, before, closes, endsWith, near, not } from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import { twoDigits } from '../../itn/written.ts';
import { goesOn, hourInPart } from '../romance.ts';

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

const MINUTES = '(minutos|minuto)';
const HOURS = '(horas|hora)';
const CLOCK = `{hour} [${HOURS}] [e ({half}|{minute})] [{part}]`;

/** "das oito às dez e meia"; hours below ten alone stay words. */
function timeSpan(found: Found): string | undefined {
  const { from, till, hour, hour2, part, part2 } = found;
  if (from === undefined || till === undefined || hour === undefined || hour2 === undefined) return undefined;
  const minute = found.half?.value ?? found.minute?.value;
  const minute2 = found.half2?.value ?? found.minute2?.value;
  const isClock = (part ?? part2 ?? minute ?? minute2) !== undefined || Math.max(hour.value, hour2.value) > 9;
  if (!isClock) return undefined;
  const firstPart = part ?? (hour.value < hour2.value ? part2 : undefined);
  const start = clock(hourInPart(hour.value, firstPart?.value), minute ?? 0);
  return `${from.text} ${start} ${till.text} ${clock(hourInPart(hour2.value, part2?.value), minute2 ?? 0)}`;
}

/** Times of day, and spans of them. */
export const TIMES: readonly PhraseRule[] = [
  {
    pattern: '{hour} e {half} [{part}]',
    where: not(before('hora', 'horas', 'dúzia')),
    write: (found) => time(found, 30),
  },
  { pattern: '{hour} horas e {half} [{part}]', where: after(...AT), write: (found) => time(found, 30) },
  {
    pattern: `{hour} [${HOURS}] e {minute} [${MINUTES}] [{part}]`,
    where: SAYS_CLOCK,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{hour} [${HOURS}] e {minute} [${MINUTES}] {part}`,
    write: (found) => time(found, found.minute?.value ?? 0),
  },
  {
    pattern: `[{atNoon}] {clockHour:noon} (e ({halfHour}|{minute} [${MINUTES}])|{sharp}) [{part}]`,
    where: any(not(endsWith('meia')), not(before('noite', 'dúzia'))),
    write: ({ atNoon, clockHour, halfHour, minute, sharp }) => {
      const minutes = (halfHour ?? minute ?? sharp)?.value;
      if (clockHour === undefined || minutes === undefined) return undefined;
      return `${atNoon === undefined ? '' : `${atNoon.text} `}${clock(clockHour.value, minutes)}`;
    },
  },
  {
    pattern: `{minute} [${MINUTES}] ((para|pra) (as|a|o)|pra|pras|pro) ({hour}|{hour:noon}) [${HOURS}] [{part}]`,
    where: any(
      alone,
      after(...AT, 'é'),
      all(closes, not(after('de', 'dos', 'das', 'faltam', 'falta', 'faltavam'))),
    ),
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{minute} [${MINUTES}] para ({hour}|{hour:noon}) [${HOURS}] [{part}]`,
    where: any(alone, after(...AT, 'é')),
    write: (found) => timeTo(found, found.minute?.value ?? 0),
  },
  {
    pattern: `{from} ${CLOCK} {till} {hour2:hour} [${HOURS}] [e ({half2:half}|{minute2:minute})] [{part2:part}]`,
    where: any(
      closes,
      endsWith('horas', 'meia', 'manhã', 'tarde', 'noite', 'madrugada'),
      before('de', 'da', 'do', 'e', 'ou', 'com', 'para', 'no', 'na', 'nos', 'nas', 'em', 'todos', 'às'),
    ),
    write: timeSpan,
  },
  {
    pattern: `{hour} [${HOURS}] [em ponto] {part}`,
    where: not(goesOn('e')),
    write: (found) => time(found, 0),
  },
  { pattern: `{hour} [${HOURS}] em ponto`, write: (found) => time(found, 0) },
  {
    pattern: `{hour} ${HOURS}`,
    where: all(
      any(
        after('às', 'à', 'são', 'eram', 'das', 'pelas'),
        all(after('as'), near(2, 'para', 'até', 'desde', 'após')),
      ),
      not(before('de', 'e', 'por', 'depois', 'atrás')),
    ),
    write: (found) => time(found, 0),
  },
];
