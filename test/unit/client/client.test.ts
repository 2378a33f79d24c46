import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type ConnectOptions,
  connect,
  type RealtimeSession,
  type ServerEvent,
  TheoClientError,
} from '#theo/client/index.js';
import { defaultSessionConfig } from '#theo/protocol/session-config.js';

const created: ServerEvent = {
  type: 'session.created',
  session_id: 'sess_01',
  model: 'theo-demo',
  config: defaultSessionConfig,
};
const closed = {
  type: 'session.closed',
  reason: 'client_request',
  total_duration_ms: 100,
  segments_transcribed: 1,
} as const satisfies ServerEvent;
const final: ServerEvent = {
  type: 'transcript.final',
  text: 'hello',
  segment_id: 0,
  start_ms: 0,
  end_ms: 90,
  language: 'en',
  confidence: 0.9,
  words: null,
};

function partial(segment_id: number): ServerEvent {
  return { type: 'transcript.partial', text: 'hel', segment_id, timestamp_ms: 50 };
}

function error(
  code: 'model_not_found' | 'validation_error' | 'internal_error',
  message: string,
): ServerEvent {
  return { type: 'error', code, message, recoverable: code === 'validation_error', resume_segment_id: null };
}

let server: WebSocketServer;
let url = '';
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  server.close();
  await once(server, 'close');
});

/** What the server does with a connection, and with each message. */
function serve(
  onConnection: (send: (...events: readonly ServerEvent[]) => void, socket: WebSocket, path: string) => void,
  onMessage: (
    command: { type: string },
    send: (...events: readonly ServerEvent[]) => void,
    socket: WebSocket,
  ) => void = () => {},
): { readonly audio: Buffer[]; readonly commands: object[] } {
  const received = { audio: [] as Buffer[], commands: [] as object[] };
  server.on('connection', (socket, request) => {
    const send = (...events: readonly ServerEvent[]): void => {
      for (const event of events) socket.send(JSON.stringify(event));
    };
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        received.audio.push(data);
        return;
      }
      const command = JSON.parse(data.toString()) as { type: string };
      received.commands.push(command);
      onMessage(command, send, socket);
    });
    onConnection(send, socket, `${request.url}`);
  });
  return received;
}

/** A server that greets, accepts every `configure` and closes when asked. */
function servePolitely(): ReturnType<typeof serve> {
  return serve(
    (send) => send(created),
    (command, send, socket) => {
      if (command.type === 'session.configure') {
        send({ type: 'session.updated', config: { ...defaultSessionConfig, silence_timeout_ms: 500 } });
      }
      if (command.type === 'session.close') {
        send(final, closed);
        socket.close(1000);
      }
    },
  );
}

function open(options: Partial<ConnectOptions> = {}): Promise<RealtimeSession> {
  return connect({ url, model: 'theo-demo', webSocket: WebSocket, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const outcome: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(outcome instanceof TheoClientError)) throw new Error(`no TheoClientError: ${String(outcome)}`);
  return { code: outcome.code, message: outcome.message };
}

async function collect(events: AsyncIterable<ServerEvent>): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const event of events) types.push(event.type);
  return types;
}

describe('connecting', () => {
  test('gives a session with what the server says of it', async () => {
    servePolitely();
    const session = await open();
    expect(session).toMatchObject({ id: 'sess_01', model: 'theo-demo', config: defaultSessionConfig });
  });

  test.each([
    ['', '/v1/realtime?model=theo-demo&language=pt'],
    ['/', '/v1/realtime?model=theo-demo&language=pt'],
    ['/proxy/v1/realtime?tenant=a', '/proxy/v1/realtime?tenant=a&model=theo-demo&language=pt'],
  ])('to a URL with path %j asks for %s', async (path, expected) => {
    const paths: string[] = [];
    serve((send, _, asked) => {
      paths.push(asked);
      send(created);
    });
    await open({ url: `${url.replace('ws', 'http')}${path}`, language: 'pt' });
    expect(paths).toEqual([expected]);
  });

  test('shows the key', async () => {
    const headers: unknown[] = [];
    server.on('connection', (_, request) => headers.push(request.headers.authorization));
    servePolitely();
    await open({ apiKey: 'k1' });
    expect(headers).toEqual(['Bearer k1']);
  });

  test('configures the session first', async () => {
    const received = servePolitely();
    const session = await open({ config: { silence_timeout_ms: 500 } });
    expect(received.commands).toEqual([{ type: 'session.configure', silence_timeout_ms: 500 }]);
    expect(session.config.silence_timeout_ms).toBe(500);
  });

  test('misses no event that comes right behind the first', async () => {
    serve((send) => send(created, partial(0), final, closed));
    expect(await collect((await open()).events)).toEqual([
      'transcript.partial',
      'transcript.final',
      'session.closed',
    ]);
  });
});

