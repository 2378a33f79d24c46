import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DecodedPiece, type DecodedWord, timedWords } from '#theo/engine/whisper/word-times.js';

const second = 16_000;

function word(text: string, startSeconds: number | null, endSeconds: number | null): DecodedWord {
  return { text, spaceBefore: true, tokens: new Int32Array(), probability: 0.5, startSeconds, endSeconds };
}

test('times count from where the speech begins, not from the silence or the speech before it', () => {
  const behindSilence = [{ words: [word('one', 0.3, 0.5)], audioStartSample: -0.1 * second }];
  expect(timedWords(behindSilence, second)).toEqual([
    { word: 'one', spaceBefore: true, startMs: 200, endMs: 400, probability: 0.5 },
  ]);
  const behindSpeech = [{ words: [word('two', 4.25, 4.5)], audioStartSample: -4 * second }];
  expect(timedWords(behindSpeech, second)).toMatchObject([{ startMs: 250, endMs: 500 }]);
});

test('the pieces of long speech are put one behind the other', () => {
  const pieces = [
    { words: [word('one', 1, 2)], audioStartSample: 0 },
    { words: [word('two', 1, 2)], audioStartSample: 25 * second },
  ];
  expect(timedWords(pieces, 40 * second)).toMatchObject([
    { word: 'one', startMs: 1000, endMs: 2000 },
    { word: 'two', startMs: 26_000, endMs: 27_000 },
  ]);
});

test('a word that is heard in the silence before the speech begins with the speech', () => {
  const pieces = [{ words: [word('one', 0, 0.4)], audioStartSample: -0.1 * second }];
  expect(timedWords(pieces, second)).toMatchObject([{ startMs: 0, endMs: 300 }]);
});

test('without words or without times there are none', () => {
  expect(timedWords([], second)).toBeNull();
  expect(timedWords([{ words: [], audioStartSample: 0 }], second)).toBeNull();
  expect(timedWords([{ words: [word('one', null, null)], audioStartSample: 0 }], second)).toBeNull();
});

test('whatever a decode says, words are in order and inside the speech', () => {
  const seconds = fc.double({ min: -1, max: 40, noNaN: true });
  const words = fc.array(fc.tuple(seconds, seconds).map(([start, end]) => word('x', start, end)));
  const piece: fc.Arbitrary<DecodedPiece> = fc.record({
    words,
    audioStartSample: fc.integer({ min: -30 * second, max: 60 * second }),
  });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 3 }),
      fc.integer({ min: 0, max: 60 * second }),
      (pieces, samples) => {
        let last = 0;
        for (const { startMs, endMs } of timedWords(pieces, samples) ?? []) {
          expect(startMs).toBeGreaterThanOrEqual(last);
          expect(endMs).toBeGreaterThanOrEqual(startMs);
          expect(endMs).toBeLessThanOrEqual(Math.round(samples / 16));
          last = endMs;
        }
      },
    ),
  );
});
