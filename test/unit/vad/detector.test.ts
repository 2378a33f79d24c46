import { describe, expect, test } from 'vitest';
import { SpeechDetector } from '#theo/vad/detector.js';
import type { DetectorEvent, DetectorOptions } from '#theo/vad/detector-types.js';

const hop = 512;

type Shape = { readonly hops: number; readonly p: number; readonly db?: number };

/** Feeds stretches of hops and gives the events, each with the index of the hop that brought it. */
class Script {
  readonly detector: SpeechDetector;
  readonly events: (DetectorEvent & { readonly hop: number })[] = [];
  #hops = 0;

  constructor(options: Partial<DetectorOptions> = {}) {
    this.detector = new SpeechDetector(options);
  }

  /** `db` is the level: by default that of the room for p below 0.1, else of speech. */
  feed(...shapes: readonly Shape[]): this {
    for (const { hops, p, db } of shapes) {
      for (let index = 0; index < hops; index++) {
        const startSample = this.#hops * hop;
        const rmsDbfs = db ?? (p < 0.1 ? -60 : -20);
        this.#take(this.detector.step({ startSample, rmsDbfs, probability: p }));
        this.#hops += 1;
      }
    }
    return this;
  }

  commit(): this {
    this.#take(this.detector.commit());
    return this;
  }

  flush(): this {
    this.#take(this.detector.flush());
    return this;
  }

  get types(): string[] {
    return this.events.map((event) => event.type);
  }

