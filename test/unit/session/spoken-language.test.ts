import { expect, it } from 'vitest';
import type { Transcript } from '#theo/engine/types.js';
import { SpokenLanguage } from '#theo/session/spoken-language.js';

const second = 16_000;
const portuguese: Transcript = {
  text: 'boa tarde',
  language: 'pt',
  languageProbability: 0.95,
  confidence: 0.9,
  words: null,
};
const italian = { ...portuguese, text: 'sì', language: 'it' };

it('is not known before somebody has spoken', () => {
  expect(new SpokenLanguage().expected).toBeNull();
});

it('is that of the last speech that was long and clear enough', () => {
  const spoken = new SpokenLanguage();
  spoken.note(italian, 0.4 * second);
  expect(spoken.expected).toBeNull();
  spoken.note(portuguese, 3 * second);
  expect(spoken.expected).toBe('pt');
  spoken.note(italian, 0.4 * second);
  spoken.note({ ...italian, languageProbability: 0.3 }, 3 * second);
  spoken.note({ ...italian, text: '' }, 3 * second);
  spoken.note({ ...italian, language: '' }, 3 * second);
  expect(spoken.expected).toBe('pt');
  spoken.note(italian, 3 * second);
  expect(spoken.expected).toBe('it');
});

it('is not known any more once it was forgotten', () => {
  const spoken = new SpokenLanguage();
  spoken.note(portuguese, 3 * second);
  spoken.forget();
  expect(spoken.expected).toBeNull();
});
