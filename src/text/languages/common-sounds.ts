import type { Respelling } from './language.ts';

/** Spellings of one sound in most languages with Latin letters, brought to one letter. */
export const COMMON_SOUNDS: readonly Respelling[] = [
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/ck/g, 'k'],
  [/sh/g, 'x'],
  [/y/g, 'i'],
];
