import { beforeEach, describe, expect, test } from 'vitest';
import type { Hop } from '#theo/audio/preprocessor.js';
import type { DetectorEvent, DetectorOptions } from '#theo/vad/detector-types.js';
import { ClassifierError } from '#theo/vad/errors.js';
import { VadStream } from '#theo/vad/vad-stream.js';
import { FakeClassifier, settled } from './fake-classifier.ts';

let classifier: FakeClassifier;
let decided: number[];
let events: DetectorEvent[];
let forced: (readonly DetectorEvent[])[];
let errors: unknown[];
let counts: { prefiltered: number; classified: number };

beforeEach(() => {
  classifier = new FakeClassifier();
  decided = [];
  events = [];
  forced = [];
  errors = [];
  counts = { prefiltered: 0, classified: 0 };
});

function open(options: Partial<DetectorOptions> = {}): VadStream {
  return new VadStream(
    classifier,
    options,
    {
      onDecision: (hop, news) => {
        decided.push(hop.startSample / 512);
        events.push(...news);
      },
      onForced: (news) => forced.push(news),
      onError: (error) => errors.push(error),
    },
    {
      prefiltered: { increment: () => counts.prefiltered++ },
      classified: { increment: () => counts.classified++ },
    },
  );
}

function hop(index: number, kind: 'sound' | 'plain' = 'sound'): Hop {
  const levels = kind === 'sound' ? { rmsDbfs: -20, flatness: 0.2 } : { rmsDbfs: -70, flatness: 1 };
  return { startSample: index * 512, samples: new Float32Array(512).fill(index), ...levels };
}

/** Answers until nothing is asked any more. */
async function answerAll(probability: number): Promise<void> {
  await settled();
  while (classifier.isAsked) await classifier.answer(probability);
}

