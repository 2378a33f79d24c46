// `npm run test:failover -- [--kills 20] [--sessions 20]`: people talk through `theo serve --workers 2`, and in every
// round one of the workers is killed in the middle of their utterances. Each utterance has to have its final, once and
// in order, with no more words wrong than in the round before the first kill. Exits with 1 where one does not hold.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clips } from '../support/clips.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { startServerProcess } from '../support/server-process.ts';
import { exactWordErrors } from '../support/word-errors.ts';
import { busyWorkerPid, workersUp } from '../support/worker-pids.ts';

const workers = 2;
const pauseMs = 1_000;
/** From the start of the clips to the kill: most clips last for two to three seconds. */
const [earliestKillMs, latestKillMs] = [700, 1_700];
const finalsTimeoutMs = 30_000;

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, sessions: { type: 'string', default: '20' } },
});
const kills = Number(values.kills);
/** What each session says. */
const sessions = Number(values.sessions);
const spoken = Array.from({ length: Math.ceil(sessions / clips.length) }, () => clips)
  .flat()
  .slice(0, sessions);

interface Round {
  readonly finals: number;
  readonly replayed: number;
  readonly wrongWords: number;
  readonly problems: readonly string[];
}

const server = await startServerProcess(['--workers', String(workers)]);
const calm = await round(undefined);
console.error(`nobody killed: ${calm.finals} finals, ${calm.wrongWords} words wrong`);
const killed: Round[] = [];
for (let kill = 1; kill <= kills; kill++) {
  const after = await round(earliestKillMs + ((latestKillMs - earliestKillMs) * kill) / kills);
  killed.push(after);
  console.error(
    `kill ${kill}: ${after.finals} finals, ${after.replayed} replayed, ${after.wrongWords} words wrong`,
  );
}
const exitCode = await server.stop();
process.exitCode = report() ? 0 : 1;

/** Everybody opens a session and says a clip, each its own, the same in every round. */
async function round(killAfterMs: number | undefined): Promise<Round> {
  while ((await workersUp(server)) < workers) await sleep(100);
  const clients = await Promise.all(spoken.map(() => RealtimeClient.open(server.realtimeUrl)));
  for (const client of clients) client.command({ type: 'session.configure', enable_itn: false });
  const speaking = clients.map(async (client, index) => {
    await client.sendInRealTime(withSilence(spoken[index]?.samples ?? new Int16Array(), pauseMs));
    await allEnded(client);
    await client.finish();
  });
  if (killAfterMs !== undefined) {
    await sleep(killAfterMs);
    process.kill(await busyWorkerPid(server), 'SIGKILL');
  }
  await Promise.all(speaking);
  const errors = clients.flatMap((client) => client.of('error'));
  const isReplay = ({ code, recoverable }: (typeof errors)[number]): boolean =>
    code === 'worker_crash' && recoverable;
  return {
    finals: clients.reduce((sum, client) => sum + client.of('transcript.final').length, 0),
    replayed: errors.filter(isReplay).length,
    wrongWords: clients.reduce(
      (sum, { text }, index) => sum + exactWordErrors(spoken[index]?.text ?? '', text).errors,
      0,
    ),
    problems: [
      ...clients.flatMap(problemsOf),
      ...errors.filter((error) => !isReplay(error)).map((error) => JSON.stringify(error)),
    ],
  };
}

/** Waits until each utterance has ended; one that is lost is found by its session's events. */
async function allEnded(client: RealtimeClient): Promise<void> {
  const deadlineMs = performance.now() + finalsTimeoutMs;
  const isOver = (): boolean => {
    const ended = client.of('vad.speech_end').length;
    return ended > 0 && ended === client.of('vad.speech_start').length;
  };
  while (!isOver() && performance.now() < deadlineMs) await sleep(20);
}

/** Between the start and the end of each utterance there has to be one final, with the next number. */
function problemsOf({ arrivals }: RealtimeClient, session: number): readonly string[] {
  const order = arrivals.flatMap((event) => {
    if (event.type === 'vad.speech_start') return ['start'];
    if (event.type === 'vad.speech_end') return ['end'];
    return event.type === 'transcript.final' ? [`final ${event.segment_id}`] : [];
  });
  const utterances = Math.max(1, Math.ceil(order.length / 3));
  const expected = Array.from({ length: utterances }, (_, id) => ['start', `final ${id}`, 'end']).flat();
  return order.join(', ') === expected.join(', ') ? [] : [`session ${session}: ${order.join(', ')}`];
}

/** Prints what came of it. @returns whether everything holds. */
function report(): boolean {
  const problems = [calm, ...killed].flatMap((each) => each.problems);
  const total = (of: (each: Round) => number): number => killed.reduce((sum, each) => sum + of(each), 0);
  const said = spoken.reduce((sum, { text }) => sum + exactWordErrors(text, '').saidWords, 0);
  const calmPercent = (100 * calm.wrongWords) / said;
  const killedPercent = (100 * total(({ wrongWords }) => wrongWords)) / (said * Math.max(1, kills));
  console.log(`${spoken.length} sessions, ${kills} kills: ${total(({ finals }) => finals)} finals`);
  console.log(`utterances replayed: ${total(({ replayed }) => replayed)}`);
  console.log(`words wrong: ${killedPercent.toFixed(2)} % with kills, ${calmPercent.toFixed(2)} % without`);
  console.log(`finals lost, doubled or out of order, and other errors: ${problems.length}`);
  for (const problem of problems) console.log(problem);
  return problems.length === 0 && killedPercent <= calmPercent && exitCode === 0;
}
