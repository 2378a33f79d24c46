import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparableWords, wordErrors } from '#theo/text/word-errors.js';

test.each([
  ["Ask not, my friend's; ASK!", ['ask', 'not', 'my', "friend's", 'ask']],
  ['friend’s', ["friend's"]],
  ['Razão e\u0301', ['razão', 'é']],
  ['cold-hearted', ['cold', 'hearted']],
  ['', []],
  ['… "!"', []],
])('%j has the words %j', (text, words) => {
  expect(comparableWords(text)).toEqual(words);
});

test.each([
  ['a b c', 'a b c', 0],
  ['a b c', 'a x c', 1],
  ['a b c', 'a c', 1],
  ['a b c', 'a b b c', 1],
  ['a b c', '', 3],
  ['', 'a b', 2],
])('between %j and %j: %i', (said, heard, errors) => {
  expect(wordErrors(comparableWords(said), comparableWords(heard))).toBe(errors);
});

test('is a distance: none to itself, the same both ways, and no more than the longer text has words', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  fc.assert(
    fc.property(words, words, (said, heard) => {
      expect(wordErrors(said, said)).toBe(0);
      expect(wordErrors(said, heard)).toBe(wordErrors(heard, said));
      expect(wordErrors(said, heard)).toBeLessThanOrEqual(Math.max(said.length, heard.length));
    }),
  );
});
