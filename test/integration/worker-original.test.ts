import { Server, ServerCredentials, type ServerDuplexStream, type sendUnaryData } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import type { RemoteEngines } from '#theo/engine/remote/remote-engines.js';
import { defaultStreamTiming } from '#theo/engine/remote/remote-stream.js';
import {
  type AudioFrame,
  loadWorkerService,
  type TranscriptEventInit,
  workerServiceName,
} from '#theo/engine/remote/wire.js';
import type { EngineEvent, SpeechEngine } from '#theo/engine/types.js';
import { briskHealth, collect, connect, streamOptions, until } from './worker-support.ts';

// Workers of other runtimes: they know the fields below 100 only, have no grpc.health.v1, send a final for every
// few seconds of audio, and put a mean log-probability where the confidence belongs.

type Call = ServerDuplexStream<AudioFrame, TranscriptEventInit>;

/** Leaves as bytes that are no message. */
const garbage = {};

const servers: Server[] = [];
const opened: RemoteEngines[] = [];

afterEach(async () => {
  for (const engines of opened.splice(0)) await engines.close();
  for (const server of servers.splice(0)) server.forceShutdown();
});

/** A peer with a behaviour of its own. @returns the engine behind which it stands */
async function behind(
  transcribeStream: (call: Call) => void,
  { status = () => 'ok', timing = {} }: { status?: () => string; timing?: object } = {},
): Promise<SpeechEngine> {
  const server = new Server();
  servers.push(server);
  const service = loadWorkerService();
  const { responseSerialize } = service.TranscribeStream;
  const stream: typeof service.TranscribeStream = {
    ...service.TranscribeStream,
    responseSerialize: (event) =>
      event === garbage ? Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07]) : responseSerialize(event),
  };
  server.addService(
    { ...service, TranscribeStream: stream },
    {
      TranscribeStream: transcribeStream,
      TranscribeFile: (_call: unknown, callback: sendUnaryData<object>) =>
        callback(null, {
          text: 'a whole file',
          language: 'en',
          segments: [{ text: 'a whole file', avgLogprob: Math.log(0.5) }],
          words: [{ word: 'a', start: 0.5, end: 0.75, probability: 0.9 }],
        }),
      Cancel: (_call: unknown, callback: sendUnaryData<object>) => callback(null, { acknowledged: false }),
      Health: (_call: unknown, callback: sendUnaryData<object>) =>
        callback(null, { status: status(), modelName: 'faster-whisper-tiny', engine: 'faster-whisper' }),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const { engines, engine } = await connect([`127.0.0.1:${port}`], {
    healthTiming: briskHealth,
    streamTiming: { ...defaultStreamTiming, ...timing },
  });
  opened.push(engines);
  return engine;
}

const hop = (): Float32Array => new Float32Array(512).fill(0.25);

test('finals along the way become partials, and one final at the end', async () => {
  const frames: AudioFrame[] = [];
  const engine = await behind((call) => {
    let heard = 0;
    const final = (text: string): void => {
      call.write({ eventType: 'final', text, language: 'en', confidence: Math.log(0.8) });
    };
    call.on('data', (frame: AudioFrame) => {
      frames.push(frame);
      heard += frame.data.length;
      if (heard > 0 && frames.length === 1) final('one two');
      if (frame.isLast) {
        final('three');
        call.end();
      }
    });
  });
  const stream = engine.openStream({ ...streamOptions, language: 'en', prompt: 'before', hotWords: ['PIX'] });
  const events: EngineEvent[] = [];
  const reading = (async () => {
    for await (const event of stream.events) events.push(event);
  })();
  stream.write(hop());
  await until('the first final came', () => events.length === 1);
  stream.anticipateFlush();
  stream.write(hop());
  stream.flush();
  await reading;
  expect(events[0]).toEqual({ type: 'partial', text: 'one two', committed: 'one two' });
  expect(events.at(-1)).toMatchObject({
    type: 'final',
    transcript: { text: 'one two three', language: 'en' },
  });
  expect(events.filter(({ type }) => type === 'final')).toHaveLength(1);
  const last = events.at(-1);
  expect(last?.type === 'final' ? last.transcript.confidence : 0).toBeCloseTo(0.8, 5);

  expect(frames[0]).toMatchObject({ language: 'en', initialPrompt: 'before', hotWords: ['PIX'] });
  expect(frames.slice(1).every(({ language, hotWords }) => language === '' && hotWords.length === 0)).toBe(
    true,
  );
  expect(frames.some(({ anticipateFlush }) => anticipateFlush)).toBe(false);
  expect(frames.filter(({ isLast }) => !isLast).every(({ data }) => data.length > 0)).toBe(true);
  expect(frames.map(({ isLast }) => isLast)).toEqual(frames.map((_, index) => index === frames.length - 1));
});

test('a stream that ends without any final was silence', async () => {
  const engine = await behind((call) => call.resume().on('end', () => call.end()));
  const stream = engine.openStream({ ...streamOptions, language: 'pt' });
  stream.write(hop());
  stream.flush();
  expect(await collect(stream)).toEqual([
    { type: 'final', transcript: { text: '', language: 'pt', confidence: 0, words: null }, speech: null },
  ]);
});

test('a recording comes with words and segments', async () => {
  const engine = await behind(() => {});
  expect(engine.model).toBe('whisper-tiny');
  const options = { language: null, prompt: '', hotWords: [], task: 'transcribe' } as const;
  const transcript = await engine.transcribe(hop(), options);
  expect(transcript).toMatchObject({ text: 'a whole file', language: 'en' });
  expect(transcript.confidence).toBeCloseTo(0.5, 5);
  expect(transcript.words).toMatchObject([{ word: 'a', startMs: 500, endMs: 750 }]);
});

test('a stream that ends early can be replayed', async () => {
  const engine = await behind((call) => call.resume().once('data', () => call.end()));
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  expect(await collect(stream)).toMatchObject([
    { type: 'error', error: { code: 'worker_crash', recoverable: true } },
  ]);
});

test('a request that the worker refuses is not replayed, and its reason is told', async () => {
  const engine = await behind((call) =>
    call.resume().once('data', () => call.emit('error', { code: 3, details: 'language "xx" is not mine' })),
  );
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  expect(await collect(stream)).toMatchObject([
    {
      type: 'error',
      error: {
        code: 'internal_error',
        recoverable: false,
        message: 'the worker refused: language "xx" is not mine',
      },
    },
  ]);
});

test('a worker that takes no audio is given up after a while', async () => {
  // Nobody reads: HTTP/2's window fills, then the sender's buffer.
  const engine = await behind(() => {}, { timing: { stallMs: 300 } });
  const stream = engine.openStream(streamOptions);
  for (let second = 0; second < 28; second++) stream.write(new Float32Array(16_000).fill(0.1));
  expect(await collect(stream)).toMatchObject([
    { type: 'error', error: { code: 'worker_timeout', recoverable: true } },
  ]);
});

test('a worker that sends no final is given up after a while', async () => {
  const engine = await behind((call) => call.resume(), { timing: { finalMs: 300 } });
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  stream.flush();
  expect(await collect(stream)).toMatchObject([
    { type: 'error', error: { code: 'worker_timeout', message: 'the worker does not send the final' } },
  ]);
});

test('a worker that answers with something else breaks nothing', async () => {
  const engine = await behind((call) => call.resume().once('data', () => call.write(garbage)));
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  expect(await collect(stream)).toMatchObject([
    { type: 'error', error: { code: 'worker_crash', recoverable: true } },
  ]);
});

test('errors name no addresses: they go to clients', async () => {
  const engine = await behind((call) => call.resume().once('data', () => call.destroy()));
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  servers[0]?.forceShutdown();
  const [event] = await collect(stream);
  expect(event).toMatchObject({ type: 'error', error: { worker: expect.stringContaining('127.0.0.1') } });
  expect(event?.type === 'error' ? event.error.message : '127.').not.toContain('127.');
});

test('a worker that is not well gets no work until it is', async () => {
  let status = 'ok';
  const engine = await behind((call) => call.resume().on('end', () => call.end()), { status: () => status });
  const [engines] = opened;
  status = 'loading';
  await until('the change is noticed', () => engines?.workers[0]?.state === 'refused');
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  stream.flush();
  expect(engines?.workers[0]?.activeCalls).toBe(0);
  status = 'ok';
  expect(await collect(stream)).toMatchObject([{ type: 'final' }]);
});

test('the service is called by its name', () => {
  expect(loadWorkerService().TranscribeStream.path).toBe(`/${workerServiceName}/TranscribeStream`);
});
