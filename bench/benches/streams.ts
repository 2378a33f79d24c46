import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { clips } from '../../test/support/clips.ts';
import { RealtimeClient, withSilence } from '../../test/support/realtime-client.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { speechOnsetMs } from '../../test/support/speech-onset.ts';
import { wordErrors, words } from '../../test/support/word-errors.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';

const sessionCounts = [1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256];
const allowedSlowdown = 2;
const pauseMs = 700;

interface Step {
  readonly sessions: number;
  readonly ttfbMs: readonly number[];
  readonly finalDelayMs: readonly number[];
  readonly utterances: number;
  readonly errorRate: number;
}

/**
 * How many people can talk at once before the p95 of the time to first text is more than twice that of one alone:
 * more and more sessions, each saying clip after clip in real time. `--seconds N`: how long each step lasts.
 */
export async function run({ seconds = 10 }: BenchOptions): Promise<void> {
  const server = await startServerProcess(['--log-level', 'warn']);
  const steps: Step[] = [];
  try {
    await measure(server.realtimeUrl, 1, 4);
    for (const sessions of sessionCounts) {
      // One session alone has few utterances: it gets more time.
      const step = await measure(server.realtimeUrl, sessions, sessions === 1 ? 3 * seconds : seconds);
      steps.push(step);
      console.error(`${sessions} sessions: first text p95 ${percentile(step.ttfbMs, 0.95).toFixed(0)} ms`);
      if (slowdown(step, steps) > 2 * allowedSlowdown) break;
    }
  } finally {
    await server.stop();
  }
  const held = steps.filter((step) => slowdown(step, steps) < allowedSlowdown).at(-1)?.sessions ?? 0;
  publish({
    name: 'streams',
    title: `Live sessions at once, all talking, ${seconds} s a step`,
    rows: steps.map((step) => ({
      sessions: step.sessions,
      utterances: step.utterances,
      ttfbMedianMs: percentile(step.ttfbMs, 0.5),
      ttfbP95Ms: percentile(step.ttfbMs, 0.95),
      ttfbP95Ratio: slowdown(step, steps),
      finalDelayP95Ms: percentile(step.finalDelayMs, 0.95),
      wordErrorPercent: 100 * step.errorRate,
    })),
    chart: {
      title: 'First speech sample to first partial, p95',
      unit: 'ms',
      bars: steps.map((step) => ({
        label: `${step.sessions} sessions`,
        value: percentile(step.ttfbMs, 0.95),
      })),
      mark: {
        label: `${allowedSlowdown} x one session`,
        value: allowedSlowdown * percentile(steps[0]?.ttfbMs ?? [], 0.95),
      },
    },
    notes: [
      `Held with a p95 below ${allowedSlowdown} x that of one session: ${held} sessions, all of them talking.`,
      `Server and clients share the machine's ${availableParallelism()} cores. Final delay: from the end of speech, so the silence timeout of 300 ms is part of it.`,
    ],
  });
}

function slowdown(step: Step, steps: readonly Step[]): number {
  return percentile(step.ttfbMs, 0.95) / percentile(steps[0]?.ttfbMs ?? [], 0.95);
}

async function measure(realtimeUrl: string, sessions: number, seconds: number): Promise<Step> {
  const untilMs = performance.now() + seconds * 1000;
  const ttfbMs: number[] = [];
  const finalDelayMs: number[] = [];
  let utterances = 0;
  let said = 0;
  let errors = 0;
  const talk = async (index: number): Promise<void> => {
    // Nobody begins together.
    await sleep((index * 1000) / sessions);
    const client = await RealtimeClient.open(realtimeUrl);
    client.command({ type: 'session.configure', enable_itn: false });
    await client.next('session.updated');
    for (let round = index; performance.now() < untilMs; round++) {
      const clip = clips[round % clips.length];
      if (!clip) continue;
      const startMs = await client.sendInRealTime(withSilence(clip.samples, pauseMs));
      const final = await client.next('transcript.final');
      await client.next('vad.speech_end');
      const first = client.of('transcript.partial')[0];
      const speechStart = client.of('vad.speech_start')[0]?.timestamp_ms ?? Number.NaN;
      // Where this clip began in the session's audio time is where its speech was found, less where it lies in the clip.
      const clipFromMs = speechStart - speechOnsetMs(clip.samples);
      if (first) ttfbMs.push(first.arrivedAtMs - (startMs + speechOnsetMs(clip.samples)));
      finalDelayMs.push(final.arrivedAtMs - (startMs + final.end_ms - clipFromMs));
      utterances += 1;
      said += words(clip.text).length;
      errors += wordErrors(clip.text, client.text);
      client.arrivals.length = 0;
    }
    await client.finish();
  };
  await Promise.all(Array.from({ length: sessions }, (_, index) => talk(index)));
  return { sessions, ttfbMs, finalDelayMs, utterances, errorRate: errors / said };
}
