import { COMMON_SOUNDS } from '../common-sounds.ts';
import type { Respelling } from '../language.ts';
import { ROMANCE_SOUNDS } from '../romance.ts';

/** Spellings of one sound, brought to one letter. */
export const SOUNDS: readonly Respelling[] = [
  [/ç/g, 's'],
  ...COMMON_SOUNDS,
  [/ch/g, 'x'],
  [/lh/g, 'l'],
  [/nh/g, 'n'],
  ...ROMANCE_SOUNDS,
  [/w/g, 'v'],
  [/h/g, ''],
  [/l(?![aeiou])/g, 'u'],
  [/n(?![aeiou])/g, 'm'],
];
