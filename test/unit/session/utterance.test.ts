import { beforeEach, describe, expect, it } from 'vitest';
import type { Hop } from '#theo/audio/preprocessor.js';
import { Utterance } from '#theo/session/utterance.js';
import { FakeEngine } from '../../support/fake-engine.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { settled } from './harness.ts';

const hopSamples = 512;
let engine: FakeEngine;
let clock: ManualClock;
let told: string[];

beforeEach(() => {
  engine = new FakeEngine();
  clock = new ManualClock();
  told = [];
});

function hop(index: number): Hop {
  const samples = new Float32Array(hopSamples).fill(index);
  return { startSample: index * hopSamples, samples, rmsDbfs: -20, flatness: 0.5 };
}

/** An utterance whose pre-roll is hop 3 and whose speech begins with hop 4. */
function begin(): Utterance {
  const options = {
    language: null,
    expectedLanguage: null,
    prompt: '',
    earlier: null,
    hotWords: [],
    enablePartials: true,
    leadInSamples: 0,
  };
  return new Utterance(
    { openStream: () => engine.openStream(options), clock },
    4 * hopSamples,
    [hop(3), hop(4)],
    {
      onPartial: (_, text) => told.push(`partial ${text}`),
      onFinal: (_, transcript) => told.push(`final ${transcript.text}`),
      onError: (_, error, replaying) => told.push(`${error.code}${replaying ? ', again' : ''}`),
    },
  );
}

/** The hops that a stream was given, by their index. */
function writtenTo(index: number): number[] {
  return (engine.streams[index]?.written ?? []).map((samples) => samples[0] ?? -1);
}