  #take(events: readonly DetectorEvent[]): void {
    for (const event of events) this.events.push({ ...event, hop: this.#hops });
  }
}

const room = { hops: 20, p: 0.01 };

describe('onset', () => {
  test('speech is confirmed with its eighth hop, 256 ms in, and dated back to its first', () => {
    const script = new Script().feed(room, { hops: 10, p: 0.9 });
    expect(script.events).toEqual([
      { type: 'onset', sample: 20 * hop, hop: 20 },
      { type: 'speech_start', sample: 20 * hop, hop: 27 },
    ]);
  });

  test('a sound shorter than 250 ms is dismissed', () => {
    const script = new Script().feed(room, { hops: 7, p: 0.9 }, room);
    expect(script.types).toEqual(['onset', 'onset_dismissed']);
  });

  test.each([
    [64, 2],
    [250, 8],
    [500, 16],
    [1000, 32],
  ])('with %d ms as the shortest speech it takes %d hops', (minSpeechMs, hops) => {
    const script = new Script({ minSpeechMs }).feed(room, { hops: hops - 1, p: 0.9 });
    expect(script.types).toEqual(['onset']);
    expect(script.feed({ hops: 1, p: 0.9 }).types).toEqual(['onset', 'speech_start']);
  });

  test('a classifier that notices late delays nothing: the level tells when the sound began', () => {
    const late = { hops: 3, p: 0.1, db: -25 };
    const script = new Script().feed(room, late, { hops: 10, p: 0.9 });
    expect(script.events).toEqual([
      { type: 'onset', sample: 20 * hop, hop: 23 },
      { type: 'speech_start', sample: 20 * hop, hop: 27 },
    ]);
  });

  test('dates back over 128 ms at most, however long the noise before', () => {
    const script = new Script().feed(room, { hops: 10, p: 0.1, db: -25 }, { hops: 10, p: 0.9 });
    expect(script.events[0]).toEqual({ type: 'onset', sample: 26 * hop, hop: 30 });
  });

  test('in a loud room nothing is dated back', () => {
    const loudRoom = { hops: 50, p: 0.01, db: -30 };
    const script = new Script().feed(loudRoom, { hops: 10, p: 0.9, db: -20 });
    expect(script.events[0]).toMatchObject({ type: 'onset', sample: 50 * hop });
  });

  test('a dip of two hops is a consonant, one of three is not', () => {
    const word = { hops: 5, p: 0.9 };
    const survives = new Script().feed(room, word, { hops: 2, p: 0.1 }, word);
    expect(survives.types).toEqual(['onset', 'speech_start']);
    expect(survives.events[1]?.hop).toBe(27);
    const dies = new Script().feed(room, word, { hops: 3, p: 0.1 });
    expect(dies.types).toEqual(['onset', 'onset_dismissed']);
  });

  test('a dip does not confirm speech', () => {
    const script = new Script().feed(room, { hops: 7, p: 0.9 }, { hops: 2, p: 0.1 });
    expect(script.types).toEqual(['onset']);
  });

  test.each([
    ['high', 0.29, 0.31],
    ['normal', 0.49, 0.51],
    ['low', 0.69, 0.71],
  ] as const)('sensitivity %s: %d is not speech, %d is', (sensitivity, below, above) => {
    expect(new Script({ sensitivity }).feed(room, { hops: 20, p: below }).types).toEqual([]);
    expect(new Script({ sensitivity }).feed(room, { hops: 20, p: above }).types).toEqual([
      'onset',
      'speech_start',
    ]);
  });

  test('once begun, speech may be 0.15 less probable', () => {
    const script = new Script().feed(room, { hops: 1, p: 0.6 }, { hops: 100, p: 0.36 });
    expect(script.types).toEqual(['onset', 'speech_start']);
  });
});

describe('end', () => {
  const speech = { hops: 20, p: 0.95 };

  test('after 300 ms of silence, dated back to its first hop', () => {
    const script = new Script().feed(room, speech, { hops: 20, p: 0.01, db: -20 });
    expect(script.events.slice(2)).toEqual([
      { type: 'pause', sample: 40 * hop, hop: 40 },
      { type: 'speech_end', sample: 40 * hop, hop: 49 },
    ]);
  });

  test('a classifier that lets go late delays nothing: the level tells when the sound ended', () => {
    const lingering = { hops: 3, p: 0.6, db: -58 };
    const script = new Script().feed(room, speech, lingering, { hops: 20, p: 0.01 });
    expect(script.events.slice(2)).toEqual([
      { type: 'pause', sample: 40 * hop, hop: 43 },
      { type: 'speech_end', sample: 40 * hop, hop: 49 },
    ]);
  });

  test('a pause below the time-out resumes', () => {
    const script = new Script().feed(room, speech, { hops: 9, p: 0.01 }, speech);
    expect(script.types).toEqual(['onset', 'speech_start', 'pause', 'resume']);
  });

  test('what is half probable neither ends speech nor ends a pause', () => {
    const half = { hops: 20, p: 0.4, db: -60 };
    expect(new Script().feed(room, speech, half).types).toEqual(['onset', 'speech_start']);
    const afterPause = new Script().feed(room, speech, { hops: 1, p: 0.1 }, half);
    expect(afterPause.types).toEqual(['onset', 'speech_start', 'pause', 'speech_end']);
  });

  test('silenceTimeoutMs counts, and may change in the middle of a pause', () => {
    const script = new Script({ silenceTimeoutMs: 1000 }).feed(room, speech, { hops: 15, p: 0.01 });
    expect(script.types).toEqual(['onset', 'speech_start', 'pause']);
    script.detector.configure({ silenceTimeoutMs: 200 });
    script.feed({ hops: 1, p: 0.01 });
    expect(script.types.at(-1)).toBe('speech_end');
  });

  test('the next utterance never begins before the last one ended', () => {
    const script = new Script({ silenceTimeoutMs: 32 });
    script.feed(room, speech, { hops: 1, p: 0.01, db: -20 }, speech);
    const end = script.events.find((event) => event.type === 'speech_end');
    const next = script.events.findLast((event) => event.type === 'onset');
    expect(end).toMatchObject({ sample: 40 * hop });
    expect(next).toMatchObject({ sample: 40 * hop });
  });
});

describe('forced ends', () => {
  const speech = { hops: 20, p: 0.95 };

  test('speech is cut before it exceeds the maximum, and goes on at the cut without a gap or a debounce', () => {
    const script = new Script({ maxSegmentDurationMs: 1000 }).feed(room, { hops: 40, p: 0.95 });
    expect(script.events.slice(2)).toEqual([
      { type: 'speech_end', sample: 51 * hop, hop: 50 },
      { type: 'speech_start', sample: 51 * hop, hop: 51 },
    ]);
    expect((31 * hop) / 16).toBeLessThanOrEqual(1000);
  });

  test('a cut that nothing follows stays the end', () => {
    const script = new Script({ maxSegmentDurationMs: 1000 }).feed(room, { hops: 31, p: 0.95 }, room, {
      hops: 3,
      p: 0.9,
    });
    expect(script.types).toEqual(['onset', 'speech_start', 'speech_end', 'onset']);
  });

  test('commit ends speech now; what goes on is a new segment from there, once confirmed', () => {
    const script = new Script().feed(room, speech).commit().feed(speech);
    expect(script.events.slice(2)).toEqual([
      { type: 'speech_end', sample: 40 * hop, hop: 40 },
      { type: 'onset', sample: 40 * hop, hop: 40 },
      { type: 'speech_start', sample: 40 * hop, hop: 47 },
    ]);
  });

  test('the tail of the committed word makes no segment', () => {
    const script = new Script().feed(room, speech).commit().feed({ hops: 3, p: 0.9 }, room);
    expect(script.types.slice(2)).toEqual(['speech_end', 'onset', 'onset_dismissed']);
  });

  test('commit in a pause ends where the pause began', () => {
    const script = new Script().feed(room, speech, { hops: 4, p: 0.01 }).commit();
    expect(script.events.at(-1)).toMatchObject({ type: 'speech_end', sample: 40 * hop });
  });

  test('commit is a no-op in silence, in doubt, and twice', () => {
    expect(new Script().feed(room).commit().types).toEqual([]);
    expect(new Script().feed(room, { hops: 3, p: 0.9 }).commit().types).toEqual(['onset']);
    expect(new Script().feed(room, speech).commit().commit().types.slice(2)).toEqual(['speech_end']);
  });

  test('flush ends speech, at its pause if it is in one, and dismisses what is in doubt', () => {
    const speaking = new Script().feed(room, speech).flush();
    expect(speaking.events.at(-1)).toMatchObject({ type: 'speech_end', sample: 40 * hop });
    const pausing = new Script().feed(room, speech, { hops: 4, p: 0.01 }).flush();
    expect(pausing.events.at(-1)).toMatchObject({ sample: 40 * hop });
    expect(new Script().feed(room, { hops: 3, p: 0.9 }).flush().types).toEqual(['onset', 'onset_dismissed']);
    expect(new Script().feed(room).flush().types).toEqual([]);
  });
});
