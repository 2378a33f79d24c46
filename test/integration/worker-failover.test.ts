import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#theo/clock.js';
import type { EngineErrorCode } from '#theo/engine/errors.js';
import type { RemoteEngines } from '#theo/engine/remote/remote-engines.js';
import type { WorkerAddress } from '#theo/engine/remote/worker-client.js';
import type { SpeechEngine } from '#theo/engine/types.js';
import { Utterance } from '#theo/session/utterance.js';
import { WorkerManager } from '#theo/worker/manager.js';
import type { WorkerServer } from '#theo/worker/worker-server.js';
import { type Clip, clip, clips } from '../support/clips.ts';
import { model, modelsDir } from '../support/models.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { startServerProcess } from '../support/server-process.ts';
import { busyWorkerPid, isRunning, workerPids } from '../support/worker-pids.ts';
import {
  briskHealth,
  collect,
  connect,
  finalOf,
  localEngines,
  samplesOf,
  startWorker,
  streamOptions,
  until,
  writeHops,
} from './worker-support.ts';

/** How many people speak when a worker dies; more with THEO_FAILOVER_UTTERANCES. */
const speakers = Number(process.env.THEO_FAILOVER_UTTERANCES ?? 8);
const hopSamples = 512;
/** Four times as fast as people speak. */
const hopEveryMs = 8;
const startWorkersTimeoutMs = 20_000;

const quietLog = { info: () => {}, warn: () => {} };

/** What the client of one utterance would notice. */
interface Heard {
  readonly clip: Clip;
  readonly finals: string[];
  readonly errors: { readonly code: EngineErrorCode; readonly replaying: boolean }[];
  readonly over: Promise<void>;
}

/** Speaks a clip through the engine as a session does: with its audio held until the final is there. */
function speak(engine: SpeechEngine, spoken: Clip): Heard {
  const finals: string[] = [];
  const errors: Heard['errors'] = [];
  const samples = samplesOf(spoken);
  const hops = Array.from({ length: Math.floor(samples.length / hopSamples) }, (_, index) => ({
    startSample: index * hopSamples,
    samples: samples.slice(index * hopSamples, (index + 1) * hopSamples),
    rmsDbfs: -20,
    flatness: 0.1,
  }));
  const over = new Promise<void>((resolve) => {
    const utterance = new Utterance(
      { openStream: () => engine.openStream(streamOptions), clock: systemClock },
      0,
      hops.slice(0, 10),
      {
        onPartial: () => {},
        onFinal: (_, { text }) => {
          finals.push(text);
          resolve();
        },
        onError: (_, error, replaying) => {
          errors.push({ code: error.code, replaying });
          if (!replaying) resolve();
        },
      },
    );
    const rest = hops.slice(10);
    const timer = setInterval(() => {
      const hop = rest.shift();
      if (hop) {
        utterance.add(hop);
      } else {
        clearInterval(timer);
        utterance.end(samples.length);
      }
    }, hopEveryMs);
  });
  return { clip: spoken, finals, errors, over };
}

async function expectOneFinalEach(heard: readonly Heard[]): Promise<void> {
  await Promise.all(heard.map(({ over }) => over));
  expect(heard.map(({ finals }) => finals)).toEqual(heard.map(({ clip }) => [clip.text]));
}

function speakAll(engine: SpeechEngine): readonly Heard[] {
  const easy = clips.filter(({ file }) => /^(en|pt)_0[128]/.test(file));
  return Array.from({ length: speakers }, (_, index) =>
    speak(engine, easy[index % easy.length] ?? clip('en_01')),
  );
}

const served = (engines: RemoteEngines): number =>
  engines.workers.filter(({ state }) => state === 'serving').length;

