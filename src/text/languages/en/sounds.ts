import { COMMON_SOUNDS } from '../common-sounds.ts';
import type { Respelling } from '../language.ts';

/** Spellings of one sound, brought to one letter. */
export const SOUNDS: readonly Respelling[] = [
  ...COMMON_SOUNDS,
  [/^(?:kn|gn)/, 'n'],
  [/^wr/, 'r'],
  [/^wh/, 'w'],
  [/gh(?![aeiou])/g, ''],
  [/t?ch/g, 'x'],
  [/ti(?=on|an|a)/g, 'x'],
  [/dg(?=[ei])|g(?=[ei])/g, 'j'],
  [/c(?=[ei])/g, 's'],
  [/qu?/g, 'k'],
  [/c/g, 'k'],
  [/z/g, 's'],
  [/(?<=.)h/g, ''],
  [/e$/, ''],
  [/[aeiou]+/g, 'a'],
];
