import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerEvent } from '#theo/protocol/events.js';
import { Utterance } from '#theo/session/utterance.js';
import { UtteranceQueue } from '#theo/session/utterance-queue.js';
import { FakeStream } from '../../support/fake-engine.ts';
import { ManualClock } from '../../support/manual-clock.ts';

let sent: number[];
let queue: UtteranceQueue;

beforeEach(() => {
  sent = [];
  queue = new UtteranceQueue((event) => {
    if (event.type === 'vad.speech_start') sent.push(event.timestamp_ms);
  });
});

function utterance(): Utterance {
  const options = {
    language: null,
    expectedLanguage: null,
    prompt: '',
    earlier: null,
    hotWords: [],
    enablePartials: true,
    leadInSamples: 0,
  };
  const engine = { openStream: () => new FakeStream(options), clock: new ManualClock() };
  const handlers = { onPartial: () => {}, onFinal: () => {}, onError: () => {} };
  const added = new Utterance(engine, 0, [], handlers);
  queue.add(added);
  return added;
}

/** An event that tells itself by its number. */
function numbered(timestamp_ms: number): () => ServerEvent {
  return () => ({ type: 'vad.speech_start', timestamp_ms });
}

describe('UtteranceQueue', () => {
  it('sends the events of the oldest at once, the others when their turn comes', () => {
    const [first, second, third] = [utterance(), utterance(), utterance()];
    queue.send(second, numbered(20));
    queue.send(third, numbered(30));
    queue.send(first, numbered(10));
    expect(sent).toEqual([10]);
    expect(queue.isFirst(first)).toBe(true);
    queue.remove(first);
    queue.send(second, numbered(21));
    expect(sent).toEqual([10, 20, 21]);
    queue.remove(second);
    expect(sent).toEqual([10, 20, 21, 30]);
    queue.remove(third);
    expect(queue.isEmpty).toBe(true);
  });

  it('keeps what an utterance said that was over before its turn', () => {
    const [first, second, third] = [utterance(), utterance(), utterance()];
    queue.send(second, numbered(20));
    queue.remove(second);
    queue.send(third, numbered(30));
    expect(queue.isFirst(second)).toBe(false);
    queue.remove(first);
    expect(sent).toEqual([20, 30]);
    expect(queue.isFirst(third)).toBe(true);
  });

  it('makes events only when they are sent', () => {
    const [first, second] = [utterance(), utterance()];
    let finals = 0;
    queue.send(second, () => ({ type: 'vad.speech_start', timestamp_ms: finals }));
    finals = 7;
    queue.remove(first);
    expect(sent).toEqual([7]);
    expect(queue.isFirst(second)).toBe(true);
  });

  it('forgets everything when it is cleared', () => {
    const [first, second, third] = [utterance(), utterance(), utterance()];
    queue.send(second, numbered(20));
    queue.remove(third);
    expect(queue.clear()).toEqual([first, second]);
    expect(queue.isEmpty).toBe(true);
    queue.send(second, numbered(21));
    queue.remove(first);
    expect(sent).toEqual([]);
  });
});