describe('two worker processes', () => {
  let manager: WorkerManager;
  let engines: RemoteEngines;
  let engine: SpeechEngine;
  beforeAll(async () => {
    manager = new WorkerManager({
      count: 2,
      model,
      modelsDir,
      decodeSlots: 2,
      cores: 2,
      logFormat: 'json',
      logLevel: 'silent',
      clock: systemClock,
      log: quietLog,
    });
    manager.start();
    ({ engines, engine } = await connect(manager, { healthTiming: briskHealth }));
  });
  afterAll(async () => {
    await engines.close();
    await manager.close(5_000);
  });
  afterEach(() => until('both serve', () => served(engines) === 2, startWorkersTimeoutMs));

  /** The process of a worker that has work. */
  function busyPid(): number {
    const busy = engines.workers.find(({ activeCalls }) => activeCalls > 0);
    const pid = manager.processes.find(({ address }) => address === busy?.address)?.pid;
    if (pid === undefined) throw new Error('no worker has work');
    return pid;
  }

  test('share the work', async () => {
    await until('both serve', () => served(engines) === 2, startWorkersTimeoutMs);
    const heard = speakAll(engine);
    await until('both work', () => engines.workers.every(({ activeCalls }) => activeCalls >= speakers / 4));
    await expectOneFinalEach(heard);
    expect(heard.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('one is killed in the middle of utterances: every final comes once', async () => {
    const heard = speakAll(engine);
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.kill(busyPid(), 'SIGKILL');
    await expectOneFinalEach(heard);
    const errors = heard.flatMap((one) => one.errors);
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['worker_crash']));
    expect(errors.every(({ replaying }) => replaying)).toBe(true);
  });

  test('one stands still: what it was given is taken to the other', async () => {
    const heard = speakAll(engine);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const pid = busyPid();
    process.kill(pid, 'SIGSTOP');
    try {
      await expectOneFinalEach(heard);
      const codes = heard.flatMap(({ errors }) => errors.map(({ code }) => code));
      expect(codes).toContain('worker_timeout');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('a recording goes to the other worker when its own is killed', async () => {
    const recording = clip('pt_04');
    const options = { language: null, prompt: '', hotWords: [], task: 'transcribe' } as const;
    const transcripts = Array.from({ length: 20 }, () => engine.transcribe(samplesOf(recording), options));
    await until('there is work', () => engines.workers.some(({ activeCalls }) => activeCalls > 0));
    process.kill(busyPid(), 'SIGKILL');
    for (const { text } of await Promise.all(transcripts)) expect(text).toBe(recording.text);
  });
});

describe('the only worker', () => {
  let close: () => Promise<void>;
  let local: SpeechEngine;
  let server: WorkerServer;
  beforeAll(async () => {
    const { engines, engine } = await localEngines();
    local = engine;
    close = () => engines.close();
  });
  afterAll(async () => {
    await server.close(0);
    await close();
  });

  test('is gone: utterances fail, and succeed again when it is back', async () => {
    server = await startWorker(local);
    const streamTiming = { availableMs: 400, stallMs: 5_000, finalMs: 10_000 };
    const { engines, engine } = await connect([server.address], { healthTiming: briskHealth, streamTiming });
    await server.close(0);
    await until('the loss is noticed', () => served(engines) === 0);
    expect(engines.names).toEqual([model]);

    const lost = speak(engine, clip('en_01'));
    await lost.over;
    expect(lost.errors.map(({ code }) => code)).toEqual(Array(4).fill('worker_unavailable'));
    expect(lost.finals).toEqual([]);

    server = await startWorker(local, null, server.address);
    await until('it is back', () => served(engines) === 1);
    await expectOneFinalEach([speak(engine, clip('en_01'))]);
    await engines.close();
  });

  test('is restarted: an utterance that began without it waits for it', async () => {
    server = await startWorker(local);
    const { engines, engine } = await connect([server.address], { healthTiming: briskHealth });
    await server.close(0);
    await until('the loss is noticed', () => served(engines) === 0);
    const waiting = engine.openStream({ ...streamOptions, enablePartials: false });
    writeHops(waiting, samplesOf(clip('en_01')));
    waiting.anticipateFlush();
    waiting.flush();
    server = await startWorker(local, null, server.address);
    expect(finalOf(await collect(waiting)).transcript.text).toBe(clip('en_01').text);
    await engines.close();
  });
});

test('no worker is left: the session stays, and hears its final when one is back', async () => {
  const inProcess = await localEngines();
  const worker = await startWorker(inProcess.engine);
  const server = await startServerProcess(['--worker', worker.address]);
  const client = await RealtimeClient.open(server.realtimeUrl);
  const spoken = clip('en_02');
  const speaking = client.sendInRealTime(withSilence(spoken.samples, 800));
  await client.next('transcript.partial');
  await worker.close(0);
  await speaking;
  await client.next('error', 2);
  expect((await fetch(`${server.url}/health`)).status).toBe(503);
  const returned = await startWorker(inProcess.engine, null, worker.address);
  await client.next('transcript.final');
  // The session is as it was.
  await client.sendInRealTime(withSilence(spoken.samples, 800));
  await client.next('transcript.final', 2);
  await client.finish();
  expect(client.of('error')).toMatchObject([
    { code: 'worker_crash', recoverable: true, resume_segment_id: 0 },
    { code: 'worker_unavailable', recoverable: true, resume_segment_id: 0 },
  ]);
  expect(client.of('transcript.final')).toMatchObject([
    { text: spoken.text, segment_id: 0 },
    { text: spoken.text, segment_id: 1 },
  ]);
  expect(await server.stop()).toBe(0);
  await returned.close(0);
  await inProcess.engines.close();
});

test('a worker that is taken off the list finishes what it has, and gets nothing new', async () => {
  const inProcess = await localEngines();
  const servers = [await startWorker(inProcess.engine), await startWorker(inProcess.engine)];
  const targets = servers.map(({ address }) => ({ target: address }));
  let tell: (addresses: readonly WorkerAddress[]) => void = () => {};
  const { engines, engine } = await connect({
    watch: (onAddresses) => {
      tell = onAddresses;
      onAddresses(targets.slice(0, 1));
      return () => {};
    },
  });
  const stream = engine.openStream({ ...streamOptions, enablePartials: false });
  writeHops(stream, samplesOf(clip('en_01')));
  await until('the first has work', () => servers[0]?.servicer.calls.size === 1);
  tell(targets.slice(1));
  await until('the second is there', () => served(engines) === 1);
  await expectOneFinalEach([speak(engine, clip('en_02'))]);
  expect(servers[0]?.servicer.calls.size).toBe(1);
  stream.flush();
  expect(finalOf(await collect(stream)).transcript.text).toBe(clip('en_01').text);
  await engines.close();
  for (const server of servers) await server.close(0);
  await inProcess.engines.close();
});

describe('theo serve --workers 2', () => {
  const speech = clip('en_02');

  test('a client hears of a crash, and gets its final once', async () => {
    const server = await startServerProcess(['--workers', '2']);
    const client = await RealtimeClient.open(server.realtimeUrl);
    const speaking = client.sendInRealTime(withSilence(speech.samples, 800));
    await client.next('transcript.partial');
    process.kill(await busyWorkerPid(server), 'SIGKILL');
    await speaking;
    await client.next('transcript.final');
    await client.finish();
    expect(client.of('error')).toMatchObject([
      { code: 'worker_crash', recoverable: true, resume_segment_id: 0 },
    ]);
    expect(client.of('transcript.final')).toMatchObject([{ text: speech.text, segment_id: 0 }]);
    expect(client.of('session.closed')).toMatchObject([{ reason: 'client_request' }]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('theo_worker_restarts_total 1');
    expect(await server.stop()).toBe(0);
    expect(workerPids(server).filter(isRunning)).toEqual([]);
  });

  test('leaves no worker behind when it is killed', async () => {
    const server = await startServerProcess(['--workers', '2']);
    await until('both run', () => workerPids(server).length === 2);
    const pids = workerPids(server);
    expect(pids.every(isRunning)).toBe(true);
    server.process.kill('SIGKILL');
    await until('they are gone', () => !pids.some(isRunning));
  });

  test.runIf(process.platform === 'linux')('not even one that stands still', async () => {
    const server = await startServerProcess(['--workers', '1']);
    await until('it runs', () => workerPids(server).length === 1);
    const [pid = 0] = workerPids(server);
    process.kill(pid, 'SIGSTOP');
    try {
      server.process.kill('SIGKILL');
      await until('it is gone', () => !isRunning(pid));
    } finally {
      if (isRunning(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});