describe('connecting fails with', () => {
  test("the server's error", async () => {
    serve((send, socket) => {
      send(error('model_not_found', 'no model "x"'));
      socket.close(1008, 'no model "x"');
    });
    expect(await failureOf(open())).toEqual({ code: 'model_not_found', message: 'no model "x"' });
  });

  test("the close code's meaning, and its reason", async () => {
    serve((_, socket) => socket.close(1013, 'draining'));
    expect(await failureOf(open())).toEqual({ code: 'session_limit', message: 'draining' });
  });

  test('the field of a config that is not valid', async () => {
    serve(
      (send) => send(created),
      (_, send) => send(error('validation_error', 'silence_timeout_ms: must be more')),
    );
    const failure = await failureOf(open({ config: { silence_timeout_ms: 1 } }));
    expect(failure).toEqual({ code: 'validation_error', message: 'silence_timeout_ms: must be more' });
  });

  test('connect_failed where nobody listens, with or without a scheme', async () => {
    for (const nowhere of ['ws://127.0.0.1:1', '127.0.0.1:1', 'localhost:1'])
      expect(await failureOf(open({ url: nowhere }))).toMatchObject({
        code: 'connect_failed',
        message: expect.stringContaining('ECONNREFUSED'),
      });
  });

  test('connect_failed for what is no URL', async () => {
    expect(await failureOf(open({ url: 'http://' }))).toEqual({
      code: 'connect_failed',
      message: 'not a URL: http://',
    });
  });

  test('unsupported for a key that cannot be shown', async () => {
    const failure = await failureOf(connect({ url, model: 'm', apiKey: 'k' }));
    expect(failure.code).toBe('unsupported');
  });

  test('timeout where the server stays silent', async () => {
    serve(() => {});
    expect(await failureOf(open({ timeoutMs: 20 }))).toEqual({
      code: 'timeout',
      message: 'no session within 20 ms',
    });
  });

  test('aborted, before and during', async () => {
    serve(() => {});
    expect((await failureOf(open({ signal: AbortSignal.abort() }))).code).toBe('aborted');
    const controller = new AbortController();
    const pending = open({ signal: controller.signal });
    controller.abort();
    expect((await failureOf(pending)).code).toBe('aborted');
  });
});

