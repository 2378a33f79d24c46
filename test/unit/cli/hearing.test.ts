import { expect, test } from 'vitest';
import { hearingOf, wordsWrong } from '#theo/cli/hearing.js';
import type { TimedEvent } from '#theo/client/node/stream-audio.js';

const partial = (segment_id: number, text: string, atMs: number): TimedEvent => ({
  event: { type: 'transcript.partial', text, segment_id, timestamp_ms: 0 },
  atMs,
});
const final = (
  segment_id: number,
  text: string,
  spokenMs: readonly [number, number],
  atMs: number,
): TimedEvent => ({
  event: {
    type: 'transcript.final',
    text,
    segment_id,
    start_ms: spokenMs[0],
    end_ms: spokenMs[1],
    language: 'en',
    confidence: 0.9,
    words: null,
  },
  atMs,
});

test('the first text counts from the first speech, the final from the end of the slowest utterance', () => {
  const events = [
    partial(0, 'ask', 480),
    partial(0, 'ask not', 700),
    final(0, 'Ask not.', [200, 900], 1_250),
    partial(1, 'what', 2_000),
    final(1, 'What.', [1_500, 2_400], 2_900),
  ];
  expect(hearingOf(events)).toEqual({ text: 'Ask not. What.', firstTextMs: 280, slowestFinalMs: 500 });
});

test('without partials the final is the first text', () => {
  const events = [final(0, 'Ask not.', [200, 900], 1_250)];
  expect(hearingOf(events)).toEqual({ text: 'Ask not.', firstTextMs: 1_050, slowestFinalMs: 350 });
});

test('an utterance that came to nothing does not count', () => {
  const events = [partial(0, 'hm', 300), final(0, '', [100, 200], 500), final(1, 'Ask.', [600, 900], 1_200)];
  expect(hearingOf(events)).toEqual({ text: 'Ask.', firstTextMs: 600, slowestFinalMs: 300 });
});

test('nothing heard', () => {
  expect(hearingOf([])).toEqual({ text: '', firstTextMs: null, slowestFinalMs: null });
});

test('words are compared without case and punctuation', () => {
  expect(wordsWrong('Ask not, my friend', 'ask, NOT my friends!', 'en')).toEqual({ wrong: 1, of: 4 });
  expect(wordsWrong('Ask not', '', 'en')).toEqual({ wrong: 2, of: 2 });
});
