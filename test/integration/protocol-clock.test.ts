import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { optionTable } from '#theo/config/options.js';
import type { Engines } from '#theo/engine/types.js';
import { loadNative } from '#theo/native.js';
import { createLogger } from '#theo/observability/logger.js';
import { Metrics } from '#theo/observability/metrics.js';
import { RealtimeRoute } from '#theo/server/realtime/realtime-route.js';
import { loadUws } from '#theo/server/uws.js';
import { eventually } from '../support/eventually.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RealtimeClient } from '../support/realtime-client.ts';
import { joined, LoudnessClassifier, loud, settled, silent } from '../unit/session/harness.ts';

// The route with its sockets as it is, but for the clock and the engine, which are the test's.

let clock: ManualClock;
let engine: FakeEngine;
let url: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  clock = new ManualClock(1000);
  engine = new FakeEngine();
  const engines: Engines = {
    names: ['fake'],
    has: () => true,
    loaded: () => engine,
    get: () => Promise.resolve(engine),
    close: () => Promise.resolve(),
  };
  const log = createLogger({ format: 'json', level: 'silent' });
  const uws = await loadUws();
  const app = uws.App();
  const route = new RealtimeRoute(
    app,
    {
      engines,
      clock,
      onSocketEnd: () => {},
      log,
      sessionParts: {
        classifier: new LoudnessClassifier(),
        createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(loadNative(), { inputSampleRate }),
        postProcess: (text) => text,
        maxBacklogMs: optionTable.maxBacklogMs.defaultValue,
        metrics: new Metrics().session,
        log,
        clock,
      },
    },
    {
      maxSessions: optionTable.maxSessions.defaultValue,
      maxMessageBytes: optionTable.maxMessageBytes.defaultValue,
      apiKeys: [],
      heartbeatIntervalMs: optionTable.heartbeatIntervalMs.defaultValue,
      heartbeatTimeoutMs: optionTable.heartbeatTimeoutMs.defaultValue,
      inactivityTimeoutMs: optionTable.inactivityTimeoutMs.defaultValue,
    },
  );
  const port = await new Promise<number>((resolve) => {
    app.listen('127.0.0.1', 0, (socket) => {
      if (socket) resolve(uws.us_socket_local_port(socket));
    });
  });
  url = `ws://127.0.0.1:${port}/v1/realtime`;
  stop = async () => {
    const drained = route.drain(0);
    while (clock.timerCount > 0) {
      clock.advance(1000);
      await settled();
    }
    await drained;
    app.close();
  };
});

afterEach(() => stop());

/** Lets seconds pass; after each, what both sides have sent is read. */
async function pass(seconds: number, client: RealtimeClient): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await exchange(client);
  }
}

/** Resolves when the client has read what the server sent until now, and the server the answers. */
async function exchange(client: RealtimeClient): Promise<void> {
  for (let round = 0; round < 2; round++) {
    if (client.socket.readyState !== client.socket.OPEN) return;
    client.socket.ping();
    await Promise.race([once(client.socket, 'pong'), client.closed]);
  }
}

describe('inactivity', () => {
  it('ends a session after 60 s without audio, whatever else comes: timeout, 1000', async () => {
    const client = await RealtimeClient.open(url, 'model=fake');
    await pass(30, client);
    client.command({ type: 'session.configure' });
    client.socket.send(new Uint8Array(0));
    await pass(29, client);
    expect(client.of('session.closed')).toEqual([]);
    await pass(2, client);
    expect(await client.closed).toEqual({ code: 1000, reason: 'timeout' });
    expect(client.arrivals.at(-1)).toMatchObject({ type: 'session.closed', reason: 'timeout' });
  });

  it('counts from the newest audio, silence included', async () => {
    const client = await RealtimeClient.open(url, 'model=fake');
    await pass(50, client);
    client.sendAtOnce(silent(100));
    await exchange(client);
    await pass(59, client);
    expect(client.of('session.closed')).toEqual([]);
    await pass(2, client);
    expect(await client.closed).toMatchObject({ reason: 'timeout' });
  });

  it('sends the final of speech that stopped coming', async () => {
    const client = await RealtimeClient.open(url, 'model=fake');
    client.sendAtOnce(joined(silent(500), loud(1000)));
    await client.next('vad.speech_start');
    await pass(61, client);
    engine.stream.final('so far');
    expect(await client.closed).toMatchObject({ reason: 'timeout' });
    expect(client.of('transcript.final')).toMatchObject([{ text: 'so far' }]);
  });
});

describe('the heartbeat', () => {
  it('pings every 10 s', async () => {
    const client = await RealtimeClient.open(url, 'model=fake');
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    await pass(9, client);
    expect(pings).toBe(0);
    await pass(47, client);
    expect(pings).toBe(5);
  });

  it('ends a session whose ping is not answered within 5 s, though it speaks: heartbeat_timeout', async () => {
    const client = await RealtimeClient.open(url, 'model=fake', { autoPong: false });
    for (let second = 0; second < 14; second++) {
      client.sendAtOnce(loud(1000));
      await pass(1, client);
    }
    expect(client.of('session.closed')).toEqual([]);
    await pass(2, client);
    await client.closed;
    expect(client.arrivals.at(-1)).toMatchObject({ type: 'session.closed', reason: 'heartbeat_timeout' });
    expect(engine.stream.isCancelled).toBe(true);
  });
});

it('a reader that stops reading for a while misses partials, but no final and no other event', async () => {
  const client = await RealtimeClient.open(url, 'model=fake');
  client.socket.pause();
  const utterances = 3;
  const partials = 4000;
  for (let utterance = 0; utterance < utterances; utterance++) {
    client.sendAtOnce(joined(silent(500), loud(600), silent(400)));
    await eventually(
      () => engine.streams.length,
      (value) => expect(value).toBe(utterance + 1),
    );
    const stream = engine.stream;
    await eventually(
      () => stream.isFlushed,
      (value) => expect(value).toBe(true),
    );
    for (let index = 0; index < partials; index++) {
      stream.partial(`${index} ${'long '.repeat(500)}`);
      await settled();
    }
    stream.final(`utterance ${utterance}`);
    await settled();
  }
  client.socket.resume();
  await client.finish();
  expect(client.of('transcript.final').map((final) => final.text)).toEqual([
    'utterance 0',
    'utterance 1',
    'utterance 2',
  ]);
  expect(client.of('vad.speech_start')).toHaveLength(utterances);
  expect(client.of('vad.speech_end')).toHaveLength(utterances);
  expect(client.of('transcript.partial').length).toBeLessThan(utterances * partials);
  expect(client.arrivals.at(-1)).toMatchObject({ type: 'session.closed', segments_transcribed: utterances });
});
