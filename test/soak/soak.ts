// `npm run test:soak -- [--minutes 5] [--sessions 4]`: people who talk without end to one server. Memory must not
// grow, first texts must not get later, and the log must stay quiet. Exits with 1 where one of them does not hold.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Clip, clips } from '../support/clips.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { speechOnsetMs } from '../support/speech-onset.ts';
import { exactWordErrors } from '../support/word-errors.ts';

const maxGrowthMb = 10;
const maxSlowdown = 1.2;
/** Memory settles and code gets compiled in the first part of the run; it is compared from there on. */
const warmUpShare = 0.3;
const maxWarmUpMs = 120_000;
const pauseMs = 700;
const sampleEveryMs = 1000;
/** A few clips that come again and again, so that early and late can be compared clip by clip. */
const spoken = clips.filter((_, index) => index % 4 === 0);

interface Heard {
  readonly file: string;
  readonly atMs: number;
  readonly ttfbMs: number;
  readonly saidWords: number;
  readonly errors: number;
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, sessions: { type: 'string', default: '4' } },
});
const durationMs = Number(values.minutes) * 60_000;
const sessionCount = Number(values.sessions);

const server = await startServerProcess();
const startMs = performance.now();
const elapsedMs = (): number => performance.now() - startMs;
const heard: Heard[] = [];
const memory: { readonly atMs: number; readonly mb: number }[] = [];

const watching = watchMemory(server);
await Promise.all(Array.from({ length: sessionCount }, (_, index) => talk(server, index)));
await watching;
const active = await activeSessions(server);
const exitCode = await server.stop();
process.exitCode = report() ? 0 : 1;

/** One session that says clip after clip, in real time, for the whole run. */
async function talk({ realtimeUrl }: ServerProcess, first: number): Promise<void> {
  const client = await RealtimeClient.open(realtimeUrl);
  client.command({ type: 'session.configure', enable_itn: false });
  await client.next('session.updated');
  for (let index = first; elapsedMs() < durationMs; index++) {
    const clip = spoken[index % spoken.length];
    if (clip) heard.push(await say(client, clip));
    // A long session's events need not be kept.
    client.arrivals.length = 0;
  }
  await client.finish();
}

async function say(client: RealtimeClient, clip: Clip): Promise<Heard> {
  const atMs = elapsedMs();
  const spokenFromMs = await client.sendInRealTime(withSilence(clip.samples, pauseMs));
  // Numbers are said with pauses: what follows the last one is the rest of the clip.
  await client.next('transcript.final');
  const firstText = client.of('transcript.partial')[0];
  return {
    file: clip.file,
    atMs,
    ttfbMs: (firstText?.arrivedAtMs ?? Number.NaN) - (spokenFromMs + speechOnsetMs(clip.samples)),
    ...exactWordErrors(clip.text, client.text),
  };
}

async function watchMemory({ process: child }: ServerProcess): Promise<void> {
  while (elapsedMs() < durationMs) {
    const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' });
    memory.push({ atMs: elapsedMs(), mb: Number(kib) / 1024 });
    await sleep(sampleEveryMs);
  }
}

async function activeSessions({ url }: ServerProcess): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^theo_stt_active_sessions (\d+)$/m.exec(metrics)?.[1]);
}

/** Prints the table. @returns whether everything holds. */
function report(): boolean {
  const warmUpMs = Math.min(maxWarmUpMs, warmUpShare * durationMs);
  const third = (durationMs - warmUpMs) / 3;
  const early = { fromMs: warmUpMs, toMs: warmUpMs + third };
  const late = { fromMs: durationMs - third, toMs: durationMs };
  const growthMb =
    median(within(memory, late).map(({ mb }) => mb)) - median(within(memory, early).map(({ mb }) => mb));
  const [earlyMs, lateMs] = [early, late].map((stretch) =>
    median(within(heard, stretch).map(({ ttfbMs }) => ttfbMs)),
  );
  const ratio = median(
    spoken.map(({ file }) => {
      const ofClip = heard.filter((each) => each.file === file);
      return (
        median(within(ofClip, late).map(({ ttfbMs }) => ttfbMs)) /
        median(within(ofClip, early).map(({ ttfbMs }) => ttfbMs))
      );
    }),
  );
  const unexpected = server.log.filter((line) => !/"level":(10|20|30),/.test(line));
  const said = heard.reduce((sum, each) => sum + each.saidWords, 0);
  const wrong = heard.reduce((sum, each) => sum + each.errors, 0);
  const rows: [what: string, value: string, limit: string, holds: boolean][] = [
    ['memory growth', `${growthMb.toFixed(1)} MB`, `<= ${maxGrowthMb} MB`, growthMb <= maxGrowthMb],
    [
      'first text, late : early',
      `${ratio.toFixed(2)} x (${earlyMs?.toFixed(0)} -> ${lateMs?.toFixed(0)} ms)`,
      `<= ${maxSlowdown} x`,
      ratio <= maxSlowdown,
    ],
    ['log lines above info', String(unexpected.length), '0', unexpected.length === 0],
    ['sessions left', String(active), '0', active === 0],
    ['exit code', String(exitCode), '0', exitCode === 0],
    ['words wrong', `${((100 * wrong) / said).toFixed(1)} % of ${said}`, '<= 5 %', wrong <= 0.05 * said],
  ];
  console.log(`\n${sessionCount} sessions, ${values.minutes} minutes, ${heard.length} utterances\n`);
  for (const [what, value, limit, holds] of rows) {
    console.log(`${what.padEnd(28)}${value.padEnd(28)}${limit.padEnd(12)}${holds ? 'ok' : 'NOT OK'}`);
  }
  for (const line of unexpected.slice(0, 10)) console.log(line);
  return rows.every(([, , , holds]) => holds);
}

function within<Row extends { readonly atMs: number }>(
  rows: readonly Row[],
  stretch: { readonly fromMs: number; readonly toMs: number },
): readonly Row[] {
  return rows.filter(({ atMs }) => atMs >= stretch.fromMs && atMs < stretch.toMs);
}

/** NaN where there is nothing to compare, which does not count. */
function median(samples: readonly number[]): number {
  const sorted = samples.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
