import { Client, type ClientDuplexStream, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelEngines } from '#theo/engine/model-engines.js';
import { loadWorkerService, type TranscriptEvent } from '#theo/engine/remote/wire.js';
import type { SpeechEngine } from '#theo/engine/types.js';
import type { WorkerServer } from '#theo/worker/worker-server.js';
import { clip } from '../support/clips.ts';
import { localEngines, startWorker, until } from './worker-support.ts';

// A peer that has never heard of our own code: it speaks the protocol, or less than that.

const service = loadWorkerService();
const english = clip('en_01');
const pcm = new Uint8Array(english.samples.buffer);

let engines: ModelEngines;
let engine: SpeechEngine;
let server: WorkerServer;
let client: Client;

beforeAll(async () => {
  ({ engines, engine } = await localEngines());
  server = await startWorker(engine);
  client = new Client(server.address, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await server.close(1_000);
  await engines.close();
});

/** What came of a stream. */
interface Outcome {
  readonly events: readonly TranscriptEvent[];
  readonly code: status;
  readonly details: string;
}

type RawStream = ClientDuplexStream<Uint8Array, TranscriptEvent>;

/** A stream whose messages are bytes. */
function rawStream(): { readonly call: RawStream; readonly outcome: Promise<Outcome> } {
  const { path, responseDeserialize } = service.TranscribeStream;
  const call = client.makeBidiStreamRequest(
    path,
    (bytes: Uint8Array) => Buffer.from(bytes),
    responseDeserialize,
  );
  const events: TranscriptEvent[] = [];
  call.on('data', (event: TranscriptEvent) => events.push(event));
  call.on('error', () => {});
  const outcome = new Promise<Outcome>((resolve) => {
    call.on('status', ({ code, details }) => resolve({ events, code, details }));
  });
  return { call, outcome };
}

const frame = service.TranscribeStream.requestSerialize;

function unary<Request, Response>(
  method: {
    readonly path: string;
    readonly requestSerialize: (request: Partial<Request>) => Buffer;
    readonly responseDeserialize: (bytes: Buffer) => Response;
  },
  request: Partial<Request>,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      (error: ServiceError | null, response?: Response) => (response ? resolve(response) : reject(error)),
    );
  });
}

/** A worker that has been mistreated still works. */
async function expectItWorks(): Promise<void> {
  const { call, outcome } = rawStream();
  call.write(frame({ sessionId: 'after', data: pcm, isLast: true }));
  call.end();
  const { events, code } = await outcome;
  expect(code).toBe(status.OK);
  expect(events.at(-1)).toMatchObject({ eventType: 'final', text: english.text });
}

describe('a peer that knows only the original fields', () => {
  test('sends frames and gets partials, one final, and the end', async () => {
    const { call, outcome } = rawStream();
    for (let at = 0; at < pcm.length; at += 1_280) {
      call.write(frame({ sessionId: 'sess_1', data: pcm.subarray(at, at + 1_280) }));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    call.write(frame({ sessionId: 'sess_1', isLast: true }));
    const { events, code } = await outcome;
    expect(code).toBe(status.OK);
    expect(events.filter(({ eventType }) => eventType === 'final')).toHaveLength(1);
    const final = events.at(-1);
    expect(final).toMatchObject({
      sessionId: 'sess_1',
      eventType: 'final',
      text: english.text,
      segmentId: 0,
      startMs: 0,
      endMs: Math.round(english.samples.length / 16),
      language: 'en',
    });
    expect(events.every((event) => event.sessionId === 'sess_1')).toBe(true);
  });

  test('may end its side without is_last', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: pcm }));
    call.end();
    expect((await outcome).events.at(-1)).toMatchObject({ eventType: 'final', text: english.text });
  });

  test('may speak for longer than one decode takes', async () => {
    const { call, outcome } = rawStream();
    const pause = new Uint8Array(2 * 8_000);
    // 15 times two seconds and a pause: 37 s.
    for (let count = 0; count < 15; count++) {
      call.write(frame({ data: pcm }));
      call.write(frame({ data: pause }));
    }
    call.write(frame({ isLast: true }));
    const { events, code, details } = await outcome;
    expect(details).toBe('OK');
    expect(code).toBe(status.OK);
    const finals = events.filter(({ eventType }) => eventType === 'final');
    expect(finals.map(({ segmentId }) => segmentId)).toEqual([0, 1]);
    expect(finals[1]?.startMs).toBeGreaterThan(25_000);
  });

  test('asks for health', async () => {
    expect(await unary(service.Health, {})).toMatchObject({
      status: 'ok',
      modelName: 'theo-demo',
      engine: 'whisper.cpp',
    });
  });

  test('has a recording transcribed, as bare PCM', async () => {
    const response = await unary(service.TranscribeFile, { requestId: 'r', audioData: pcm });
    expect(response).toMatchObject({ text: english.text, language: 'en' });
    expect(response.duration).toBeCloseTo(english.samples.length / 16_000, 3);
    expect(response.segments).toMatchObject([{ id: 0, text: english.text }]);
  });

  test('cancels a stream by its session id', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ sessionId: 'sess_2', data: pcm }));
    await until('the stream is known', () => server.servicer.calls.size === 1);
    await until('its id is known', () => server.servicer.calls.ids.includes('sess_2'));
    expect(await unary(service.Cancel, { sessionId: 'sess_2' })).toEqual({ acknowledged: true });
    expect(await outcome).toMatchObject({ code: status.CANCELLED });
    expect(await unary(service.Cancel, { sessionId: 'sess_2' })).toEqual({ acknowledged: false });
    expect(await unary(service.Cancel, {})).toEqual({ acknowledged: false });
  });
});

