import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromPcm16 } from '#theo/audio/pcm16.js';
import { Outbox, type OutgoingFrame } from '#theo/engine/remote/outbox.js';

const second = 16_000;

function drain(outbox: Outbox): readonly OutgoingFrame[] {
  const frames: OutgoingFrame[] = [];
  for (let frame = outbox.next(); frame; frame = outbox.next()) frames.push(frame);
  return frames;
}

const samples = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => (index % 100) / 128);

describe('Outbox', () => {
  test('says nothing while there is nothing to say', () => {
    expect(new Outbox(second).next()).toBeUndefined();
  });

  test('puts what was written in one go into one message', () => {
    const outbox = new Outbox(second);
    for (let count = 0; count < 10; count++) outbox.append(samples(512));
    expect(drain(outbox).map(({ data }) => data.length)).toEqual([2 * 5_120]);
  });

  test('keeps messages to a second of audio', () => {
    const outbox = new Outbox(30 * second);
    outbox.append(samples(2.5 * second));
    outbox.end();
    expect(drain(outbox).map(({ data, isLast }) => [data.length / 2, isLast])).toEqual([
      [second, false],
      [second, false],
      [second / 2, false],
      [0, true],
    ]);
  });

  test('never says the end beside audio: some workers drop that audio', () => {
    const outbox = new Outbox(second);
    outbox.append(samples(10));
    outbox.end();
    expect(drain(outbox).map(({ data, isLast }) => [data.length / 2, isLast])).toEqual([
      [10, false],
      [0, true],
    ]);
  });

  test('keeps all audio in order, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 8 }), (sizes) => {
        const outbox = new Outbox(200_000);
        const all = samples(sizes.reduce((sum, size) => sum + size, 0));
        let at = 0;
        for (const size of sizes) {
          outbox.append(all.subarray(at, at + size));
          at += size;
        }
        const sent = drain(outbox).flatMap(({ data }) => [...fromPcm16(data)]);
        expect(sent).toEqual([...all]);
      }),
      { numRuns: 30 },
    );
  });

  test('refuses what is beyond the limit', () => {
    const outbox = new Outbox(1_000);
    outbox.append(samples(800));
    drain(outbox);
    outbox.append(samples(800));
    outbox.append(samples(800));
    expect(drain(outbox).map(({ data }) => data.length / 2)).toEqual([200]);
  });

  test('an anticipated flush goes with the last of the audio, or alone', () => {
    const outbox = new Outbox(second);
    outbox.append(samples(10));
    outbox.anticipateFlush();
    expect(drain(outbox)).toMatchObject([{ anticipateFlush: true, isLast: false }]);
    outbox.anticipateFlush();
    expect(drain(outbox)).toMatchObject([{ data: new Uint8Array(0), anticipateFlush: true }]);
  });

  test('an anticipated flush is void before any audio, and when more audio or the end comes', () => {
    const outbox = new Outbox(second);
    outbox.anticipateFlush();
    expect(drain(outbox)).toEqual([]);
    outbox.append(samples(10));
    outbox.anticipateFlush();
    outbox.append(samples(10));
    expect(drain(outbox)).toMatchObject([{ anticipateFlush: false }]);
    outbox.anticipateFlush();
    outbox.end();
    expect(drain(outbox)).toMatchObject([{ anticipateFlush: false, isLast: true }]);
  });

  test('the end is said once', () => {
    const outbox = new Outbox(second);
    outbox.end();
    expect(drain(outbox)).toMatchObject([{ data: new Uint8Array(0), isLast: true }]);
    expect(outbox.next()).toBeUndefined();
  });
});
