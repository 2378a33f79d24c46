import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ClassifierStream } from '#theo/vad/classifier.js';
import { ClassifierError } from '#theo/vad/errors.js';
import {
  defaultSileroPath,
  SileroClassifier,
  type SileroClassifierOptions,
} from '#theo/vad/silero-classifier.js';
import { ManualClock } from '../../support/manual-clock.ts';
import { letDie } from '../../support/vad-thread.ts';
import { readClip, windowsOf } from './audio.ts';

const shared = new SileroClassifier();
afterAll(() => shared.close());

const english = windowsOf(readClip('en_01.wav'));
const portuguese = windowsOf(readClip('pt_05.wav'));

function open(options: SileroClassifierOptions): SileroClassifier {
  const classifier = new SileroClassifier(options);
  onTestFinished(() => classifier.close());
  return classifier;
}

function at(windows: readonly Float32Array[], index: number): Float32Array {
  return windows[index] ?? new Float32Array(512);
}

async function classifyAll(stream: ClassifierStream, windows: readonly Float32Array[]): Promise<number[]> {
  const probabilities: number[] = [];
  for (const window of windows) probabilities.push(await stream.classify(window));
  return probabilities;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClassifierError);
  return error instanceof ClassifierError ? error.code : '';
}

/** What `create` starts as a worker. */
async function workerOf(create: () => Promise<unknown>): Promise<Worker> {
  const started = new Promise<Worker>((resolve) => process.once('worker', resolve));
  await create();
  return started;
}

