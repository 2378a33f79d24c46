import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerEvent } from '#theo/protocol/events.js';
import { EventWriter } from '#theo/server/realtime/event-writer.js';

let sent: ServerEvent[];
let buffered: number;
let sendResult: number;
let writer: EventWriter;

beforeEach(() => {
  sent = [];
  buffered = 0;
  sendResult = 1;
  writer = new EventWriter({
    send: (message) => {
      if (sendResult !== 2) sent.push(JSON.parse(message));
      return sendResult;
    },
    getBufferedAmount: () => buffered,
  });
});

function partial(text: string): ServerEvent {
  return { type: 'transcript.partial', text, segment_id: 0, timestamp_ms: 0 };
}

const final: ServerEvent = {
  type: 'transcript.final',
  text: 'done',
  segment_id: 0,
  start_ms: 0,
  end_ms: 1,
  language: 'en',
  confidence: 1,
  words: null,
};

describe('EventWriter', () => {
  it('sends everything at once to a reader that keeps up', () => {
    for (const event of [partial('a'), partial('b'), final]) expect(writer.write(event)).toBe(true);
    expect(sent).toEqual([partial('a'), partial('b'), final]);
  });

  it('keeps the newest partial only for a slow reader, until it has caught up', () => {
    buffered = 100_000;
    writer.write(partial('a'));
    writer.write(partial('ab'));
    expect(sent).toEqual([]);
    buffered = 0;
    writer.drained();
    writer.drained();
    expect(sent).toEqual([partial('ab')]);
  });

  it('goes on waiting with it when the reader has caught up a little only', () => {
    buffered = 200_000;
    writer.write(partial('a'));
    buffered = 100_000;
    writer.drained();
    expect(sent).toEqual([]);
    buffered = 0;
    writer.drained();
    expect(sent).toEqual([partial('a')]);
  });

  it('sends finals to a slow reader too, and forgets the partial that they outdate', () => {
    buffered = 100_000;
    writer.write(partial('a'));
    expect(writer.write(final)).toBe(true);
    expect(sent).toEqual([final]);
    buffered = 0;
    writer.drained();
    expect(sent).toEqual([final]);
  });

  it('sends a newer partial rather than an older one that waited', () => {
    buffered = 100_000;
    writer.write(partial('a'));
    buffered = 0;
    writer.write(partial('ab'));
    writer.drained();
    expect(sent).toEqual([partial('ab')]);
  });

  it.each([
    { type: 'vad.speech_end', timestamp_ms: 1 },
    { type: 'session.closed', reason: 'cancelled', total_duration_ms: 1, segments_transcribed: 0 },
  ] as const)('sends no partial behind $type', (event) => {
    buffered = 100_000;
    writer.write(partial('a'));
    writer.write(event);
    buffered = 0;
    writer.drained();
    expect(sent).toEqual([event]);
  });

  it('takes what is buffered for sent, and tells when an event was lost', () => {
    sendResult = 0;
    expect(writer.write(final)).toBe(true);
    sendResult = 2;
    expect(writer.write(final)).toBe(false);
  });
});
