// What a worker behind gRPC costs against the engine in process: time to the first partial, time from flush to
// final, and CPU for moving the audio.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#theo/clock.js';
import { availableCores } from '#theo/engine/cores.js';
import { ConfiguredAddresses } from '#theo/engine/remote/addresses.js';
import { RemoteEngines } from '#theo/engine/remote/remote-engines.js';
import type { SpeechEngine, StreamOptions } from '#theo/engine/types.js';
import { hopSamples, sampleRateHz } from '#theo/native.js';
import { WorkerManager } from '#theo/worker/manager.js';
import type { Clip } from '../../test/support/clips.ts';
import { speechOnsetMs } from '../../test/support/speech-onset.ts';
import { sinkEngine } from '../grpc-sink.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { type OpenEngine, openEngine, reportName, type Subject } from '../subject.ts';

const hopMs = (hopSamples * 1000) / sampleRateHz;
/** 1 MB/s of s16le at 16 kHz. */
const megabyteStreams = Math.round(1_000_000 / (2 * sampleRateHz));
const options: StreamOptions = {
  language: null,
  expectedLanguage: null,
  prompt: '',
  earlier: null,
  hotWords: [],
  enablePartials: true,
  leadInSamples: 0,
};

interface Timing {
  readonly firstPartialMs: number | null;
  readonly finalDelayMs: number;
}

export async function run({ rounds = 3, seconds = 5, subject }: BenchOptions): Promise<void> {
  // Every second clip: both languages.
  const spoken = subject.clips.filter((_, index) => index % 2 === 0);
  const latency = await measureLatency(subject, spoken, rounds);
  publish({
    name: reportName('grpc', subject),
    title: 'A worker behind gRPC on loopback, against the engine in process',
    rows: latency,
    notes: [
      `${spoken.length} clips, ${rounds} rounds, one at a time, paced in real time through both engines in turn. No VAD: partials need not wait for speech to be confirmed. The flush is not anticipated.`,
      'The first speech sample is found by level (test/support/speech-onset.ts).',
    ],
  });
  const cpu = await measureCpu(seconds);
  publish({
    name: 'grpc-audio',
    title: 'CPU for moving 1 MB/s of audio to an engine that throws it away',
    rows: cpu,
    notes: [`${megabyteStreams} streams in real time, ${seconds} s.`],
  });
}

async function measureLatency(subject: Subject, spoken: readonly Clip[], rounds: number) {
  const local = await openEngine(subject);
  const remote = await openRemote(subject);
  const subjects = [
    { engine: 'in process', speech: local.engine },
    { engine: 'gRPC worker', speech: remote.engine },
  ].map((engine) => ({ ...engine, timings: [] as Timing[], empty: [] as Timing[] }));
  // Round 0 warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const clip of spoken) {
      for (const { speech, timings, empty } of subjects) {
        const timing = await speak(speech, samplesOf(clip), speechOnsetMs(clip.samples));
        const nothing = await speak(speech, new Float32Array(0), 0);
        if (round === 0) continue;
        timings.push(timing);
        empty.push(nothing);
      }
    }
  }
  await Promise.all([local.close(), remote.close()]);
  return subjects.flatMap(({ engine, timings, empty }) => [
    row('speech', engine, timings),
    row('empty utterance', engine, empty),
  ]);
}

function row(measure: string, engine: string, timings: readonly Timing[]) {
  const firsts = timings.flatMap(({ firstPartialMs }) => (firstPartialMs === null ? [] : [firstPartialMs]));
  const finals = timings.map(({ finalDelayMs }) => finalDelayMs);
  return {
    measure,
    engine,
    utterances: timings.length,
    firstPartialMsMedian: firsts.length === 0 ? null : percentile(firsts, 0.5),
    firstPartialMsP95: firsts.length === 0 ? null : percentile(firsts, 0.95),
    finalDelayMsMedian: percentile(finals, 0.5),
    finalDelayMsP95: percentile(finals, 0.95),
  };
}

