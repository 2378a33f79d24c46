import { expect, test } from 'vitest';
import { Finals } from '#theo/engine/remote/finals.js';

const word = { word: 'x', spaceBefore: true, startMs: 0, endMs: 10, probability: 1 };

test('one final is the transcript as it is', () => {
  const only = { text: 'one', language: 'en', languageProbability: 0.9, confidence: 0.25, words: [word] };
  const finals = new Finals();
  finals.add(only);
  expect(finals.total('pt')).toEqual(only);
});

test('where none names a language, it is the one that was asked for', () => {
  const finals = new Finals();
  finals.add({ text: 'um', language: '', languageProbability: 0.9, confidence: 0.25, words: null });
  expect(finals.total('pt').language).toBe('pt');
  finals.add({ text: 'dois', language: '', languageProbability: 0.9, confidence: 0.25, words: null });
  expect(finals.total('pt').language).toBe('pt');
});

test('several are joined; the longer a text, the more its confidence counts', () => {
  const finals = new Finals();
  finals.add({ text: 'abc', language: 'en', languageProbability: 0.9, confidence: 1, words: [word] });
  finals.add({ text: '', language: '', languageProbability: 0.9, confidence: 0, words: null });
  finals.add({ text: 'd', language: '', languageProbability: 0.9, confidence: 0.2, words: [word] });
  expect(finals.total('pt')).toEqual({
    text: 'abc d',
    language: 'en',
    languageProbability: 0,
    confidence: 0.8,
    words: [word, word],
  });
  expect(finals.followedBy('e')).toBe('abc d e');
});

test('none is silence', () => {
  expect(new Finals().total('pt')).toEqual({
    text: '',
    language: 'pt',
    languageProbability: 0,
    confidence: 0,
    words: null,
  });
  expect(new Finals().followedBy('e')).toBe('e');
});
