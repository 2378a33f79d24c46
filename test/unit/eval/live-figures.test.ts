import { describe, expect, it } from 'vitest';
import type { TimedEvent } from '#theo/client/node/stream-audio.js';
import { liveFigures, liveText } from '#theo/eval/live-figures.js';

function partial(atMs: number, text: string, segmentId = 0): TimedEvent {
  return { atMs, event: { type: 'transcript.partial', text, segment_id: segmentId, timestamp_ms: atMs } };
}

function final(atMs: number, text: string, segmentId = 0): TimedEvent {
  return {
    atMs,
    event: {
      type: 'transcript.final',
      text,
      segment_id: segmentId,
      start_ms: 0,
      end_ms: atMs,
      language: 'en',
      confidence: 1,
      words: null,
    },
  };
}

const clip = {
  reference: 'Ask not what your country can do for you',
  language: 'en',
  bounds: { onsetMs: 200, endMs: 3_000 },
};

describe('what a client saw', () => {
  it('counts from the first and the last speech sample', () => {
    const events = [
      partial(600, 'bask'),
      partial(800, 'Ask not'),
      final(3_400, 'Ask not what your country.'),
    ];
    expect(liveFigures(events, clip)).toMatchObject({
      firstTextMs: 400,
      firstRightWordMs: 600,
      finalDelayMs: 400,
      utterances: 1,
      partials: 2,
    });
  });

  it('has nothing to tell where nothing was heard', () => {
    expect(liveFigures([partial(500, ''), final(3_300, '')], clip)).toMatchObject({
      firstTextMs: null,
      firstRightWordMs: null,
      finalDelayMs: null,
    });
  });

  it('takes a word for right only near its place', () => {
    const figures = liveFigures([partial(500, 'you'), final(3_300, 'you country can')], clip);
    expect(figures.firstTextMs).toBe(300);
    expect(figures.firstRightWordMs).toBeNull();
  });

  it('goes on where an earlier utterance ended', () => {
    const events = [final(1_000, 'ask not'), partial(1_500, 'whatever', 1), final(3_300, 'for you', 1)];
    const later = { ...clip, reference: 'a b for you' };
    expect(liveFigures(events, later).firstRightWordMs).toBe(3_100);
    expect(liveText(events)).toBe('ask not for you');
  });

  it('counts the words that partials agreed on and the final took back', () => {
    const events = [
      partial(500, 'ask'),
      partial(600, 'Ask, note'),
      partial(700, 'ask note what'),
      partial(800, 'ask not what your'),
      final(3_300, 'Ask not what your country'),
    ];
    expect(liveFigures(events, clip)).toMatchObject({ agreedWords: 2, contradictedWords: 1 });
  });

  it('keeps utterances apart', () => {
    const events = [
      partial(500, 'ask not'),
      final(900, 'ask not'),
      partial(1_200, 'ask not', 1),
      final(3_300, 'what your', 1),
    ];
    expect(liveFigures(events, clip)).toMatchObject({ agreedWords: 0, contradictedWords: 0, utterances: 2 });
  });
});
