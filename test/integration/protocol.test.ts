import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverEventSchema } from '#theo/protocol/events.js';
import { clip, longClips } from '../support/clips.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { speechOnsetMs } from '../support/speech-onset.ts';

const timeToleranceMs = 100;

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess();
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

/** The events of a client that has been let in and then asked for the end. */
async function hear(samples: Int16Array, speed = 1): Promise<RealtimeClient> {
  const client = await RealtimeClient.open(server.realtimeUrl);
  await client.sendInRealTime(samples, 16_000, speed);
  expect(await client.finish()).toMatchObject({ code: 1000 });
  return client;
}

describe.concurrent('handshake', () => {
  it('with a model: session.created tells id, model and the defaults', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    expect(client.arrivals[0]).toMatchObject({
      type: 'session.created',
      session_id: expect.stringMatching(/^sess_[0-9a-f]{24}$/),
      model: 'theo-demo',
      config: {
        vad_sensitivity: 'normal',
        vad_min_speech_ms: 250,
        silence_timeout_ms: 300,
        hold_timeout_ms: 300_000,
        max_segment_duration_ms: 30_000,
        language: null,
        enable_partial_transcripts: true,
        enable_itn: true,
        preprocessing: { denoise: false, denoise_engine: 'rnnoise' },
        input_sample_rate: 16_000,
        input_encoding: 'pcm_s16le',
      },
    });
    await client.finish();
  });

  it.each([
    ['model=theo-demo&language=pt', 'pt'],
    ['model=theo-demo&language=auto', null],
    ['language=en&model=theo-demo', 'en'],
    ['model=theo%2Ddemo&more=1', null],
  ])('?%s', async (query, language) => {
    const client = await RealtimeClient.open(server.realtimeUrl, query);
    expect((await client.next('session.created')).config.language).toBe(language);
    await client.finish();
  });

  it.each([
    ['', 'model_required'],
    ['?language=pt', 'model_required'],
    ['?model=', 'model_required'],
    ['?model=nope', 'model_not_found'],
    ['?model=../../etc/passwd', 'model_not_found'],
    ['?model=theo-demo&language=english', 'validation_error'],
    ['?model=theo-demo&language=portuguese', 'validation_error'],
    ['?model=theo-demo&language=fr', 'validation_error'],
    ['?model=theo-demo&language=zz', 'validation_error'],
  ])('%s: an error, then 1008 with a reason', async (query, code) => {
    const client = new RealtimeClient(`${server.realtimeUrl}${query}`);
    const closed = await client.closed;
    expect(client.arrivals).toMatchObject([
      { type: 'error', code, recoverable: false, resume_segment_id: null },
    ]);
    expect(closed.code).toBe(1008);
    expect(closed.reason).not.toBe('');
  });
});

describe.concurrent('an utterance', () => {
  it('is speech_start, partials, final, speech_end', async () => {
    const speech = clip('en_01');
    const client = await hear(withSilence(speech.samples, 600));
    const types = client.arrivals.map((event) => event.type);
    expect(types[0]).toBe('session.created');
    expect(types[1]).toBe('vad.speech_start');
    expect(types.slice(2, -3).length).toBeGreaterThanOrEqual(2);
    expect(new Set(types.slice(2, -3))).toEqual(new Set(['transcript.partial']));
    expect(types.slice(-3)).toEqual(['transcript.final', 'vad.speech_end', 'session.closed']);
    const final = client.of('transcript.final')[0];
    expect(final).toMatchObject({ segment_id: 0, language: 'en' });
    expect(final?.confidence).toBeGreaterThan(0.3);
    expect(final?.confidence).toBeLessThanOrEqual(1);
    for (const partial of client.of('transcript.partial')) expect(partial.segment_id).toBe(0);
    expect(client.of('session.closed')).toMatchObject([
      {
        reason: 'client_request',
        segments_transcribed: 1,
        total_duration_ms: Math.round(speech.samples.length / 16) + 600,
      },
    ]);
  });

  it.each(['pt_01', 'en_02', 'pt_05', 'en_09'])('%s begins where its level says', async (name) => {
    const speech = clip(name);
    const client = await hear(withSilence(speech.samples, 600), 4);
    const start = client.of('vad.speech_start')[0]?.timestamp_ms ?? Number.NaN;
    expect(Math.abs(start - speechOnsetMs(speech.samples))).toBeLessThanOrEqual(timeToleranceMs);
    expect(client.of('transcript.final')[0]?.start_ms).toBe(start);
    const end = client.of('vad.speech_end').at(-1)?.timestamp_ms;
    expect(client.of('transcript.final').at(-1)?.end_ms).toBe(end);
  });
});

interface Segmented {
  readonly file: string;
  readonly segments?: readonly { readonly start: number; readonly end: number }[];
}

describe.concurrent('several utterances', () => {
  const manifest = JSON.parse(readFileSync('test/fixtures/audio/manifest.json', 'utf8')) as Segmented[];

  it.each(longClips.map((long) => [long.file, long] as const))(
    '%s: ids from 0, times in order and near the truth',
    async (file, long) => {
      const client = await hear(withSilence(long.samples, 600), 4);
      const finals = client.of('transcript.final');
      expect(finals.map((final) => final.segment_id)).toEqual(finals.map((_, index) => index));
      const edges = finals.flatMap((final) => [final.start_ms, final.end_ms]);
      expect(edges).toEqual(edges.toSorted((a, b) => a - b));
      const partialTimes = client.of('transcript.partial').map((partial) => partial.timestamp_ms);
      expect(partialTimes).toEqual(partialTimes.toSorted((a, b) => a - b));
      for (const { start, end } of manifest.find((entry) => entry.file === file)?.segments ?? []) {
        // A segment's audio begins with a little of the synthesizer's silence.
        const fromMs = start * 1000 - 200;
        const onsetMs = fromMs + speechOnsetMs(long.samples.subarray(fromMs * 16, end * 16_000));
        const startErrors = finals.map((final) => Math.abs(final.start_ms - onsetMs));
        const endErrors = finals.map((final) => Math.abs(final.end_ms - end * 1000));
        expect(Math.min(...startErrors)).toBeLessThanOrEqual(timeToleranceMs);
        expect(Math.min(...endErrors)).toBeLessThanOrEqual(timeToleranceMs);
      }
      const order = client.arrivals
        .map((event) => event.type)
        .filter((type) => type.startsWith('vad.') || type === 'transcript.final');
      expect(order).toEqual(finals.flatMap(() => ['vad.speech_start', 'transcript.final', 'vad.speech_end']));
    },
  );
});

it('two hundred sessions at once have ids of their own, and every one is heard', async () => {
  const speech = clip('pt_01');
  const clients = await Promise.all(
    Array.from({ length: 200 }, () => RealtimeClient.open(server.realtimeUrl)),
  );
  expect(new Set(clients.map((client) => client.of('session.created')[0]?.session_id)).size).toBe(200);
  // One in ten speaks, the others are there.
  const speakers = clients.filter((_, index) => index % 10 === 0);
  for (const client of speakers) client.sendAtOnce(withSilence(speech.samples, 600));
  await Promise.all(clients.map((client) => client.finish()));
  for (const client of speakers) expect(client.text).toBe(speech.text);
  for (const client of clients) {
    for (const { arrivedAtMs: _, ...event } of client.arrivals) {
      expect(serverEventSchema.safeParse(event)).toMatchObject({ success: true });
    }
  }
});

it('nothing of all that was worth a warning', () => {
  expect(server.log.filter((line) => /"level":(40|50|60)/.test(line))).toEqual([]);
});
