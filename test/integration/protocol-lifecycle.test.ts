import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clip } from '../support/clips.ts';
import { eventually } from '../support/eventually.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** "boa tarde eu preciso de ajuda com o meu saldo" */
const speech = clip('pt_02');
const utterance = withSilence(speech.samples, 600);

async function metric(server: ServerProcess, series: string): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const line = metrics.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

function activeSessions(server: ServerProcess): Promise<number> {
  return metric(server, 'theo_stt_active_sessions');
}

function openSockets(server: ServerProcess): number {
  return readdirSync(`/proc/${server.process.pid}/fd`).length;
}

/** A session in the middle of speech. */
async function speaking(server: ServerProcess): Promise<RealtimeClient> {
  const client = await RealtimeClient.open(server.realtimeUrl);
  client.sendAtOnce(speech.samples.subarray(0, 32_000));
  await client.next('vad.speech_start');
  return client;
}

/** A session that has spoken and asked for more answers than the sockets' buffers hold, and reads none of them. */
async function behind(server: ServerProcess): Promise<RealtimeClient> {
  const client = await speaking(server);
  client.socket.pause();
  for (let index = 0; index < 16_000; index++) client.command({ type: 'session.configure' });
  client.sendAtOnce(new Int16Array(16_000));
  // The two seconds of speech and the one behind the commands: everything has been taken in.
  const processed = 'theo_stt_audio_seconds_total{outcome="processed"}';
  await eventually(
    () => metric(server, processed),
    (value) => expect(value).toBeGreaterThan(2.9),
  );
  return client;
}

describe.concurrent('a server with short timeouts', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    const timeouts = { inactivity: 1500, 'heartbeat-interval': 400, heartbeat: 400 };
    const flags = Object.entries(timeouts).map(([name, ms]) =>
      name === 'heartbeat-interval' ? `--${name}-ms=${ms}` : `--${name}-timeout-ms=${ms}`,
    );
    server = await startServerProcess(flags);
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it('ends a session that sends no audio: timeout, 1000', async () => {
    const startMs = performance.now();
    const client = await RealtimeClient.open(server.realtimeUrl);
    expect(await client.closed).toEqual({ code: 1000, reason: 'timeout' });
    expect(performance.now() - startMs).toBeGreaterThan(1400);
    expect(client.of('session.closed')).toMatchObject([{ reason: 'timeout', total_duration_ms: 0 }]);
  });

  it('sends the final of speech that just stopped coming', async () => {
    const client = await speaking(server);
    expect(await client.closed).toMatchObject({ reason: 'timeout' });
    expect(client.of('transcript.final')).toHaveLength(1);
  });

  it('keeps a session as long as silence comes', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    await client.sendInRealTime(new Int16Array(3 * 16_000));
    expect(client.of('session.closed')).toEqual([]);
    await client.finish();
  });

  it('ends a session whose client answers no pings', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl, 'model=theo-demo', { autoPong: false });
    const sending = client.sendInRealTime(new Int16Array(3 * 16_000));
    await client.closed;
    expect(client.of('session.closed')).toMatchObject([{ reason: 'heartbeat_timeout' }]);
    await sending;
  });
});

