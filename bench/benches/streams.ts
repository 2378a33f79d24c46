import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../../test/support/server-process.ts';
import { compare, isTolerable, nextSessions, Prediction } from '../capacity-check.ts';
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
  /** Cores that the client of one talker takes, on the same machine. */
  readonly clientCoresEach: number;
  readonly errorRate: number;
}

/**
 * How many people can talk at once, and whether a server says so: more and more sessions, until first texts or finals come
 * too late, then numbers between. Also how many before the p95 of the time to first text is more than twice that of one alone. Each says clip after clip in real time. `--seconds N`: how long each step lasts.
 */
export async function run({ seconds = 10, subject }: BenchOptions): Promise<void> {
  const prediction = await Prediction.of(subject);
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
      if (heldBy(steps).tooMany !== undefined && slowdown(step, steps) > allowedSlowdown) break;
    }
    for (let sessions = between(steps); sessions !== undefined; sessions = between(steps)) {
      const step = await measure(server, subject, sessions, seconds);
      steps.push(step);
      steps.sort((a, b) => a.sessions - b.sessions);
      console.error(`${sessions} sessions: final p95 ${percentile(step.finalDelayMs, 0.95).toFixed(0)} ms`);
    }
  } finally {
    await server.stop();
  }
  const held = steps.filter((step) => slowdown(step, steps) < allowedSlowdown).at(-1)?.sessions ?? 0;
  const most = heldBy(steps).held;
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
      ...compare(prediction, steps.find(({ sessions }) => sessions === most)?.clientCoresEach ?? 0, {
        firstTextMs: percentile(steps[0]?.firstTextMs ?? [], 0.5),
        peopleAtOnce: most,
      }),
      `Held with a p95 below ${allowedSlowdown} x that of one session: ${held} sessions, all of them talking.`,
      `${subject.clips.length} clips. Every utterance counts: one without a partial has its first text with its final. The first speech sample is found by level (test/support/speech-onset.ts); where the server disagrees by more than 100 ms, and for further utterances of a clip, by the server.`,
      'firstRightWord: to the first text whose first word is the one of the final. CpuPercentEach: of a core, in the server, for one talker: decode threads; the main thread; all else, which is voice activity detection and what Node.js does beside the main thread.',
      `Server and clients share the machine's ${availableParallelism()} cores. Final delay: from the end of speech, so the silence timeout of 300 ms is part of it.`,
    ],
  });
}

/** The most sessions that were tolerable, and the fewest above them that were not. */
function heldBy(steps: readonly Step[]): { readonly held: number; readonly tooMany: number | undefined } {
  const [alone] = steps;
  if (!alone) return { held: 0, tooMany: undefined };
  const failed = steps.findIndex((step) => !isTolerable(step, alone));
  if (failed < 0) return { held: steps.at(-1)?.sessions ?? 0, tooMany: undefined };
  return { held: steps[failed - 1]?.sessions ?? 0, tooMany: steps[failed]?.sessions };
}

function between(steps: readonly Step[]): number | undefined {
  const { held, tooMany } = heldBy(steps);
  return tooMany === undefined ? undefined : nextSessions(held, tooMany);
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
  const clientCpu = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: sessions }, (_, index) => talk(index)));
  const coresEach = cpu.used(((performance.now() - startMs) / 1000) * sessions);
  const { user, system } = process.cpuUsage(clientCpu);
  const clientCoresEach = (user + system) / 1000 / (performance.now() - startMs) / sessions;
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
    clientCoresEach,
    finalDelayMs: known(utterances.map(({ finalDelayMs }) => finalDelayMs)),
    errorRate: sum(({ errors }) => errors) / sum(({ saidWords }) => saidWords),
  };
}
