import { availableParallelism } from 'node:os';
import { startFlood } from '../../test/support/flood.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { modelFlags, reportName, type Subject } from '../subject.ts';
import { known, measureClip } from '../utterance.ts';

const talkers = 3;
const floodSpeed = 100;

interface Step {
  readonly company: string;
  readonly utterances: number;
  readonly withoutPartial: number;
  readonly firstTextMs: readonly number[];
  readonly finalDelayMs: readonly number[];
}

/**
 * What others notice of a client that keeps to no limit: three people talk in real time, alone and beside one that sends
 * speech at 100 times real time and ends an utterance after every 0.4 s of it. `--seconds N`: how long each step lasts.
 */
export async function run({ seconds = 15, subject }: BenchOptions): Promise<void> {
  const server = await startServerProcess([...modelFlags(subject, '--default-model'), '--log-level', 'warn']);
  const steps: Step[] = [];
  try {
    await measure(server.realtimeUrl, subject, 'warm-up', 3);
    steps.push(await measure(server.realtimeUrl, subject, 'alone', seconds));
    const speech = subject.clips[0]?.samples ?? new Int16Array();
    const query = `model=${subject.model}`;
    const flood = await startFlood(server.realtimeUrl, speech, { speed: floodSpeed, query });
    steps.push(await measure(server.realtimeUrl, subject, `beside one at ${floodSpeed} x`, seconds));
    await flood.stop();
  } finally {
    await server.stop();
  }
  publish({
    name: reportName('fairness', subject),
    title: `${talkers} people talking to ${subject.model}, and one that sends ${floodSpeed} times as much`,
    rows: steps.map((step) => ({
      company: step.company,
      utterances: step.utterances,
      withoutPartial: step.withoutPartial,
      firstTextMedianMs: percentile(step.firstTextMs, 0.5),
      firstTextP95Ms: percentile(step.firstTextMs, 0.95),
      finalDelayMedianMs: percentile(step.finalDelayMs, 0.5),
      finalDelayP95Ms: percentile(step.finalDelayMs, 0.95),
    })),
    notes: [
      `Server and clients share the machine's ${availableParallelism()} cores. Final delay: from the end of speech, so the silence timeout of 300 ms is part of it.`,
    ],
  });
}

async function measure(
  realtimeUrl: string,
  subject: Subject,
  company: string,
  seconds: number,
): Promise<Step> {
  const untilMs = performance.now() + seconds * 1000;
  const measured = await Promise.all(
    Array.from({ length: talkers }, async (_, index) => {
      const said = [];
      for (let round = index; performance.now() < untilMs; round++) {
        const clip = subject.clips[round % subject.clips.length];
        if (clip) said.push(await measureClip(realtimeUrl, subject, clip));
      }
      return said;
    }),
  );
  const utterances = measured.flat().flatMap((each) => each.utterances);
  return {
    company,
    utterances: utterances.length,
    withoutPartial: utterances.filter(({ hasPartial }) => !hasPartial).length,
    firstTextMs: known(utterances.map(({ firstTextMs }) => firstTextMs)),
    finalDelayMs: known(utterances.map(({ finalDelayMs }) => finalDelayMs)),
  };
}