describe('a peer that does not know the protocol well', () => {
  beforeEach(async () => {
    await until('no call is left over', () => server.servicer.calls.size === 0);
  });

  test('malformed messages', async () => {
    const { call, outcome } = rawStream();
    call.write(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x07]));
    const { code, details } = await outcome;
    expect(code).toBe(status.INTERNAL);
    expect(details).toContain('deserializing');
    await expectItWorks();
  });

  test('unknown fields are passed over', async () => {
    const unknown = new Uint8Array([0xfa, 0x3e, 0x03, 1, 2, 3]);
    const { call, outcome } = rawStream();
    call.write(Buffer.concat([frame({ data: pcm }), unknown]));
    call.write(Buffer.concat([frame({ isLast: true }), unknown]));
    expect((await outcome).events.at(-1)).toMatchObject({ eventType: 'final', text: english.text });
  });

  test('a frame after is_last', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: pcm, isLast: true }));
    call.write(frame({ data: pcm }));
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain('is_last');
    await expectItWorks();
  });

  test('a stream without any frame', async () => {
    const { call, outcome } = rawStream();
    call.end();
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain('before its first frame');
  });

  test('a stream without audio has an empty final', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ sessionId: 'empty', isLast: true }));
    const { events, code } = await outcome;
    expect(code).toBe(status.OK);
    expect(events).toMatchObject([{ sessionId: 'empty', eventType: 'final', text: '' }]);
  });

  test('half a sample', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: pcm.subarray(0, 321) }));
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain('321 bytes is an odd count');
    await expectItWorks();
  });

  test('a language that the model does not know', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: pcm.subarray(0, 320), language: 'zz' }));
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toBe('language: the model theo-demo does not know "zz"');
    await expectItWorks();
  });

  test('a hint at such a language is passed over', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: pcm.subarray(0, 32_000), expectedLanguage: 'zz' }));
    call.write(frame({ isLast: true }));
    const { events, code } = await outcome;
    expect(code).toBe(status.OK);
    expect(events.at(-1)).toMatchObject({ eventType: 'final' });
  });

  test('a frame with too much audio', async () => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: new Uint8Array(400_000) }));
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain('at most 320000 bytes');
    await expectItWorks();
  });

  test.each([
    {
      what: 'too much',
      earlierAudio: new Uint8Array(2 * 28 * 16_000 + 2),
      language: 'en',
      told: 'earlier_audio has at most 896000 bytes',
    },
    { what: 'half a sample of', earlierAudio: new Uint8Array(3), language: 'en', told: 'odd' },
    {
      what: 'an unknown language in',
      earlierAudio: new Uint8Array(2),
      language: 'qq',
      told: 'does not know "qq"',
    },
  ])('$what earlier audio', async ({ earlierAudio, language, told }) => {
    const { call, outcome } = rawStream();
    call.write(frame({ data: pcm, earlierAudio, earlierText: 'before', earlierLanguage: language }));
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain(told);
    await expectItWorks();
  });

  test('an utterance that is said to be one and never ends', async () => {
    const { call, outcome } = rawStream();
    const seconds = new Uint8Array(320_000);
    for (let count = 0; count < 13; count++) call.write(frame({ data: seconds, singleUtterance: true }));
    const { code, details } = await outcome;
    expect(code).toBe(status.INVALID_ARGUMENT);
    expect(details).toContain('at most 120 s');
    await expectItWorks();
  });

  test('messages of 100 MB', async () => {
    const audioData = new Uint8Array(100 * 1024 * 1024);
    await expect(unary(service.TranscribeFile, { audioData })).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('larger than max'),
    });
    const { call, outcome } = rawStream();
    call.write(frame({ data: audioData }));
    expect(await outcome).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: expect.stringContaining('larger than max'),
    });
    await expectItWorks();
  });

  test.each([
    [{ audioData: new Uint8Array() }, 'audio_data: is empty'],
    [{ audioData: new Uint8Array(5) }, 'audio_data: audio is 16-bit PCM: 5 bytes is an odd count'],
    [{ audioData: pcm, task: 'summarize' }, 'task: must be'],
    [{ audioData: pcm, task: 'translate' }, 'task: the model theo-demo does not translate'],
    [{ audioData: Buffer.from('RIFF\0\0\0\0WAVEdata') }, 'audio_data: '],
  ])('a recording that cannot be transcribed %#', async (request, message) => {
    await expect(unary(service.TranscribeFile, request)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining(message),
    });
  });

  test('a method that does not exist', async () => {
    const method = { ...service.Health, path: '/theo.stt.STTWorker/Nothing' };
    await expect(unary(method, {})).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});
