import { COMMON_SOUNDS } from '../common-sounds.ts';
import type { Respelling } from '../language.ts';
import { ROMANCE_SOUNDS } from '../romance.ts';

/** Spellings of one sound, brought to one letter. */
export const SOUNDS: readonly Respelling[] = [
  ...COMMON_SOUNDS,
  [/ll/g, 'i'],
  [/ch/g, 'x'],
  ...ROMANCE_SOUNDS,
  [/v|w/g, 'b'],
  [/h/g, ''],
];
