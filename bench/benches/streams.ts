import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../../test/support/server-process.ts';
import { type CpuByPart, CpuMeter } from '../cpu-meter.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { modelFlags, reportName, type Subject } from '../subject.ts';
import { known, type MeasuredClip, measureClip } from '../utterance.ts';

const sessionCounts = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256];
const allowedSlowdown = 2;

interface Step {
  readonly sessions: number;
  readonly utterances: number;
  readonly withoutPartial: number;
  /** Utterances in which nothing was heard, and clips in which no utterance was. */
  readonly unheard: number;
  readonly firstTextMs: readonly number[];
  readonly firstRightWordMs: readonly number[];
  readonly finalDelayMs: readonly number[];
  /** Cores that one talker takes in the server, by part. */
  readonly coresEach: CpuByPart;
  readonly errorRate: number;
}

/**
 * How many people can talk at once before the p95 of the time to first text is more than twice that of one alone:
 * more and more sessions, each saying clip after clip in real time. `--seconds N`: how long each step lasts.
 */
export async function run({ seconds = 10, subject }: BenchOptions): Promise<void> {
  const server = await startServerProcess([...modelFlags(subject, '--default-model'), '--log-level', 'warn']);
  const steps: Step[] = [];
  try {
    await measure(server, subject, 1, 4);
    for (const sessions of sessionCounts) {
      // One session alone has few utterances: it gets more time.
      const stepSeconds = sessions === 1 ? 3 * seconds : seconds;
      const step = await measure(server, subject, sessions, stepSeconds);
      steps.push(step);
      console.error(
        `${sessions} sessions: first text p95 ${percentile(step.firstTextMs, 0.95).toFixed(0)} ms`,
      );
      if (slowdown(step, steps) > 2 * allowedSlowdown) break;
    }
  } finally {
    await server.stop();
  }
  const held = steps.filter((step) => slowdown(step, steps) < allowedSlowdown).at(-1)?.sessions ?? 0;
  publish({
    name: reportName('streams', subject),
    title: `Live sessions at once, all talking to ${subject.model}, ${seconds} s a step`,
    rows: steps.map((step) => ({
      sessions: step.sessions,
      utterances: step.utterances,
      withoutPartial: step.withoutPartial,
      unheard: step.unheard,
      ttfbMedianMs: percentile(step.firstTextMs, 0.5),
      ttfbP95Ms: percentile(step.firstTextMs, 0.95),
      ttfbP95Ratio: slowdown(step, steps),
      firstRightWordMedianMs: percentile(step.firstRightWordMs, 0.5),
      firstRightWordP95Ms: percentile(step.firstRightWordMs, 0.95),
      finalDelayMedianMs: percentile(step.finalDelayMs, 0.5),
      finalDelayP95Ms: percentile(step.finalDelayMs, 0.95),
      wordErrorPercent: 100 * step.errorRate,
      decodingCpuPercentEach: 100 * step.coresEach.decoding,
      eventLoopCpuPercentEach: 100 * step.coresEach.eventLoop,
      otherCpuPercentEach: 100 * step.coresEach.other,
    })),
    notes: [
      `Held with a p95 below ${allowedSlowdown} x that of one session: ${held} sessions, all of them talking.`,
      `${subject.clips.length} clips. Every utterance counts: one without a partial has its first text with its final. The first speech sample is found by level (test/support/speech-onset.ts); where the server disagrees by more than 100 ms, and for further utterances of a clip, by the server.`,
      'firstRightWord: to the first text whose first word is the one of the final. CpuPercentEach: of a core, in the server, for one talker: decode threads; the main thread; all else, which is voice activity detection and what Node.js does beside the main thread.',
      `Server and clients share the machine's ${availableParallelism()} cores. Final delay: from the end of speech, so the silence timeout of 300 ms is part of it.`,
    ],
  });
}

function slowdown(step: Step, steps: readonly Step[]): number {
  return percentile(step.firstTextMs, 0.95) / percentile(steps[0]?.firstTextMs ?? [], 0.95);
}

async function measure(
  server: ServerProcess,
  subject: Subject,
  sessions: number,
  seconds: number,
): Promise<Step> {
  const untilMs = performance.now() + seconds * 1000;
  const measured: MeasuredClip[] = [];
  const talk = async (index: number): Promise<void> => {
    // Nobody begins together.
    await sleep((index * 1000) / sessions);
    for (let round = index; performance.now() < untilMs; round++) {
      const clip = subject.clips[round % subject.clips.length];
      if (clip) measured.push(await measureClip(server.realtimeUrl, subject, clip));
    }
  };
  const cpu = new CpuMeter(server.process.pid ?? 0);
  const startMs = performance.now();
  await Promise.all(Array.from({ length: sessions }, (_, index) => talk(index)));
  const coresEach = cpu.used(((performance.now() - startMs) / 1000) * sessions);
  const utterances = measured.flatMap((each) => each.utterances);
  const sum = (of: (each: MeasuredClip) => number): number =>
    measured.reduce((total, each) => total + of(each), 0);
  return {
    sessions,
    utterances: utterances.length,
    withoutPartial: utterances.filter(({ hasPartial }) => !hasPartial).length,
    unheard:
      utterances.filter(({ firstTextMs }) => firstTextMs === null).length +
      measured.filter((each) => each.utterances.length === 0).length,
    firstTextMs: known(utterances.map(({ firstTextMs }) => firstTextMs)),
    firstRightWordMs: known(utterances.map(({ firstRightWordMs }) => firstRightWordMs)),
    coresEach,
    finalDelayMs: known(utterances.map(({ finalDelayMs }) => finalDelayMs)),
    errorRate: sum(({ errors }) => errors) / sum(({ saidWords }) => saidWords),
  };
}
