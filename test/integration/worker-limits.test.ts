import { Client, type ClientDuplexStream, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { deferred } from '#theo/deferred.js';
import { loadWorkerService, type TranscribeFileRequestInit } from '#theo/engine/remote/wire.js';
import type { RecordingTranscript } from '#theo/engine/types.js';
import type { WorkerLimits } from '#theo/worker/limits.js';
import type { WorkerServer } from '#theo/worker/worker-server.js';
import { FakeEngine } from '../support/fake-engine.ts';
import { startWorker, until } from './worker-support.ts';

// What callers can make a worker hold, and for how long.

const service = loadWorkerService();
const pcm = new Uint8Array(2 * 8_000);

/** An engine whose recordings are answered when the test says so. */
class SlowEngine extends FakeEngine {
  readonly answers: (() => void)[] = [];
  decoding = 0;
  mostDecoding = 0;

  override async transcribe(): Promise<RecordingTranscript> {
    const { promise, resolve } = deferred<void>();
    this.answers.push(resolve);
    this.mostDecoding = Math.max(this.mostDecoding, ++this.decoding);
    await promise;
    this.decoding--;
    return {
      text: 'yes',
      language: 'en',
      languageProbability: 0.9,
      confidence: 1,
      words: null,
      segments: [],
    };
  }
}

let engine: SlowEngine;
let server: WorkerServer;
let client: Client;

async function start(limits: Partial<WorkerLimits>): Promise<void> {
  engine = new SlowEngine();
  server = await startWorker(engine, null, '127.0.0.1:0', limits);
  client = new Client(server.address, credentials.createInsecure());
}

afterEach(async () => {
  client.close();
  await server.close(0);
});

type Ended = { readonly code: status; readonly details: string };

/** A call of any method that goes on until it is ended. */
function open(path: string): { call: ClientDuplexStream<Buffer, Buffer>; ended: Promise<Ended> } {
  const call = client.makeBidiStreamRequest(
    path,
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => bytes,
  );
  call.on('data', () => {}).on('error', () => {});
  return { call, ended: new Promise((resolve) => call.on('status', resolve)) };
}

const openStream = () => open(service.TranscribeStream.path);
const frame = (data: Uint8Array, isLast = false) =>
  service.TranscribeStream.requestSerialize({ data, isLast });

function transcribe(request: TranscribeFileRequestInit = {}): Promise<unknown> {
  const { path, requestSerialize, responseDeserialize } = service.TranscribeFile;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { audioData: pcm, singleUtterance: true, ...request },
      (error: ServiceError | null, response?: unknown) => (response ? resolve(response) : reject(error)),
    );
  });
}

test('too many calls are refused, and questions about its health are not', async () => {
  await start({ calls: 2 });
  const first = openStream();
  first.call.write(frame(pcm));
  const file = transcribe();
  await until('both are there', () => server.servicer.calls.size === 2);
  const third = openStream();
  expect(await third.ended).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    details: 'the worker has too many calls',
  });
  await expect(transcribe()).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  const health = open(service.Health.path);
  health.call.end(service.Health.requestSerialize({}));
  expect((await health.ended).code).toBe(status.OK);

  first.call.cancel();
  await until('the first has gone', () => server.servicer.calls.size === 1);
  const fourth = openStream();
  fourth.call.end(frame(pcm, true));
  await until('it is heard', () => engine.streams.length === 2);
  engine.stream.final('yes');
  expect((await fourth.ended).code).toBe(status.OK);
  engine.answers[0]?.();
  await file;
});

test('recordings are received and held a few at a time; the others wait for their turn', async () => {
  await start({ arrivingRecordings: 2, recordingBytes: 2.5 * pcm.length });
  const answers = Array.from({ length: 6 }, () => transcribe());
  for (let count = 0; count < 6; count++) {
    await until('the next is decoded', () => engine.answers.length > count);
    engine.answers[count]?.();
  }
  await Promise.all(answers);
  expect(engine.mostDecoding).toBe(2);
});

test('whoever gives a recording up while it waits makes room', async () => {
  await start({ arrivingRecordings: 1, recordingBytes: pcm.length });
  const answer = transcribe();
  await until('it is decoded', () => engine.answers.length === 1);
  const waiting = open(service.TranscribeFile.path);
  waiting.call.end(service.TranscribeFile.requestSerialize({ audioData: pcm, singleUtterance: true }));
  let isAnswered = false;
  const next = transcribe().then(() => {
    isAnswered = true;
  });
  waiting.call.cancel();
  await until('all have had their turn', () => {
    for (const tell of engine.answers) tell();
    return isAnswered;
  });
  await Promise.all([answer, next]);
});

test.each([
  ['a recording', () => service.TranscribeFile.path],
  ['a question', () => service.Health.path],
])('%s that does not arrive in time is given up', async (_what, path) => {
  await start({ arrivalMs: 100 });
  const unsent = open(path());
  expect(await unsent.ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  const unfinished = open(path());
  unfinished.call.write(service.TranscribeFile.requestSerialize({}));
  expect(await unfinished.ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
});

test('a stream of which nothing comes ends, with or without a first frame', async () => {
  await start({ idleMs: 1000 });
  const empty = openStream();
  expect(await empty.ended).toMatchObject({
    code: status.DEADLINE_EXCEEDED,
    details: 'nothing came for 1 s',
  });
  const begun = openStream();
  begun.call.write(frame(pcm));
  expect((await begun.ended).code).toBe(status.DEADLINE_EXCEEDED);
  expect(engine.stream.isCancelled).toBe(true);
  expect(server.servicer.calls.size).toBe(0);
});

test('an engine that takes its time is waited for', async () => {
  await start({ idleMs: 1500 });
  const { call, ended } = openStream();
  call.end(frame(pcm, true));
  await until('it is flushed', () => engine.streams[0]?.isFlushed ?? false);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  engine.stream.final('at last');
  expect((await ended).code).toBe(status.OK);
});

test('streams hold so much audio together and no more, and make room when they end', async () => {
  await start({ streamSamples: 12_000 });
  const first = openStream();
  first.call.write(frame(pcm));
  await until('it is held', () => engine.streams[0]?.sampleCount === 8_000);
  const second = openStream();
  second.call.write(frame(pcm));
  expect(await second.ended).toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    details: 'the worker holds too much audio that is not decoded yet',
  });
  first.call.end(frame(new Uint8Array(), true));
  await until('it is flushed', () => engine.streams[0]?.isFlushed ?? false);
  engine.streams[0]?.final('yes');
  await first.ended;
  const third = openStream();
  third.call.end(frame(pcm, true));
  await until('it is heard', () => engine.streams.length === 3);
  engine.stream.final('yes');
  expect((await third.ended).code).toBe(status.OK);
});
