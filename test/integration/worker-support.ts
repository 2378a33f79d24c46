import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { systemClock } from '#theo/clock.js';
import { ModelEngines } from '#theo/engine/model-engines.js';
import { type AddressSource, ConfiguredAddresses } from '#theo/engine/remote/addresses.js';
import type { HealthTiming } from '#theo/engine/remote/health-monitor.js';
import { RemoteEngines, type RemoteEnginesParts } from '#theo/engine/remote/remote-engines.js';
import type { EngineEvent, EngineStream, SpeechEngine, StreamOptions } from '#theo/engine/types.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import type { RecordingParts } from '#theo/worker/file-call.js';
import type { WorkerLimits } from '#theo/worker/limits.js';
import { type ServerTls, WorkerServer } from '#theo/worker/worker-server.js';
import type { Clip } from '../support/clips.ts';
import { model, modelsDir } from '../support/models.ts';

export const streamOptions: StreamOptions = {
  language: null,
  expectedLanguage: null,
  prompt: '',
  earlier: null,
  hotWords: [],
  enablePartials: true,
  leadInSamples: 0,
};

/** Finds a worker that hangs within a second. */
export const briskHealth: HealthTiming = { intervalMs: 200, timeoutMs: 500, retryMs: 100 };

const observer = {
  queueDepth: () => {},
  batchStarted: () => {},
  decodeStarted: () => {},
  decodeEnded: () => {},
};

/** A model in this process; that of the tests where no other is named. */
export async function localEngines(
  name = model,
): Promise<{ readonly engines: ModelEngines; readonly engine: SpeechEngine }> {
  const registry = await ModelRegistry.open({ modelsDir });
  const engines = new ModelEngines({
    registry,
    addon: loadNative(),
    clock: systemClock,
    observer,
    decodeSlots: 2,
    warn: () => {},
  });
  const engine = await engines.get(name);
  if (!engine) throw new Error(`no model ${name}`);
  return { engines, engine };
}

const recordings: RecordingParts = {
  // Its thread starts with the first recording, and keeps no process alive.
  classifier: new SileroClassifier(),
  createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(loadNative(), { inputSampleRate }),
};

/** A worker in this process, on a free port. */
export async function startWorker(
  engine: SpeechEngine,
  tls: ServerTls | null = null,
  listen = '127.0.0.1:0',
  limits: Partial<WorkerLimits> = {},
): Promise<WorkerServer> {
  const server = await WorkerServer.start(
    { model, engine: 'whisper.cpp', decodeSlots: 2, languages: ['pt', 'en'] },
    { listen, tls, clock: systemClock, recordings, limits },
  );
  server.serve(engine, 'CPU');
  return server;
}

/** The remote engine on the workers at `addresses`, once one of them takes work. */
export async function connect(
  addresses: readonly string[] | AddressSource,
  parts: Partial<RemoteEnginesParts> = {},
): Promise<{ readonly engines: RemoteEngines; readonly engine: SpeechEngine }> {
  const engines = new RemoteEngines({
    addresses: 'watch' in addresses ? addresses : new ConfiguredAddresses(addresses, systemClock),
    tls: null,
    clock: systemClock,
    ...parts,
  });
  await engines.ready(null);
  const engine = engines.loaded(engines.names[0] ?? '');
  if (!engine) throw new Error('ready, and yet no engine');
  return { engines, engine };
}

export function samplesOf(clip: Clip): Float32Array {
  return Float32Array.from(clip.samples, (value) => value / 32_768);
}

/** Writes in hops of 32 ms. */
export function writeHops(stream: EngineStream, samples: Float32Array): void {
  for (let at = 0; at < samples.length; at += 512) stream.write(samples.slice(at, at + 512));
}

export async function collect(stream: EngineStream): Promise<readonly EngineEvent[]> {
  const events: EngineEvent[] = [];
  for await (const event of stream.events) events.push(event);
  return events;
}

export function finalOf(events: readonly EngineEvent[]): EngineEvent & { type: 'final' } {
  const last = events.at(-1);
  if (last?.type !== 'final') throw new Error(`the last event is ${JSON.stringify(last)}`);
  return last;
}

/** Waits for something to become true. @throws Error naming what did not, after `timeoutMs`. */
export async function until(what: string, isTrue: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
