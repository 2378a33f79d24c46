import { expect, test } from 'vitest';
import { readLanguage } from '#theo/protocol/language.js';

test.each([
  ['en', 'en'],
  ['EN', 'en'],
  ['pt-BR', 'pt'],
  ['pt_br', 'pt'],
  ['zh-Hant-TW', 'zh'],
  ['haw', 'haw'],
  ['auto', null],
  ['mixed', null],
])('%j is the language %j', (text, language) => {
  expect(readLanguage(text)).toBe(language);
});

test.each([
  '',
  'e',
  'english',
  'en ',
  'en\n',
  'en-',
  '-en',
  'autoo',
  'p1',
  'pt--br',
  `en${'-abc'.repeat(50)}`,
])('%j is none', (text) => {
  expect(readLanguage(text)).toBeUndefined();
});