describe('Utterance', () => {
  it('gives the engine its beginning at once, then hop after hop', () => {
    const utterance = begin();
    utterance.add(hop(5));
    expect(writtenTo(0)).toEqual([3, 4, 5]);
    expect(utterance.audioStartSample).toBe(3 * hopSamples);
    expect(utterance.audioEndSample).toBe(6 * hopSamples);
  });

  it('in a pause, gives two hops and asks for the final ahead; the rest comes when speech goes on', () => {
    const utterance = begin();
    utterance.pause();
    for (let index = 5; index < 9; index++) utterance.add(hop(index));
    expect(writtenTo(0)).toEqual([3, 4, 5, 6]);
    expect(engine.stream.anticipations).toBe(1);
    utterance.resume();
    utterance.add(hop(9));
    expect(writtenTo(0)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it('gives the engine no audio behind the pause that ended it', () => {
    const utterance = begin();
    utterance.pause();
    for (let index = 5; index < 9; index++) utterance.add(hop(index));
    utterance.end(5 * hopSamples);
    utterance.end(6 * hopSamples);
    utterance.add(hop(9));
    utterance.resume();
    expect(writtenTo(0)).toEqual([3, 4, 5, 6]);
    expect(engine.stream.isFlushed).toBe(true);
    expect(utterance.endSample).toBe(5 * hopSamples);
    expect(utterance.audioEndSample).toBe(7 * hopSamples);
  });

  it('tells partials from the confirmation on, the newest first heard before it too', async () => {
    const utterance = begin();
    engine.stream.partial('a');
    engine.stream.partial('b');
    await settled();
    expect(told).toEqual([]);
    utterance.confirm(4 * hopSamples);
    expect(told).toEqual(['partial b']);
    engine.stream.partial('c');
    await settled();
    expect(told).toEqual(['partial b', 'partial c']);
  });

  it('is over with its final', async () => {
    const utterance = begin();
    utterance.confirm(4 * hopSamples);
    utterance.end(5 * hopSamples);
    expect(utterance.isLive).toBe(true);
    engine.stream.final('yes');
    await settled();
    expect(utterance.isLive).toBe(false);
    utterance.cancel();
    expect(engine.stream.isCancelled).toBe(false);
    expect(told).toEqual(['final yes']);
  });

  it('after a cancel tells nothing, and takes nothing', async () => {
    const utterance = begin();
    engine.stream.partial('a');
    utterance.confirm(4 * hopSamples);
    utterance.cancel();
    utterance.cancel();
    utterance.add(hop(5));
    utterance.end(5 * hopSamples);
    await settled();
    expect(told).toEqual([]);
    expect(engine.stream.isCancelled).toBe(true);
    expect(engine.stream.isFlushed).toBe(false);
  });

  it('replays everything it wrote, and keeps holding back what a pause holds back', async () => {
    const utterance = begin();
    utterance.pause();
    for (let index = 5; index < 9; index++) utterance.add(hop(index));
    engine.stream.fail('worker_crash', true);
    await settled();
    expect(told).toEqual(['worker_crash, again']);
    expect(writtenTo(1)).toEqual([3, 4, 5, 6]);
    utterance.resume();
    expect(writtenTo(1)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(writtenTo(0)).toEqual([3, 4, 5, 6]);
  });

  it('tries again at once, then after longer and longer waits', async () => {
    const utterance = begin();
    const waits: number[] = [];
    for (let failure = 1; failure <= 3; failure++) {
      engine.stream.fail('worker_crash', true);
      await settled();
      const from = clock.nowMs();
      while (engine.streams.length === failure) clock.advance(100);
      waits.push(clock.nowMs() - from);
    }
    expect(waits).toEqual([0, 500, 2_000]);
    utterance.confirm(4 * hopSamples);
    engine.stream.final('heard');
    await settled();
    expect(told.at(-1)).toBe('final heard');
    expect(clock.timerCount).toBe(0);
  });

  it('what is said, and its end, while it waits for another try is heard by that try', async () => {
    const utterance = begin();
    for (let failure = 0; failure < 2; failure++) {
      engine.stream.fail('worker_crash', true);
      await settled();
    }
    utterance.add(hop(5));
    utterance.end(6 * hopSamples);
    clock.advance(500);
    expect(writtenTo(2)).toEqual([3, 4, 5]);
    expect(writtenTo(1)).toEqual([3, 4]);
    expect(engine.stream.isFlushed).toBe(true);
  });

  it('is not tried again once it is cancelled', async () => {
    const utterance = begin();
    for (let failure = 0; failure < 2; failure++) {
      engine.stream.fail('worker_crash', true);
      await settled();
    }
    utterance.cancel();
    expect(clock.timerCount).toBe(0);
    expect(engine.streams).toHaveLength(2);
  });

  it('gives up where the engine cannot be asked again', async () => {
    engine = new FakeEngine((_, index) => {
      if (index === 1) throw new Error('closed');
    });
    const utterance = begin();
    engine.stream.fail('worker_crash', true);
    await settled();
    expect(told).toEqual(['worker_crash, again', 'internal_error']);
    expect(utterance.isLive).toBe(false);
  });

  it('cancels the stream of an engine that it gives up', async () => {
    const utterance = begin();
    engine.stream.queue.end();
    await settled();
    expect(told).toEqual(['internal_error']);
    expect(utterance.isLive).toBe(false);
    expect(engine.stream.isCancelled).toBe(true);
  });

  it('gives up after the fourth failure, or the first that is for good', async () => {
    begin();
    for (let failure = 0; failure < 4; failure++) {
      engine.stream.fail('worker_unavailable', true);
      await settled();
      clock.advance(2_000);
    }
    expect(told).toEqual([...Array(3).fill('worker_unavailable, again'), 'worker_unavailable']);
    told = [];
    const second = begin();
    engine.stream.fail('internal_error', false);
    await settled();
    expect(told).toEqual(['internal_error']);
    expect(second.isLive).toBe(false);
  });

  it('survives an engine whose events break', async () => {
    engine = new FakeEngine((stream) => {
      Object.defineProperty(stream, 'events', {
        value: (async function* () {
          yield { type: 'partial', text: 'a', committed: '' };
          throw new Error('broken');
        })(),
      });
    });
    const utterance = begin();
    utterance.confirm(0);
    await settled();
    expect(told).toEqual(['partial a', 'internal_error']);
    expect(utterance.isLive).toBe(false);
  });
});