describe.concurrent('clients that die', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess();
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  it('in every state: the server is unharmed, and no session is left', async () => {
    const states: Readonly<Record<string, (client: RealtimeClient) => Promise<unknown>>> = {
      'before audio': async () => {},
      'in silence': async (client) => client.sendAtOnce(new Int16Array(16_000)),
      'in the middle of the onset': async (client) => {
        client.sendAtOnce(speech.samples.subarray(0, 6_400));
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      'in speech': async (client) => {
        client.sendAtOnce(speech.samples.subarray(0, 32_000));
        await client.next('vad.speech_start');
      },
      'while the final is pending': async (client) => {
        client.sendAtOnce(speech.samples.subarray(0, 32_000));
        await client.next('vad.speech_start');
        client.command({ type: 'input_audio_buffer.commit' });
      },
      'while it closes': async (client) => {
        client.sendAtOnce(utterance);
        client.command({ type: 'session.close' });
      },
      'with a backlog': async (client) => client.socket.send(new Uint8Array(300_000)),
    };
    await Promise.all(
      Object.values(states).flatMap((reach) =>
        Array.from({ length: 5 }, async () => {
          const client = await RealtimeClient.open(server.realtimeUrl);
          await reach(client);
          client.socket.terminate();
          await client.closed;
        }),
      ),
    );
    await eventually(
      () => activeSessions(server),
      (value) => expect(value).toBe(0),
    );
    const client = await RealtimeClient.open(server.realtimeUrl);
    await client.sendInRealTime(utterance, 16_000, 4);
    await client.finish();
    expect(client.text).toBe(speech.text);
  });

  it('before the handshake is done', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const client = new RealtimeClient(`${server.realtimeUrl}?model=theo-demo`);
        client.socket.terminate();
        await client.closed;
      }),
    );
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe('clients that read slowly', () => {
  let server: ServerProcess;

  beforeAll(async () => {
    server = await startServerProcess(['--heartbeat-interval-ms', '60000']);
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
  });

  /** Commands whose answers fill the socket, about 400 bytes each. */
  function fill(client: RealtimeClient, answers: number): void {
    for (let index = 0; index < answers; index++) client.command({ type: 'session.configure' });
  }

  it('get every final, and all events in order', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    client.socket.pause();
    fill(client, 8_000);
    for (let round = 0; round < 3; round++) await client.sendInRealTime(utterance, 16_000, 4);
    client.command({ type: 'session.close' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.socket.resume();
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(client.of('session.updated')).toHaveLength(8_000);
    expect(client.of('transcript.final').map((final) => final.segment_id)).toEqual([0, 1, 2]);
    expect(client.arrivals.at(-1)?.type).toBe('session.closed');
  });

  it('are let go when they do not read at all, and hold nothing', async () => {
    await eventually(
      () => activeSessions(server),
      (value) => expect(value).toBe(0),
    );
    const before = openSockets(server);
    const clients = await Promise.all(
      Array.from({ length: 3 }, () => RealtimeClient.open(server.realtimeUrl)),
    );
    for (const client of clients) {
      client.socket.pause();
      fill(client, 40_000);
    }
    // What the system's buffers take in full ends by inactivity, after a minute.
    await eventually(
      () => activeSessions(server),
      (value) => expect(value).toBe(0),
      120_000,
    );
    await eventually(
      () => openSockets(server),
      (value) => expect(value).toBeLessThanOrEqual(before + 2),
    );
    for (const client of clients) client.socket.terminate();
    const residentMb = execFileSync('ps', ['-o', 'rss=', '-p', String(server.process.pid)], {
      encoding: 'utf8',
    });
    expect(Number(residentMb) / 1024).toBeLessThan(600);
  });
});

describe('a full server', () => {
  it('turns further sessions away with 1013, and takes one when another has gone', async () => {
    const server = await startServerProcess(['--max-sessions', '2']);
    const [first, second] = await Promise.all([
      RealtimeClient.open(server.realtimeUrl),
      RealtimeClient.open(server.realtimeUrl),
    ]);
    const turnedAway = new RealtimeClient(`${server.realtimeUrl}?model=theo-demo`);
    expect(await turnedAway.closed).toMatchObject({ code: 1013 });
    expect(turnedAway.arrivals).toMatchObject([{ type: 'error', code: 'session_limit', recoverable: false }]);
    await first.finish();
    const third = await RealtimeClient.open(server.realtimeUrl);
    await Promise.all([second.finish(), third.finish()]);
    expect(await server.stop()).toBe(0);
  });
});

describe('a server with API keys', () => {
  it('answers 401 before the upgrade, unless one is shown', async () => {
    const server = await startServerProcess(['--api-key', 'first', '--api-key', 'second']);
    const answerTo = (headers: Readonly<Record<string, string>>): Promise<unknown[]> =>
      new Promise((resolve) => {
        const client = new RealtimeClient(`${server.realtimeUrl}?model=theo-demo`, { headers });
        client.socket.once('unexpected-response', (_, { statusCode, headers: fields }) => {
          resolve([statusCode, fields['www-authenticate']]);
        });
        client.socket.once('open', () => {
          resolve([101]);
          client.socket.terminate();
        });
      });
    expect(await answerTo({})).toEqual([401, 'Bearer']);
    expect(await answerTo({ Authorization: 'Bearer third' })).toEqual([401, 'Bearer']);
    expect(await answerTo({ Authorization: 'Bearer second' })).toEqual([101]);
    expect(await server.stop()).toBe(0);
  });
});

describe('SIGTERM', () => {
  it('sends live speech its final, says goodbye to all, and ends with 0', async () => {
    const server = await startServerProcess();
    const idle = await RealtimeClient.open(server.realtimeUrl);
    const speakers = await Promise.all(Array.from({ length: 8 }, () => speaking(server)));
    // They go on speaking while the server goes down.
    const sending = speakers.map((client) => client.sendInRealTime(speech.samples.subarray(32_000)));
    const stopped = server.stop();
    for (const client of [idle, ...speakers]) {
      expect(await client.closed).toEqual({ code: 1000, reason: 'server_shutdown' });
      expect(client.arrivals.at(-1)).toMatchObject({ type: 'session.closed', reason: 'server_shutdown' });
    }
    for (const client of speakers) expect(client.of('transcript.final')).toHaveLength(1);
    expect(await stopped).toBe(0);
    await Promise.all(sending);
    expect(server.log.filter((line) => /"level":(40|50|60)/.test(line))).toEqual([]);
  });

  it('waits for a reader that is behind; newcomers get 1013 and /health 503 meanwhile', async () => {
    const server = await startServerProcess();
    const client = await behind(server);
    const stopped = server.stop();
    await eventually(
      async () => (await fetch(`${server.url}/health`)).status,
      (value) => expect(value).toBe(503),
    );
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: 'draining' });
    const late = new RealtimeClient(`${server.realtimeUrl}?model=theo-demo`);
    expect(await late.closed).toMatchObject({ code: 1013 });
    expect(late.arrivals).toMatchObject([{ type: 'error', code: 'session_limit', recoverable: false }]);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 1000, reason: 'server_shutdown' });
    expect(client.of('session.updated')).toHaveLength(16_000);
    expect(client.of('transcript.final')).toHaveLength(1);
    expect(client.arrivals.at(-1)?.type).toBe('session.closed');
    expect(await stopped).toBe(0);
  });

  it('says goodbye to clients that send as fast as they can, too', async () => {
    const server = await startServerProcess();
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => RealtimeClient.open(server.realtimeUrl)),
    );
    const sending = clients.map(async ({ socket }) => {
      while (socket.readyState === socket.OPEN) {
        socket.send(new Uint8Array(32_000));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    await Promise.all(clients.map((client) => client.next('session.rate_limit')));
    const stopped = server.stop();
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1000, reason: 'server_shutdown' });
      expect(client.arrivals.at(-1)).toMatchObject({ type: 'session.closed', reason: 'server_shutdown' });
    }
    expect(await stopped).toBe(0);
    await Promise.all(sending);
  });

  it('a second time ends at once, with 1', async () => {
    const server = await startServerProcess();
    const client = await behind(server);
    const stopped = server.stop();
    await eventually(
      async () => (await fetch(`${server.url}/health`)).status,
      (value) => expect(value).toBe(503),
    );
    server.process.kill('SIGTERM');
    expect(await stopped).toBe(1);
    client.socket.terminate();
  });

  it('lasts no longer than the grace period', async () => {
    const server = await startServerProcess(['--drain-grace-ms', '500']);
    const client = await behind(server);
    expect(await server.stop()).toBe(0);
    client.socket.terminate();
  });

  it('lets nobody in any more', async () => {
    const server = await startServerProcess();
    const speaker = await speaking(server);
    const stopped = server.stop();
    await speaker.closed;
    const late = new RealtimeClient(`${server.realtimeUrl}?model=theo-demo`);
    await late.closed;
    expect(late.of('session.created')).toEqual([]);
    expect(await stopped).toBe(0);
  });
});