/** Plays a clip at the speed of speech; times count from its first speech sample and from the flush. */
async function speak(engine: SpeechEngine, samples: Float32Array, onsetMs: number): Promise<Timing> {
  const stream = engine.openStream(options);
  const startMs = performance.now();
  let firstPartialMs: number | null = null;
  const final = (async () => {
    for await (const event of stream.events) {
      if (event.type === 'partial') firstPartialMs ??= performance.now() - (startMs + onsetMs);
      else if (event.type === 'error') throw event.error;
      else return performance.now();
    }
    throw new Error('the events ended without a final');
  })();
  for (let at = 0; at < samples.length; at += hopSamples) {
    const dueMs = startMs + ((at + hopSamples) * 1000) / sampleRateHz;
    await sleep(dueMs - performance.now());
    stream.write(samples.slice(at, at + hopSamples));
  }
  const flushedMs = performance.now();
  stream.flush();
  return { finalDelayMs: (await final) - flushedMs, firstPartialMs };
}

async function measureCpu(seconds: number) {
  const path = fileURLToPath(new URL('../grpc-sink.js', import.meta.url));
  const sink = fork(path);
  const { address } = (await message(sink)) as { address: string };
  const engines = await connect(new ConfiguredAddresses([address], systemClock));
  const inProcess = await moveAudio(sinkEngine(), seconds, undefined);
  const behindGrpc = await moveAudio(engines.engine, seconds, sink);
  await engines.close();
  sink.disconnect();
  return [
    { engine: 'in process', ...inProcess },
    { engine: 'gRPC worker', ...behindGrpc },
  ];
}

async function moveAudio(engine: SpeechEngine, seconds: number, peer: ChildProcess | undefined) {
  const hop = new Float32Array(hopSamples);
  const streams = Array.from({ length: megabyteStreams }, () => engine.openStream(options));
  const peerBefore = await cpuUsOf(peer);
  const before = process.cpuUsage();
  const startMs = performance.now();
  for (let count = 0; count * hopMs < seconds * 1000; count++) {
    await sleep(startMs + count * hopMs - performance.now());
    for (const stream of streams) stream.write(hop);
  }
  const tookUs = (performance.now() - startMs) * 1000;
  const { user, system } = process.cpuUsage(before);
  const peerUs = (await cpuUsOf(peer)) - peerBefore;
  for (const stream of streams) stream.cancel();
  return {
    runtimeCpuPercent: (100 * (user + system)) / tookUs,
    workerCpuPercent: peer ? (100 * peerUs) / tookUs : null,
  };
}

async function cpuUsOf(peer: ChildProcess | undefined): Promise<number> {
  if (!peer) return 0;
  peer.send('cpu');
  return ((await message(peer)) as { cpuUs: number }).cpuUs;
}

async function message(peer: ChildProcess): Promise<unknown> {
  const [received] = (await once(peer, 'message')) as [unknown];
  return received;
}

async function openRemote({ model, modelsDir }: Subject): Promise<OpenEngine> {
  const manager = new WorkerManager({
    count: 1,
    model,
    modelsDir,
    decodeSlots: 0,
    cores: availableCores(),
    logFormat: 'json',
    logLevel: 'silent',
    clock: systemClock,
    log: { info: () => {}, warn: () => {} },
  });
  manager.start();
  const { engine, close } = await connect(manager);
  return {
    engine,
    close: async () => {
      await close();
      await manager.close(5_000);
    },
  };
}

async function connect(addresses: WorkerManager | ConfiguredAddresses): Promise<OpenEngine> {
  const engines = new RemoteEngines({ addresses, tls: null, clock: systemClock });
  await engines.ready(null);
  const engine = engines.loaded(engines.names[0] ?? '');
  if (!engine) throw new Error('ready, and yet no engine');
  return { engine, close: () => engines.close() };
}

function samplesOf({ samples }: Clip): Float32Array {
  return Float32Array.from(samples, (value) => value / 32_768);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
