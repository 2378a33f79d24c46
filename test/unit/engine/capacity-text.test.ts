import { expect, it } from 'vitest';
import { capacityText } from '#theo/engine/capacity-text.js';

const quick = { firstTextMs: 377, peopleAtOnce: 6, partialMs: 60, secondsPerFileSecond: 0.07 };

it('tells when the first text comes and how many people can talk at once', () => {
  expect(capacityText('whisper-base', quick)).toBe(
    'whisper-base here: first text about 380 ms, 6 people at once',
  );
  expect(capacityText('whisper-small', { ...quick, firstTextMs: 1_240, peopleAtOnce: 1 })).toBe(
    'whisper-small here: first text about 1.2 s, 1 person at once',
  );
});

it('says plainly that a model is too slow for live speech, and what it is good for', () => {
  const slow = { firstTextMs: 12_000, peopleAtOnce: 0, partialMs: 9_020, secondsPerFileSecond: 2.4 };
  expect(capacityText('whisper-large-v3', slow)).toBe(
    'whisper-large-v3 here: too slow for live speech (a partial takes 9.0 s); files take 2.4x real time',
  );
});