describe('the log', () => {
  const speakTo = async (server: ServerProcess): Promise<string | undefined> => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    client.command({ type: 'session.fly' });
    client.sendAtOnce(utterance);
    await client.finish();
    const refused = new RealtimeClient(`${server.realtimeUrl}?model=nope`);
    await refused.closed;
    await server.stop();
    return client.of('session.created')[0]?.session_id;
  };

  it('has the session in every line about one, as JSON', async () => {
    const server = await startServerProcess(['--log-level', 'debug']);
    const sessionId = await speakTo(server);
    const lines = server.log.map((line) => JSON.parse(line) as { msg: string; sessionId?: string });
    const ofSession = lines.filter((line) => line.sessionId === sessionId).map((line) => line.msg);
    expect(ofSession).toEqual([
      'session opened',
      'client told of an error',
      'final',
      'session closed',
      'socket closed',
    ]);
    const others = lines.filter((line) => line.sessionId === undefined).map((line) => line.msg);
    // How far a model is loaded is told when that takes long, and what the machine can do when it has been measured.
    const ofServer = others.filter((message) => !/^loading | here: /.test(message));
    expect(ofServer).toEqual(['session refused', 'SIGTERM: finishing the live sessions']);
  });

  it('says no more than its level allows, for people too', async () => {
    const quiet = await startServerProcess(['--log-level', 'warn']);
    await speakTo(quiet);
    expect(quiet.log).toEqual([]);
    const pretty = await startServerProcess(['--log-format', 'pretty']);
    const sessionId = await speakTo(pretty);
    const text = pretty.log.join('\n');
    expect(text).toMatch(/^\S+ INFO: session opened$/m);
    expect(text).toContain(`sessionId: "${sessionId}"`);
    expect(text).not.toContain('DEBUG');
  });
});
