import { after, alone, any, before, closes, endsWith, not, startsWith } from '../../itn/guards.ts';
import type { Found, PhraseRule } from '../../itn/phrase-rule.ts';
import { twoDigits } from '../../itn/written.ts';
import { goesOn, hourInPart } from '../romance.ts';

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
  const value = found.part === undefined && hour.value === 1 ? 12 : (hour.value + 23) % 24;
  const { the: _, ...rest } = found;
  return time({ ...rest, hour: { ...hour, value } }, 60 - minute);
}

const TAIL = '[({part}|{suffix})]';
const MINUTES = '(minutos|minuto)';
const CLOCK = '{the} {hour} [horas] [y ({quarter}|{minute})] [{part}]';

/** A time without its article. */
function bare(time: string | undefined): string | undefined {
  return time?.slice(time.indexOf(' ') + 1);
}

/** "de las ocho a las diez y media"; hours below ten alone stay words. */
function timeSpan(found: Found): string | undefined {
  const { from, the, hour, part, till, the2, hour2, part2 } = found;
  if (!from || !the || !hour || !till || !the2 || !hour2) return undefined;
  const minute = (found.quarter ?? found.minute)?.value;
  const minute2 = (found.quarter2 ?? found.minute2)?.value;
  const isClock = (part ?? part2 ?? minute ?? minute2) !== undefined || Math.max(hour.value, hour2.value) > 9;
  if (!isClock) return undefined;
  const firstPart = part ?? (hour.value < hour2.value ? part2 : undefined);
  const start = clock(the.text, hourInPart(hour.value, firstPart?.value), minute ?? 0);
  const end = clock(the2.text, hourInPart(hour2.value, part2?.value), minute2 ?? 0);
  return `${from.text} ${start} ${till.text} ${end}`;
}

/** Times of day, and spans of them. */
export const TIMES: readonly PhraseRule[] = [
  {
    pattern: `{the} {hour} (y {quarter}|[horas] [y|con] {minute} [${MINUTES}]|cero {minute:single}) ${TAIL}`,
    write: (found) => time(found, (found.quarter ?? found.minute)?.value ?? 0),
  },
  {
    pattern: `{the} {hour} menos (cuarto|{minute} [${MINUTES}]) ${TAIL}`,
    write: (found) => timeTo(found, found.minute?.value ?? 15),
  },
  {
    pattern: `([un] cuarto|{minute} [${MINUTES}]) para {the} {hour} [horas] ${TAIL}`,
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
  // The article may be left out where the part of the day is said.
  {
    pattern: `{hour} [y|con] ({quarter}|{minute} [${MINUTES}]) ({part}|{suffix})`,
    write: (found) => bare(time(found, (found.quarter ?? found.minute)?.value ?? 0)),
  },
  {
    pattern: '{hour} y {quarter}',
    where: alone,
    write: (found) => bare(time(found, found.quarter?.value ?? 0)),
  },
  {
    pattern: `{hour} menos (cuarto|{minute} [${MINUTES}]) ({part}|{suffix})`,
    write: (found) => bare(timeTo(found, found.minute?.value ?? 15)),
  },
  {
    pattern: '{hour} ({part}|{suffix})',
    where: not(any(startsWith('un', 'uno', 'una'), goesOn('y'))),
    write: (found) => bare(time(found, 0)),
  },
  {
    pattern: `{from} ${CLOCK} {till} {the2:the} {hour2:hour} [horas] [y ({quarter2:quarter}|{minute2:minute})] [{part2:part}]`,
    where: any(
      closes,
      endsWith('horas', 'media', 'cuarto', 'mañana', 'tarde', 'noche', 'madrugada', 'mediodía'),
      before('de', 'del', 'y', 'o', 'con', 'para', 'en', 'todos', 'a'),
    ),
    write: timeSpan,
  },
];
