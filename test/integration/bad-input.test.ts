import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toPcm16 } from '#theo/audio/pcm16.js';
import { writeWav } from '#theo/audio/wav/write-wav.js';
import { clip } from '../support/clips.ts';
import { eventually } from '../support/eventually.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess();
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const speech = clip('pt_01');

/** What a well-behaved session hears meanwhile. */
async function hearNeighbour(): Promise<string> {
  const client = await RealtimeClient.open(server.realtimeUrl);
  await client.sendInRealTime(withSilence(speech.samples, 600));
  await client.finish();
  return client.text;
}

async function activeSessions(): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^theo_stt_active_sessions (\d+)$/m.exec(metrics)?.[1]);
}

describe('a client that misbehaves harms nobody else', () => {
  it('dies in the middle of a sentence', async () => {
    const neighbour = hearNeighbour();
    const clients = await Promise.all(
      Array.from({ length: 10 }, () => RealtimeClient.open(server.realtimeUrl)),
    );
    await Promise.all(
      clients.map(async (client) => {
        await client.sendInRealTime(speech.samples.subarray(0, 16_000));
        client.socket.terminate();
        await client.closed;
      }),
    );
    expect(await neighbour).toBe(speech.text);
    await eventually(activeSessions, (value) => expect(value).toBe(0));
  });

  it('sends text that is no command', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '{"type":7}',
      '{"type":"fly"}',
      '\u0000',
      'x'.repeat(100_000),
    ]) {
      client.socket.send(text);
    }
    const errors = await Promise.all(
      Array.from({ length: 9 }, (_, index) => client.next('error', index + 1)),
    );
    expect(errors.map((error) => error.code)).toEqual([
      'malformed_json',
      'malformed_json',
      'malformed_json',
      'malformed_json',
      'malformed_json',
      'unknown_command',
      'unknown_command',
      'malformed_json',
      'validation_error',
    ]);
    expect(errors.every((error) => error.recoverable)).toBe(true);
    await client.sendInRealTime(withSilence(speech.samples, 600));
    await client.finish();
    expect(client.text).toBe(speech.text);
  });

  it('changes its rate a thousand times in one write: others are answered meanwhile', async () => {
    const [flood, other] = await Promise.all([
      RealtimeClient.open(server.realtimeUrl),
      RealtimeClient.open(server.realtimeUrl),
    ]);
    const rates = 1000;
    for (let index = 0; index < rates; index++) {
      flood.command({ type: 'session.configure', input_sample_rate: 8_001 + 100 * index });
      flood.socket.send(new Uint8Array(64));
    }
    await flood.next('session.updated');
    other.command({ type: 'session.configure' });
    await other.next('session.updated');
    expect(flood.of('session.updated').length).toBeLessThan(rates / 2);
    const last = await flood.next('session.updated', rates);
    expect(last.config.input_sample_rate).toBe(8_001 + 100 * (rates - 1));
    await Promise.all([flood.finish(), other.finish()]);
  });

  it('sends files instead of samples: they are recognized, and those messages alone are dropped', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    const webm = Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), Buffer.alloc(600)]);
    for (const file of [webm, Buffer.from('OggS'.padEnd(600)), Buffer.from('fLaC'.padEnd(600))]) {
      client.socket.send(file);
    }
    client.socket.send(new Uint8Array(0));
    await client.sendInRealTime(withSilence(speech.samples, 600));
    await client.finish();
    expect(client.of('error').map((error) => [error.code, error.recoverable])).toEqual([
      ['invalid_audio_frame', true],
      ['invalid_audio_frame', true],
      ['invalid_audio_frame', true],
    ]);
    expect(client.of('error').map((error) => /this is (\w+)/.exec(error.message)?.[1])).toEqual([
      'WebM',
      'Ogg',
      'FLAC',
    ]);
    expect(client.text).toBe(speech.text);
  });

  it('sends a WAV file in messages that end anywhere', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    const wav = writeWav(toPcm16(withSilence(speech.samples, 600)), 16_000);
    for (let start = 0; start < wav.length; start += 999) {
      client.socket.send(wav.subarray(start, start + 999));
    }
    await client.finish();
    expect(client.of('error')).toEqual([]);
    expect(client.text).toBe(speech.text);
    const { total_duration_ms } = await client.next('session.closed');
    expect(total_duration_ms).toBe(Math.round((wav.length - 44) / 32));
  });

  it('sends its audio sample by sample', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    const bytes = Buffer.from(withSilence(speech.samples, 600).buffer);
    for (let start = 0; start < bytes.length; start += 2)
      client.socket.send(bytes.subarray(start, start + 2));
    await client.finish();
    expect(client.text).toBe(speech.text);
  });

  it('sends a message of 1 MiB: what fits is processed, the rest is reported as dropped', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    client.socket.send(new Uint8Array(1024 * 1024));
    const dropped = await client.next('session.frames_dropped');
    expect(dropped.dropped_ms).toBe(32_768 - 10_000);
    await client.finish();
    expect(client.of('session.closed')[0]?.total_duration_ms).toBe(32_768);
  });

  it.each([1024 * 1024 + 2, 2 * 1024 * 1024])(
    'sends a message of %d bytes: closed with 1009',
    async (bytes) => {
      const client = await RealtimeClient.open(server.realtimeUrl);
      client.socket.send(new Uint8Array(bytes));
      expect((await client.closed).code).toBe(1009);
    },
  );

  it.each([true, false])(
    'sends far more of a message than is allowed (at its end: %s): cut off',
    async (fin) => {
      const client = await RealtimeClient.open(server.realtimeUrl);
      const piece = new Uint8Array(100_000);
      for (let sent = 0; sent < 22 * piece.length; sent += piece.length) {
        client.socket.send(piece, { fin: fin && sent === 21 * piece.length });
      }
      expect((await client.closed).code).toBe(1006);
      const limit = '"maxMessageBytes":1048576';
      await eventually(
        () => server.log.some((line) => line.includes(limit)),
        (value) => expect(value).toBe(true),
      );
    },
  );

  it('returns the memory', async () => {
    const residentMb = (): number =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.process.pid)], { encoding: 'utf8' })) /
      1024;
    const burst = async (): Promise<void> => {
      const clients = await Promise.all(
        Array.from({ length: 20 }, () => RealtimeClient.open(server.realtimeUrl)),
      );
      for (const client of clients) {
        client.sendAtOnce(speech.samples);
        client.socket.send(new Uint8Array(1024 * 1024));
        client.socket.terminate();
      }
      await Promise.all(clients.map((client) => client.closed));
      await eventually(activeSessions, (value) => expect(value).toBe(0));
    };
    // The allocator keeps some of it; what counts is that it does not go on growing.
    for (let round = 0; round < 10; round++) await burst();
    const before = residentMb();
    for (let round = 0; round < 10; round++) await burst();
    expect(residentMb() - before).toBeLessThan(40);
  });

  it('after all that, still hears', async () => {
    expect(await hearNeighbour()).toBe(speech.text);
    expect(server.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  });
});
