// What does a 32 ms window cost when all sessions' windows share runs of the model?
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { ClassifierStream } from '#theo/vad/classifier.js';
import { InferenceSession, Tensor } from '#theo/vad/onnx-runtime.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { hopsOf, loadClips } from '../vad-audio.ts';

const originalSileroPath = join('models', 'silero-vad', 'silero_vad_v6.onnx');

export async function run(options: BenchOptions): Promise<void> {
  const rounds = options.rounds ?? 3;
  const windows = loadClips()
    .flatMap((clip) => hopsOf(clip.samples).map((hop) => hop.samples))
    .slice(0, 1024);
  const classifier = new SileroClassifier();
  const original = new SileroClassifier({ modelPath: originalSileroPath });
  const alone = await OneRunEach.load();
  await alone.classify(windows.slice(0, 50));
  const rows = [];
  for (const sessions of [1, 8, 32, 128]) {
    const streams = Array.from({ length: sessions }, () => classifier.openStream());
    const originalStreams = Array.from({ length: sessions }, () => original.openStream());
    await askAll(streams, windows.slice(0, 20));
    await askAll(originalStreams, windows.slice(0, 20));
    const batched: number[] = [];
    const originalBatched: number[] = [];
    const oneEach: number[] = [];
    const loopDelays: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const turns = windows.slice(0, Math.max(16, Math.ceil(1024 / sessions)));
      const loop = monitorEventLoopDelay({ resolution: 1 });
      loop.enable();
      batched.push(...(await askAll(streams, turns)));
      loop.disable();
      loopDelays.push(loop.percentile(99) / 1e6 - 1);
      originalBatched.push(...(await askAll(originalStreams, turns)));
      oneEach.push(...(await alone.classify(turns)));
    }
    for (const stream of [...streams, ...originalStreams]) stream.close();
    const usPerWindow = (percentile(batched, 0.5) * 1000) / sessions;
    const usOneRunEach = percentile(oneEach, 0.5) * 1000;
    rows.push({
      sessions,
      usPerWindow,
      usOriginalGraph: (percentile(originalBatched, 0.5) * 1000) / sessions,
      usOneRunEach,
      speedup: usOneRunEach / usPerWindow,
      msUntilAnswerP50: percentile(batched, 0.5),
      msUntilAnswerP99: percentile(batched, 0.99),
      loopDelayMsP99: percentile(loopDelays, 0.5),
    });
  }
  await alone.close();
  await classifier.close();
  await original.close();
  publish({
    name: 'vad',
    title: 'VAD: microseconds a 32 ms window, thread border included',
    rows,
    notes: [
      "usOriginalGraph: batched too, with Silero's own graph. usOneRunEach: session.run of that graph for each window, " +
        'on the calling thread, no thread border. Medians of the same rounds. loopDelayMsP99: of the main thread while ' +
        'sessions ask without a pause, beyond the 1 ms sampled.',
    ],
  });
}

/** Milliseconds from asking for all streams' windows to the last answer, per turn. */
async function askAll(
  streams: readonly ClassifierStream[],
  turns: readonly Float32Array[],
): Promise<number[]> {
  const times: number[] = [];
  for (const window of turns) {
    const start = performance.now();
    await Promise.all(streams.map((stream) => stream.classify(window)));
    times.push(performance.now() - start);
  }
  return times;
}

/** The model as it is used without batching: one stream, one run a window, on the calling thread. */
class OneRunEach {
  readonly #session: InferenceSession;
  readonly #rate = new Tensor('int64', BigInt64Array.of(16_000n), []);
  #state: Tensor = new Tensor('float32', new Float32Array(256), [2, 1, 128]);

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async load(): Promise<OneRunEach> {
    const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    return new OneRunEach(await InferenceSession.create(originalSileroPath, threads));
  }

  async classify(windows: readonly Float32Array[]): Promise<number[]> {
    const times: number[] = [];
    for (const window of windows) {
      const start = performance.now();
      const row = new Float32Array(576);
      row.set(window, 64);
      const input = new Tensor('float32', row, [1, 576]);
      const outputs = await this.#session.run({ input, state: this.#state, sr: this.#rate });
      this.#state = outputs.stateN as Tensor;
      times.push(performance.now() - start);
    }
    return times;
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