describe('probabilities', () => {
  test('tell speech from silence', async () => {
    const stream = shared.openStream();
    const probabilities = await classifyAll(stream, english);
    stream.close();
    expect(Math.max(...probabilities.slice(0, 7))).toBeLessThan(0.1);
    expect(Math.min(...probabilities.slice(15, 40))).toBeGreaterThan(0.9);
    expect(Math.max(...probabilities.slice(-8))).toBeLessThan(0.1);
  });

  test('after reset, and on a closed stream’s place, are those of a new stream', async () => {
    const first = shared.openStream();
    const fresh = await classifyAll(first, english.slice(0, 20));
    first.reset();
    first.skip(new Float32Array(512));
    expect(await classifyAll(first, english.slice(0, 20))).toEqual(fresh);
    first.close();
    const second = shared.openStream();
    expect(await classifyAll(second, english.slice(0, 20))).toEqual(fresh);
    second.close();
  });

  test('know the last 4 ms of a window that was skipped', async () => {
    const [before, window] = [at(english, 20), at(english, 21)];
    const probabilities = await Promise.all(
      [before, new Float32Array(512)].map(async (skipped) => {
        const stream = shared.openStream();
        stream.skip(skipped);
        const probability = await stream.classify(window);
        stream.close();
        return probability;
      }),
    );
    expect(probabilities[0]).not.toBe(probabilities[1]);
  });

  test('do not depend on which other streams run, come, go or reset at the same time', async () => {
    const turn = fc.record({
      stream: fc.integer({ min: 0, max: 5 }),
      action: fc.constantFrom('classify', 'classify', 'classify', 'classify', 'skip', 'reset', 'reopen'),
      joins: fc.boolean(),
    });
    const classifier = open({ maxBatch: 4 });
    const run = async (turns: readonly (typeof turn extends fc.Arbitrary<infer T> ? T : never)[]) => {
      const streams = Array.from({ length: 6 }, () => classifier.openStream());
      const heard = streams.map((): number[] => []);
      const positions = streams.map(() => 0);
      const pending = new Map<number, Promise<void>>();
      for (const { stream: id, action, joins } of turns) {
        await pending.get(id);
        const stream = streams[id];
        if (!stream) continue;
        const window = at(id % 2 === 0 ? english : portuguese, 8 + (positions[id] ?? 0));
        if (action === 'reset') stream.reset();
        else if (action === 'reopen') {
          stream.close();
          streams[id] = classifier.openStream();
        } else {
          positions[id] = (positions[id] ?? 0) + 1;
          if (action === 'skip') stream.skip(window);
          else
            pending.set(
              id,
              stream.classify(window).then((p) => void heard[id]?.push(p)),
            );
        }
        if (!joins) await pending.get(id);
      }
      await Promise.all(pending.values());
      for (const stream of streams) stream.close();
      return heard;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 5, maxLength: 80 }), async (turns) => {
        const together = await run(turns);
        for (let id = 0; id < 6; id++) {
          const alone = (await run(turns.filter((each) => each.stream === id)))[id] ?? [];
          expect(together[id]).toHaveLength(alone.length);
          for (const [index, probability] of alone.entries()) {
            expect(together[id]?.[index]).toBeCloseTo(probability, 4);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('come for more streams than fit in a batch', async () => {
    const classifier = open({ maxBatch: 3 });
    const streams = Array.from({ length: 10 }, () => classifier.openStream());
    for (const window of english.slice(10, 20)) {
      const probabilities = await Promise.all(streams.map((stream) => stream.classify(window)));
      for (const probability of probabilities) expect(probability).toBeCloseTo(probabilities[0] ?? -1, 4);
    }
  });
});

describe('the model', () => {
  const original = fileURLToPath(new URL('../../../models/silero-vad/silero_vad_v6.onnx', import.meta.url));

  test('is Silero’s own: the rewritten graph computes the same', async () => {
    const reference = open({ modelPath: original }).openStream();
    const stream = shared.openStream();
    const windows = windowsOf(readClip('pt_long.wav')).slice(0, 300);
    const expected = await classifyAll(reference, windows);
    for (const [index, probability] of (await classifyAll(stream, windows)).entries()) {
      expect(probability).toBeCloseTo(expected[index] ?? -1, 4);
    }
    stream.close();
  });

  test('is what the conversion makes of Silero’s file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'theo-vad-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const converted = join(folder, 'batched.onnx');
    await promisify(execFile)(process.execPath, ['scripts/convert-silero.mjs', original, converted]);
    expect(readFileSync(converted).equals(readFileSync(defaultSileroPath))).toBe(true);
  });

  test('can be loaded before it is needed', async () => {
    await open({}).load();
    await expect(open({ modelPath: '/nowhere/model.onnx' }).load()).rejects.toThrow('/nowhere/model.onnx');
  });
});

describe('misuse', () => {
  test('a window of another length, or before the last one is classified, is refused', async () => {
    const stream = shared.openStream();
    await expect(stream.classify(new Float32Array(511))).rejects.toThrow(RangeError);
    const first = stream.classify(at(english, 0));
    await expect(stream.classify(at(english, 1))).rejects.toThrow(RangeError);
    await expect(first).resolves.toBeTypeOf('number');
    stream.close();
  });
});

describe('closing', () => {
  test('a stream rejects its pending window; the others go on', async () => {
    const [leaving, staying] = [shared.openStream(), shared.openStream()];
    const lost = leaving.classify(at(english, 20));
    const kept = staying.classify(at(english, 20));
    leaving.close();
    expect(await codeOf(lost)).toBe('vad_closed');
    await expect(kept).resolves.toBeTypeOf('number');
    expect(await codeOf(leaving.classify(at(english, 20)))).toBe('vad_closed');
    staying.close();
  });

  test('the classifier rejects what is pending, waiting and new, and ends its thread', async () => {
    const classifier = new SileroClassifier({ maxBatch: 1 });
    const [running, waiting] = [classifier.openStream(), classifier.openStream()];
    const worker = await workerOf(() => running.classify(at(english, 0)));
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const pending = [running.classify(at(english, 1)), waiting.classify(at(english, 1))];
    const closed = classifier.close();
    for (const promise of pending) expect(await codeOf(promise)).toBe('vad_closed');
    await closed;
    expect(await exited).toBe(0);
    expect(() => classifier.openStream()).toThrow(ClassifierError);
    expect(await codeOf(running.classify(at(english, 2)))).toBe('vad_closed');
    await classifier.close();
  });
});

describe('failures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'theo-vad-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a missing model is named at first use, and every time after', async () => {
    const modelPath = join(folder, 'nowhere.onnx');
    const classifier = open({ modelPath });
    const stream = classifier.openStream();
    for (let attempt = 0; attempt < 2; attempt++) {
      const failure = stream.classify(at(english, 0));
      await expect(failure).rejects.toThrow(modelPath);
      expect(await codeOf(failure)).toBe('vad_model');
    }
  });

  test('so is a broken one', async () => {
    const modelPath = join(folder, 'broken.onnx');
    writeFileSync(modelPath, 'not a model');
    const failure = open({ modelPath }).openStream().classify(at(english, 0));
    await expect(failure).rejects.toThrow(modelPath);
    expect(await codeOf(failure)).toBe('vad_model');
  });

  test('a crash of the thread rejects what is pending as recoverable; the next window starts another', async () => {
    const classifier = open({});
    const stream = classifier.openStream();
    const fresh: number[] = [];
    const worker = await workerOf(async () => {
      fresh.push(...(await classifyAll(stream, english.slice(0, 12))));
    });
    const pending = stream.classify(at(english, 12));
    letDie(worker);
    await expect(pending).rejects.toMatchObject({ code: 'vad_worker_crash', recoverable: true });
    stream.skip(new Float32Array(512));
    expect(await classifyAll(stream, english.slice(0, 12))).toEqual(fresh);
  });

  test('a window sent again after a crash is heard after what was before it', async () => {
    const classifier = open({});
    const [before, window] = [at(english, 20), at(english, 21)];
    const stream = classifier.openStream();
    const worker = await workerOf(() => stream.classify(before));
    // Among so many that the thread has begun, but is not through, when it dies.
    const crowd = Array.from({ length: 127 }, () => classifier.openStream().classify(window));
    const lost = Promise.allSettled([stream.classify(window), ...crowd]);
    await new Promise(setImmediate);
    letDie(worker);
    expect((await lost)[0]).toMatchObject({ reason: { recoverable: true } });
    const again = await stream.classify(window);
    const other = classifier.openStream();
    other.skip(before);
    expect(again).toBe(await other.classify(window));
  });

  /** A classifier whose thread has died three times in a row. */
  async function brokenDown(clock: ManualClock) {
    const told: (string | null)[] = [];
    const classifier = open({ clock, onChange: (failure) => told.push(failure?.code ?? null) });
    const stream = classifier.openStream();
    for (const recoverable of [true, true, false]) {
      process.once('worker', letDie);
      await expect(stream.classify(at(english, 0))).rejects.toMatchObject({
        code: 'vad_worker_crash',
        recoverable,
      });
    }
    return { classifier, stream, told };
  }

  test('a thread that keeps dying is given up for a while, then works again by itself', async () => {
    const clock = new ManualClock();
    const { classifier, stream, told } = await brokenDown(clock);
    await expect(stream.classify(at(english, 0))).rejects.toMatchObject({ recoverable: false });
    clock.advance(999);
    expect(classifier.failure).toMatchObject({ code: 'vad_worker_crash' });
    expect(told).toEqual(['vad_worker_crash']);
    clock.advance(1);
    await expect.poll(() => classifier.failure, { timeout: 30_000 }).toBeUndefined();
    expect(told).toEqual(['vad_worker_crash', null]);
    const other = shared.openStream();
    expect(await stream.classify(at(english, 0))).toBe(await other.classify(at(english, 0)));
    other.close();
  });

  test('one that goes on dying is tried more and more rarely', async () => {
    const clock = new ManualClock();
    const { classifier, told } = await brokenDown(clock);
    let started = 0;
    const kill = (worker: Worker): void => {
      started += 1;
      letDie(worker);
    };
    process.on('worker', kill);
    onTestFinished(() => void process.off('worker', kill));
    for (const waitMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      const before = started;
      clock.advance(waitMs - 1);
      await new Promise(setImmediate);
      expect(started).toBe(before);
      clock.advance(1);
      await expect.poll(() => started, { timeout: 30_000 }).toBe(before + 1);
    }
    expect(classifier.failure).toMatchObject({ code: 'vad_worker_crash' });
    expect(told).toEqual(['vad_worker_crash']);
  });

  test('a model that was not there is found once it is', async () => {
    const clock = new ManualClock();
    const modelPath = join(folder, 'later.onnx');
    const classifier = open({ modelPath, clock });
    const stream = classifier.openStream();
    expect(await codeOf(stream.classify(at(english, 0)))).toBe('vad_model');
    copyFileSync(defaultSileroPath, modelPath);
    clock.advance(1_000);
    await expect.poll(() => classifier.failure, { timeout: 30_000 }).toBeUndefined();
    expect(await stream.classify(at(english, 0))).toBeTypeOf('number');
  });

  test('a closed one is not tried again', async () => {
    const clock = new ManualClock();
    const { classifier } = await brokenDown(clock);
    await classifier.close();
    expect(clock.timerCount).toBe(0);
  });
});

describe('the process', () => {
  const runScript = (script: string) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const prelude = `
    import { SileroClassifier } from '${new URL('../../../dist/vad/silero-classifier.js', import.meta.url)}';
    const stream = new SileroClassifier().openStream();`;

  test('waits for a pending window, and is not kept alive by an idle classifier', async () => {
    const script = `${prelude} console.log(await stream.classify(new Float32Array(512)) < 0.5);`;
    expect((await runScript(script)).stdout).toBe('true\n');
  });
});
