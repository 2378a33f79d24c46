import { Client, type ClientDuplexStream, credentials, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventQueue } from '#theo/engine/event-queue.js';
import type { ModelEngines } from '#theo/engine/model-engines.js';
import { type AudioFrameInit, loadWorkerService, type TranscriptEvent } from '#theo/engine/remote/wire.js';
import type { EngineEvent, SpeechEngine } from '#theo/engine/types.js';
import type { WorkerServer } from '#theo/worker/worker-server.js';
import { clip } from '../support/clips.ts';
import {
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

// How a worker's streams begin and end when it is not by the book.

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

function open(from: Client): ClientDuplexStream<AudioFrameInit, TranscriptEvent> {
  const { path, requestSerialize, responseDeserialize } = service.TranscribeStream;
  const call = from.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  call.on('error', () => {});
  return call;
}

test('a peer that goes away leaves nothing behind', async () => {
  const streams = Array.from({ length: 20 }, () => open(client));
  for (const call of streams) call.write({ data: pcm });
  await until('the streams are served', () => server.servicer.calls.size === 20);
  for (const call of streams) call.cancel();
  await until('nothing is left', () => server.servicer.calls.size === 0);
});

test('a peer that does not read gets the newest partial and the final when it does', async () => {
  const partials = 4_000;
  const chatty: SpeechEngine = {
    ...engine,
    openStream: () => {
      const events = new EventQueue<EngineEvent>((a, b) => a.type === 'partial' && b.type === 'partial');
      const chatter = async (): Promise<void> => {
        for (let count = 1; count <= partials; count++) {
          events.push({ type: 'partial', text: `${count} ${'x'.repeat(1_000)}`, committed: '' });
          await new Promise((resolve) => setImmediate(resolve));
        }
        const transcript = {
          text: 'final',
          language: 'en',
          languageProbability: 0.9,
          confidence: 1,
          words: null,
        };
        events.push({ type: 'final', speech: null, transcript });
        events.end();
        isOver = true;
      };
      void chatter();
      return { events, write: () => {}, anticipateFlush: () => {}, flush: () => {}, cancel: () => {} };
    },
  };
  let isOver = false;
  const worker = await startWorker(chatty);
  const reader = new Client(worker.address, credentials.createInsecure());
  const call = open(reader);
  const events: TranscriptEvent[] = [];
  const ended = new Promise((resolve) => call.on('end', resolve));
  call.on('data', (event: TranscriptEvent) => {
    events.push(event);
    if (events.length === 1) call.pause();
  });
  call.write({ data: pcm, isLast: true });
  await until('all has been said', () => isOver);
  call.resume();
  await ended;
  expect(events.length).toBeLessThan(partials / 2);
  expect(events.filter(({ eventType }) => eventType === 'final')).toMatchObject([{ text: 'final' }]);
  expect(events.at(-2)?.text).toMatch(new RegExp(`^${partials} `));
  reader.close();
  await worker.close(0);
});

test('a peer that sends faster than its speech is decoded has to wait', async () => {
  let undecoded = 0;
  let mostUndecoded = 0;
  const slow: SpeechEngine = {
    ...engine,
    openStream: () => {
      const events = new EventQueue<EngineEvent>();
      mostUndecoded = Math.max(mostUndecoded, ++undecoded);
      const transcript = { text: 'x', language: 'en', languageProbability: 0.9, confidence: 1, words: null };
      const decode = (): void => {
        undecoded--;
        events.push({ type: 'final', speech: null, transcript });
        events.end();
      };
      return {
        events,
        write: () => {},
        anticipateFlush: () => {},
        flush: () => setTimeout(decode, 20),
        cancel: () => events.end({ discard: true }),
      };
    },
  };
  const worker = await startWorker(slow);
  const flooder = new Client(worker.address, credentials.createInsecure());
  const call = open(flooder);
  const events: TranscriptEvent[] = [];
  call.on('data', (event: TranscriptEvent) => events.push(event));
  const ended = new Promise((resolve) => call.on('end', resolve));
  // Twenty minutes of audio.
  for (let count = 0; count < 120; count++) call.write({ data: new Uint8Array(320_000) });
  call.end();
  await ended;
  expect(events.length).toBeGreaterThanOrEqual(40);
  expect(mostUndecoded).toBeLessThan(6);
  flooder.close();
  await worker.close(0);
});

test('many utterances that are dismissed do not cost the connection', async () => {
  const remote = await connect([server.address]);
  const kept = remote.engine.openStream({ ...streamOptions, enablePartials: false });
  writeHops(kept, samplesOf(english));
  // HTTP/2 servers hang up after about a thousand reset streams.
  for (let count = 0; count < 1_500; count++) {
    const dismissed = remote.engine.openStream({ ...streamOptions, enablePartials: false });
    dismissed.write(new Float32Array(512));
    await new Promise((resolve) => setImmediate(resolve));
    dismissed.cancel();
  }
  kept.flush();
  expect(finalOf(await collect(kept)).transcript.text).toBe(english.text);
  await until('nothing is left', () => server.servicer.calls.size === 0);
  await remote.engines.close();
});

test('a worker that shuts down says so, lets its calls end and takes no other', async () => {
  const other = await startWorker(engine);
  const stranger = new Client(other.address, credentials.createInsecure());
  const live = open(stranger);
  const events: TranscriptEvent[] = [];
  live.on('data', (event: TranscriptEvent) => events.push(event));
  live.write({ data: pcm });
  await until('the stream is served', () => other.servicer.calls.size === 1);

  const closed = other.close(10_000);
  const late = open(stranger);
  const lateError = new Promise<ServiceError>((resolve) => late.on('error', resolve));
  late.resume();
  expect((await lateError).details).toContain('draining');
  expect(other.servicer.health.status).toBe('error');

  live.write({ isLast: true });
  live.end();
  await closed;
  expect(events.at(-1)).toMatchObject({ eventType: 'final', text: english.text });
  stranger.close();
});

test('an utterance as long as a session lets it be stays whole, pauses or not', async () => {
  const opened: number[] = [];
  const counting: SpeechEngine = {
    ...engine,
    openStream: () => {
      const events = new EventQueue<EngineEvent>();
      const index = opened.push(0) - 1;
      return {
        events,
        write: (samples) => {
          opened[index] = (opened[index] ?? 0) + samples.length;
        },
        anticipateFlush: () => {},
        flush: () => {
          events.push({
            type: 'final',
            speech: null,
            transcript: { text: 'x', language: 'en', languageProbability: 0.9, confidence: 1, words: null },
          });
          events.end();
        },
        cancel: () => events.end({ discard: true }),
      };
    },
  };
  const worker = await startWorker(counting);
  const remote = await connect([worker.address]);
  const stream = remote.engine.openStream(streamOptions);
  // A segment of 30 s, with its pre-roll and its hangover.
  for (let seconds = 0; seconds < 31; seconds++) stream.write(new Float32Array(16_000));
  stream.flush();
  finalOf(await collect(stream));
  expect(opened).toEqual([31 * 16_000]);
  await remote.engines.close();
  await worker.close(0);
});
