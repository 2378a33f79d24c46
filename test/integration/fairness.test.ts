import { afterAll, beforeAll, expect, it } from 'vitest';
import { clip } from '../support/clips.ts';
import { type Flood, startFlood } from '../support/flood.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const speech = clip('en_01');
const floodSpeed = 100;

let server: ServerProcess;
let flood: Flood;

beforeAll(async () => {
  server = await startServerProcess(['--decode-slots', '2']);
  flood = await startFlood(server.realtimeUrl, speech.samples, { speed: floodSpeed });
  await flood.client.next('transcript.final');
});

afterAll(async () => {
  await flood.stop();
  await server.stop();
});

it('beside a client that keeps to no limit, others get partials and their finals in their turn', async () => {
  const neighbour = await RealtimeClient.open(server.realtimeUrl);
  const startMs = await neighbour.sendInRealTime(withSilence(speech.samples, 700));
  const final = await neighbour.next('transcript.final');
  expect(final.text).toBe(speech.text);
  expect(neighbour.of('transcript.partial').length).toBeGreaterThan(0);
  // However long a decode takes here: its own final lies behind few of the other's, not behind all that it has asked for.
  const endedMs = startMs + final.end_ms;
  const between = flood.client
    .of('transcript.final')
    .filter(({ arrivedAtMs }) => arrivedAtMs > endedMs && arrivedAtMs < final.arrivedAtMs);
  expect(between.length).toBeLessThan(10);
  await neighbour.finish();
});

it('it is told so, its audio is held to what is allowed, and what cannot wait is dropped and told', async () => {
  await flood.client.next('session.rate_limit');
  await flood.client.next('session.frames_dropped');
  const { arrivedAtMs } = await flood.client.next('transcript.final');
  const startedMs = flood.client.arrivals[0]?.arrivedAtMs ?? arrivedAtMs;
  const sinceStartMs = performance.now() - startedMs;
  const heardMs = Math.max(
    ...flood.client.of('transcript.final').map((final) => final.end_ms - final.start_ms),
  );
  expect(heardMs).toBeGreaterThan(0);
  const heard = flood.client
    .of('transcript.final')
    .reduce((sum, final) => sum + final.end_ms - final.start_ms, 0);
  // Six seconds may come at once, and 1.2 times real time from then on.
  expect(heard).toBeLessThan(6000 + 1.2 * sinceStartMs + 1000);
});
