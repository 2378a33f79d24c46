import { afterEach, expect, test } from 'vitest';
import { systemClock } from '#theo/clock.js';
import type { RemoteEngines } from '#theo/engine/remote/remote-engines.js';
import { defaultStreamTiming } from '#theo/engine/remote/remote-stream.js';
import { type AudioFrame, loadWorkerService, workerServiceName } from '#theo/engine/remote/wire.js';
import type { EngineEvent, SpeechEngine } from '#theo/engine/types.js';
import { Utterance } from '#theo/session/utterance.js';
import {
  garbage,
  hear,
  type OriginalBehaviour,
  type OriginalCall,
  OriginalWorker,
} from './original-worker.ts';
import { briskHealth, collect, connect, finalOf, streamOptions, until } from './worker-support.ts';

const workers: OriginalWorker[] = [];
const opened: RemoteEngines[] = [];

afterEach(async () => {
  for (const engines of opened.splice(0)) await engines.close();
  for (const worker of workers.splice(0)) worker.die();
});

async function startOriginal(behaviour: OriginalBehaviour = {}): Promise<OriginalWorker> {
  const worker = await OriginalWorker.start(behaviour);
  workers.push(worker);
  return worker;
}

/** A peer with a behaviour of its own. @returns the engine behind which it stands */
async function behind(
  transcribeStream?: (call: OriginalCall) => void,
  { status, timing = {} }: { status?: () => string; timing?: object } = {},
): Promise<SpeechEngine> {
  const worker = await startOriginal({
    ...(transcribeStream ? { transcribeStream } : {}),
    ...(status ? { status } : {}),
  });
  const { engines, engine } = await connect([worker.address], {
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

test('all audio is heard, also where it is flushed in the turn in which it was written', async () => {
  const engine = await behind();
  const stream = engine.openStream({ ...streamOptions, language: 'pt' });
  // A replay: more than a message takes, and the flush, at once.
  stream.write(new Float32Array(20_000).fill(0.1));
  stream.flush();
  const final = finalOf(await collect(stream));
  expect(final.transcript).toMatchObject({ text: '20000 samples', language: 'pt' });
});

test('a short utterance whose worker dies is heard to its last sample on another', async () => {
  // Whichever gets the utterance first dies of its first frame.
  let isFirst = true;
  const start = async (): Promise<OriginalWorker> => {
    const worker = await startOriginal({
      transcribeStream: (call) => {
        if (!isFirst) return hear(call);
        isFirst = false;
        call.resume().once('data', () => worker.die());
      },
    });
    return worker;
  };
  const addresses = [await start(), await start()].map(({ address }) => address);
  const { engines, engine } = await connect(addresses, { healthTiming: briskHealth });
  opened.push(engines);
  const told: string[] = [];
  const hops = Array.from({ length: 20 }, (_, index) => ({
    startSample: index * 512,
    samples: hop(),
    rmsDbfs: -20,
    flatness: 0.1,
  }));
  const utterance = new Utterance(
    { openStream: () => engine.openStream(streamOptions), clock: systemClock },
    0,
    hops,
    {
      onPartial: () => {},
      onFinal: (_, { text }) => told.push(text),
      onError: (_, error, replaying) => told.push(`${error.code}, ${replaying ? 'again' : 'lost'}`),
    },
  );
  utterance.end(20 * 512);
  await until('its final came', () => told.length > 1);
  expect(told).toEqual(['worker_crash, again', '10240 samples']);
});

test('a stream that ends without any final was silence', async () => {
  const engine = await behind((call) => call.resume().on('end', () => call.end()));
  const stream = engine.openStream({ ...streamOptions, language: 'pt' });
  stream.write(hop());
  stream.flush();
  expect(await collect(stream)).toEqual([
    {
      type: 'final',
      transcript: { text: '', language: 'pt', languageProbability: 0, confidence: 0, words: null },
      speech: null,
    },
  ]);
});

test('a recording comes with a confidence from its segments', async () => {
  const engine = await behind();
  const options = { language: 'en', prompt: '', hotWords: [], task: 'transcribe' } as const;
  const transcript = await engine.transcribe(hop(), options);
  expect(transcript).toMatchObject({ text: 'a whole file', language: 'en' });
  expect(transcript.confidence).toBeCloseTo(0.5, 5);
});

test('a recording that fails is tried again, after a while', async () => {
  const worker = await startOriginal({ failures: 2 });
  const { engines, engine } = await connect([worker.address], { healthTiming: briskHealth });
  opened.push(engines);
  const options = { language: 'en', prompt: '', hotWords: [], task: 'transcribe' } as const;
  expect(await engine.transcribe(hop(), options)).toMatchObject({ text: 'a whole file' });
  expect(worker.files).toHaveLength(3);
});

test('a stream that ends early can be replayed', async () => {
  const engine = await behind((call) => call.resume().once('data', () => call.end()));
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  expect(await collect(stream)).toMatchObject([
    { type: 'error', error: { code: 'worker_crash', recoverable: true } },
  ]);
});

test('a worker that goes before it has answered anything broke in the middle', async () => {
  const engine = await behind((call) => call.resume().once('data', () => workers[0]?.die()));
  const stream = engine.openStream(streamOptions);
  stream.write(hop());
  expect(await collect(stream)).toMatchObject([
    { type: 'error', error: { code: 'worker_crash', recoverable: true } },
  ]);
});

test('all names of a model are one, whichever of them a worker uses', async () => {
  const [size, alias] = [
    await startOriginal({ model: 'large-v3' }),
    await startOriginal({ model: 'faster-whisper-large-v3' }),
  ];
  const { engines, engine } = await connect([size.address, alias.address], { healthTiming: briskHealth });
  opened.push(engines);
  await until('both serve', () => engines.workers.every(({ state }) => state === 'serving'));
  expect(engines.names).toHaveLength(1);
  for (const name of ['large-v3', 'whisper-large-v3', 'faster-whisper-large-v3']) {
    expect(engines.loaded(name)).toBe(engine);
    expect(engines.isServing(name)).toBe(true);
  }
  expect(engines.has('large-v2')).toBe(false);
  for (let count = 0; count < 2; count++) {
    const stream = engine.openStream(streamOptions);
    stream.write(hop());
    stream.flush();
    await collect(stream);
  }
  expect([size, alias].map(({ frames }) => frames.length > 0)).toEqual([true, true]);
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
  workers[0]?.die();
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