describe('audio', () => {
  test('of every kind arrives as s16le', async () => {
    const received = servePolitely();
    const session = await open();
    session.sendAudio(Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    session.sendAudio(Int16Array.of(9, -2, 3).subarray(1));
    session.sendAudio(Float32Array.of(0, 0.5, -1, 2));
    await session.close();
    expect(received.audio.map((bytes) => bytes.toString('hex'))).toEqual([
      '0203',
      'feff0300',
      '000000400080ff7f',
    ]);
  });

  test('of any length arrives whole, in messages below the limit', async () => {
    const received = servePolitely();
    const session = await open();
    session.sendAudio(new Int16Array(1_000_000).fill(5));
    await session.drain();
    expect(session.bufferedAmount).toBeLessThanOrEqual(65_536);
    await session.close();
    expect(Buffer.concat(received.audio).length).toBe(2_000_000);
    expect(Math.max(...received.audio.map((bytes) => bytes.length))).toBeLessThanOrEqual(2 ** 20);
  });

  test('cannot be sent after the end', async () => {
    servePolitely();
    const session = await open();
    await session.close();
    expect(() => session.sendAudio(new Uint8Array(2))).toThrow('the session is over (client_request)');
    expect(() => session.commit()).toThrow(TheoClientError);
    await session.drain(0);
  });
});

describe('commands', () => {
  test('go out as they are', async () => {
    const received = servePolitely();
    const session = await open();
    session.commit();
    void session.configure({ language: 'pt', hot_words: ['PIX'] });
    await session.close();
    expect(received.commands).toEqual([
      { type: 'input_audio_buffer.commit' },
      { type: 'session.configure', language: 'pt', hot_words: ['PIX'] },
      { type: 'session.close' },
    ]);
  });

  test('configure settles in the order of its calls, and a rejection nobody looks at does no harm', async () => {
    let answers = 0;
    serve(
      (send) => send(created),
      (_, send) => {
        answers += 1;
        if (answers === 1) send(error('validation_error', 'no'));
        else send({ type: 'session.updated', config: { ...defaultSessionConfig, language: 'pt' } });
      },
    );
    const session = await open();
    void session.configure({ silence_timeout_ms: 1 });
    expect((await session.configure({ language: 'pt' })).language).toBe('pt');
    expect(session.config.language).toBe('pt');
  });

  test('cancel and close give the last event', async () => {
    serve(
      (send) => send(created),
      (_, send) => send({ ...closed, reason: 'cancelled' }),
    );
    const session = await open();
    expect(await session.cancel()).toMatchObject({ reason: 'cancelled' });
    expect(await session.close()).toMatchObject({ reason: 'cancelled' });
    expect((await failureOf(session.configure({}))).code).toBe('session_closed');
  });
});

describe('events', () => {
  test('that the client does not know are passed over', async () => {
    serve((send, socket) => {
      send(created);
      for (const text of ['{', '[]', '{"type":"new.event"}', '{"type":"toString"}']) socket.send(text);
      socket.send(Buffer.from('{}'));
      send(closed);
    });
    expect(await collect((await open()).events)).toEqual(['session.closed']);
  });

  test('can be read by one loop after another', async () => {
    serve((send) => send(created, partial(0), final, closed));
    const session = await open();
    for await (const event of session.events) {
      expect(event.type).toBe('transcript.partial');
      break;
    }
    expect(await collect(session.events)).toEqual(['transcript.final', 'session.closed']);
  });

  test('fail after the last one when the connection is lost', async () => {
    serve((send, socket) => {
      send(created, final);
      socket.close(1011, 'oops');
    });
    const session = await open();
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of session.events) types.push(event.type);
    })();
    const expected = {
      code: 'connection_lost',
      message: 'the connection ended without session.closed (code 1011: oops)',
    };
    expect(await failureOf(reading)).toEqual(expected);
    expect(await failureOf(session.closed)).toEqual(expected);
    expect(types).toEqual(['transcript.final']);
  });

  test('fail with the error that the server ended the session with', async () => {
    serve((send, socket) => {
      send(created, error('internal_error', 'no memory'));
      socket.close(1000);
    });
    expect(await failureOf((await open()).closed)).toEqual({ code: 'internal_error', message: 'no memory' });
  });

  test('after an error that cost one utterance: a connection lost later is not blamed on it', async () => {
    serve((send, socket) => {
      send(created, error('internal_error', 'no text'), final);
      socket.close(1011);
    });
    expect(await failureOf((await open()).closed)).toMatchObject({ code: 'connection_lost' });
  });

  test('that nobody reads: partials go first, finals stay', async () => {
    serve((send) => {
      send(created, final);
      for (let index = 0; index < 3_000; index++) send(partial(index));
      send(final, closed);
    });
    const session = await open();
    await session.closed;
    const types = await collect(session.events);
    expect(types).toHaveLength(1_024);
    expect(types.filter((type) => type === 'transcript.final')).toHaveLength(2);
    expect(types.at(-1)).toBe('session.closed');
  });

  test('that nobody reads end the session when nothing can be dropped', async () => {
    serve((send) => {
      send(created);
      for (let index = 0; index < 1_025; index++) send(final);
    });
    expect(await failureOf((await open()).closed)).toMatchObject({ code: 'events_overflow' });
  });
});

test('the client brings in nothing that browsers lack', () => {
  const code = sourcesOf('dist/client/index.js');
  expect(code.size).toBeGreaterThan(5);
  for (const [path, text] of code) {
    const statements = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(statements, path).not.toMatch(/\b(process|Buffer|require|global|setImmediate|__dirname)\b/);
  }
});

/** A built file and all that it imports; packages are none of them. */
function sourcesOf(path: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(path)) return found;
  const text = readFileSync(path, 'utf8');
  found.set(path, text);
  for (const [, source = ''] of text.matchAll(/(?:from|import) ?\(?'([^']+)'/g)) {
    expect(source, path).toMatch(/^\.\.?\//);
    sourcesOf(join(dirname(path), source), found);
  }
  return found;
}