describe('order', () => {
  test('hops are decided in order, one window at a time', async () => {
    const stream = open();
    for (let index = 0; index < 5; index++) stream.push(hop(index));
    expect(classifier.log).toEqual(['classify 0']);
    await classifier.answer(0.9);
    expect(decided).toEqual([0]);
    expect(classifier.log).toEqual(['classify 0', 'classify 1']);
    await answerAll(0.9);
    expect(decided).toEqual([0, 1, 2, 3, 4]);
  });

  test('silence waits behind the sound before it', async () => {
    const stream = open();
    for (let index = 0; index < 4; index++) stream.push(hop(index, 'plain'));
    await answerAll(0);
    stream.push(hop(4));
    stream.push(hop(5, 'plain'));
    expect(decided).toEqual([0, 1, 2, 3]);
    await answerAll(0);
    expect(decided).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('a commit takes effect after the hops before it and before those after', async () => {
    const stream = open();
    for (let index = 0; index < 10; index++) stream.push(hop(index));
    stream.forceEnd('commit');
    stream.push(hop(10));
    expect(forced).toEqual([]);
    await answerAll(0.9);
    expect(forced).toEqual([[{ type: 'speech_end', sample: 10 * 512 }]]);
    expect(events.at(-1)).toEqual({ type: 'onset', sample: 10 * 512 });
  });

  test('a command that changes nothing is answered too', async () => {
    const stream = open();
    stream.forceEnd('commit');
    stream.forceEnd('flush');
    expect(forced).toEqual([[], []]);
  });

  test('options change for the hops pushed afterwards', async () => {
    const stream = open({ sensitivity: 'low' });
    for (let index = 0; index < 10; index++) stream.push(hop(index));
    stream.configure({ sensitivity: 'high' });
    for (let index = 10; index < 20; index++) stream.push(hop(index));
    await answerAll(0.5);
    expect(events.map((event) => event.type)).toEqual(['onset', 'speech_start']);
    expect(events[0]).toMatchObject({ sample: 10 * 512 });
  });

  test('what a handler asks for happens after it has returned', async () => {
    const order: string[] = [];
    const reacting = new VadStream(
      classifier,
      {},
      {
        onDecision: ({ startSample }) => {
          if (startSample === 0) reacting.forceEnd('commit');
          order.push(`decided ${startSample / 512}`);
        },
        onForced: () => order.push('forced'),
        onError: (error) => errors.push(error),
      },
    );
    reacting.push(hop(0));
    reacting.push(hop(1));
    await answerAll(0);
    expect(order).toEqual(['decided 0', 'decided 1', 'forced']);
    expect(errors).toEqual([]);
  });

  test('a handler may push, command and close', async () => {
    const reacting = new VadStream(
      classifier,
      {},
      {
        onDecision: (decision) => {
          decided.push(decision.startSample / 512);
          if (decision.startSample === 0) reacting.push(hop(1));
          else reacting.close();
        },
        onForced: () => {},
        onError: (error) => errors.push(error),
      },
    );
    reacting.push(hop(0));
    await answerAll(0);
    expect(decided).toEqual([0, 1]);
    expect(errors).toEqual([]);
    expect(classifier.log.at(-1)).toBe('close');
  });
});

describe('what the classifier hears', () => {
  test('plain silence is skipped from its fifth hop on, and counted', async () => {
    const stream = open();
    for (let index = 0; index < 6; index++) stream.push(hop(index, 'plain'));
    stream.push(hop(6));
    await answerAll(0);
    expect(classifier.log.slice(4)).toEqual(['skip 4', 'skip 5', 'classify 6']);
    expect(counts).toEqual({ prefiltered: 2, classified: 5 });
  });

  test('after 5 s without speech it starts afresh, and hears four hops of silence again', async () => {
    const stream = open();
    for (let index = 0; index < 156; index++) stream.push(hop(index));
    await answerAll(0.1);
    expect(classifier.log.at(-1)).toBe('reset');
    for (let index = 156; index < 161; index++) stream.push(hop(index, 'plain'));
    await answerAll(0.1);
    expect(classifier.log.slice(157)).toEqual(
      [156, 157, 158, 159].map((at) => `classify ${at}`).concat('skip 160'),
    );
  });

  test('it keeps what it has heard in speech, however long', async () => {
    const stream = open();
    for (let index = 0; index < 400; index++) stream.push(hop(index));
    await answerAll(0.9);
    expect(classifier.log).not.toContain('reset');
  });
});

describe('conservation', () => {
  test('pendingSamples is what came in and is not decided', async () => {
    const stream = open();
    for (let index = 0; index < 3; index++) stream.push(hop(index));
    expect(stream.pendingSamples).toBe(3 * 512);
    await classifier.answer(0);
    expect(stream.pendingSamples).toBe(2 * 512);
    await answerAll(0);
    expect(stream.pendingSamples).toBe(0);
  });

  test('drain resolves when all that came before is decided', async () => {
    const stream = open();
    stream.push(hop(0));
    let isDrained = false;
    const drained = stream.drain().then(() => {
      isDrained = true;
    });
    stream.push(hop(1));
    await settled();
    expect(isDrained).toBe(false);
    await classifier.answer(0);
    expect(isDrained).toBe(true);
    expect(decided).toEqual([0]);
    await drained;
  });

  test('close ends drains, and calls nobody', async () => {
    const stream = open();
    for (let index = 0; index < 3; index++) stream.push(hop(index));
    await classifier.answer(0);
    const drained = stream.drain();
    stream.close();
    expect(stream.pendingSamples).toBe(2 * 512);
    await drained;
    await classifier.answer(0.9);
    stream.push(hop(3));
    await stream.drain();
    expect(decided).toEqual([0]);
    expect(classifier.log).not.toContain('classify 2');
    expect(classifier.log).not.toContain('classify 3');
  });
});

describe('failures', () => {
  test('a window that was lost in a crash is sent again', async () => {
    const stream = open();
    stream.push(hop(0));
    await classifier.fail(new ClassifierError('vad_worker_crash', 'gone', { recoverable: true }));
    expect(decided).toEqual([]);
    await answerAll(0.9);
    expect(decided).toEqual([0]);
    expect(errors).toEqual([]);
  });

  test('but not for ever', async () => {
    const stream = open();
    stream.push(hop(0));
    const error = new ClassifierError('vad_worker_crash', 'gone', { recoverable: true });
    for (let attempt = 0; attempt < 3; attempt++) await classifier.fail(error);
    expect(classifier.isAsked).toBe(false);
    expect(errors).toEqual([error]);
  });

  test('a failure for good is reported once; what was not decided stays so', async () => {
    const stream = open();
    for (let index = 0; index < 3; index++) stream.push(hop(index));
    await classifier.answer(0);
    const drained = stream.drain();
    const error = new ClassifierError('vad_model', 'no such file');
    await classifier.fail(error);
    await drained;
    stream.push(hop(3));
    expect(errors).toEqual([error]);
    expect(decided).toEqual([0]);
    expect(stream.pendingSamples).toBe(3 * 512);
  });

  test('an error thrown by a handler ends the stream instead of vanishing', async () => {
    const error = new Error('handler');
    const stream = new VadStream(
      classifier,
      {},
      {
        onDecision: () => {
          throw error;
        },
        onForced: () => {},
        onError: (reported) => errors.push(reported),
      },
    );
    stream.push(hop(0));
    await answerAll(0);
    expect(errors).toEqual([error]);
  });
});
