import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aLawSamples, muLawSamples } from '#theo/audio/g711.js';
import { clip } from '../support/clips.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { resampleFrom16k } from '../support/resample.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess();
});

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

const speech = clip('pt_01');
/** "boa tarde eu preciso de ajuda com o meu saldo" */
const longer = clip('pt_02');
const utterance = withSilence(speech.samples, 600);

function nearestCode(table: Int16Array, sample: number): number {
  let nearest = 0;
  for (const [code, value] of table.entries()) {
    if (Math.abs(value - sample) < Math.abs((table[nearest] ?? 0) - sample)) nearest = code;
  }
  return nearest;
}

/** A session that has been configured. */
async function configured(change: object): Promise<RealtimeClient> {
  const client = await RealtimeClient.open(server.realtimeUrl);
  client.command({ type: 'session.configure', ...change });
  await client.next('session.updated');
  return client;
}

/** A session in the middle of speech: speech_start has come, silence has not. */
async function speaking(): Promise<RealtimeClient> {
  const client = await RealtimeClient.open(server.realtimeUrl);
  client.sendAtOnce(longer.samples.subarray(0, 32_000));
  await client.next('vad.speech_start');
  return client;
}

describe.concurrent('session.configure', () => {
  it('changes the sample rate in the middle of a session', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    await client.sendInRealTime(utterance, 16_000, 4);
    await client.next('transcript.final');
    client.command({ type: 'session.configure', input_sample_rate: 48_000 });
    await client.sendInRealTime(resampleFrom16k(utterance, 48_000), 48_000, 4);
    await client.next('transcript.final', 2);
    client.command({ type: 'session.configure', input_sample_rate: 8_000 });
    await client.sendInRealTime(resampleFrom16k(utterance, 8_000), 8_000, 4);
    await client.finish();
    expect(
      client
        .of('transcript.final')
        .map((final) => final.text)
        .slice(0, 2),
    ).toEqual([speech.text, speech.text]);
    const utteranceMs = utterance.length / 16;
    expect(client.of('session.closed')[0]?.total_duration_ms).toBeCloseTo(3 * utteranceMs, -2);
    const [first, second, third] = client.of('vad.speech_start').map((event) => event.timestamp_ms);
    expect(Math.abs((second ?? 0) - (first ?? 0) - utteranceMs)).toBeLessThan(100);
    expect(Math.abs((third ?? 0) - (second ?? 0) - utteranceMs)).toBeLessThan(150);
  });

  it.each([
    ['mulaw', muLawSamples],
    ['alaw', aLawSamples],
  ] as const)('takes the %s of telephones', async (input_encoding, table) => {
    const client = await configured({ input_sample_rate: 8_000, input_encoding });
    const codes = Uint8Array.from(resampleFrom16k(utterance, 8_000), (sample) => nearestCode(table, sample));
    for (let start = 0; start < codes.length; start += 160)
      client.socket.send(codes.subarray(start, start + 160));
    await client.finish();
    expect(client.text).toBe(speech.text);
  });

  it('sets the language of the finals', async () => {
    const client = await configured({ language: 'en' });
    await client.sendInRealTime(utterance, 16_000, 4);
    await client.finish();
    expect(client.of('session.updated')[0]?.config.language).toBe('en');
    expect(client.of('transcript.final')[0]?.language).toBe('en');
  });

  it('sets the silence that ends an utterance', async () => {
    const patient = await configured({ silence_timeout_ms: 1500 });
    for (let round = 0; round < 2; round++) await patient.sendInRealTime(utterance, 16_000, 4);
    await patient.finish();
    expect(patient.of('transcript.final')).toHaveLength(1);
  });

  it('sets the longest segment', async () => {
    const client = await configured({ max_segment_duration_ms: 1000 });
    await client.sendInRealTime(withSilence(longer.samples, 600), 16_000, 4);
    await client.finish();
    const finals = client.of('transcript.final');
    expect(finals.length).toBeGreaterThanOrEqual(3);
    for (const final of finals) expect(final.end_ms - final.start_ms).toBeLessThanOrEqual(1000);
  });

  it('switches partials off', async () => {
    const client = await configured({ enable_partial_transcripts: false });
    await client.sendInRealTime(utterance);
    await client.finish();
    expect(client.of('transcript.partial')).toEqual([]);
    expect(client.text).toBe(speech.text);
  });

  it('switches text normalization of finals off and on; partials never have it', async () => {
    const numbers = clip('en_03');
    const hear = async (enable_itn: boolean): Promise<RealtimeClient> => {
      const client = await configured({ enable_itn, language: 'en' });
      await client.sendInRealTime(withSilence(numbers.samples, 600));
      await client.finish();
      return client;
    };
    const [off, on] = await Promise.all([hear(false), hear(true)]);
    expect(off.text).toBe(numbers.text);
    expect(on.text).toMatch(/\d/);
    expect(
      on
        .of('transcript.partial')
        .map((partial) => partial.text)
        .join(' '),
    ).not.toMatch(/\d/);
  });

  it('sets the words to expect, and takes them back', async () => {
    const client = await configured({ language: 'pt', hot_words: ['Saldo'] });
    const sentence = withSilence(longer.samples, 600);
    await client.sendInRealTime(sentence, 16_000, 4);
    await client.next('vad.speech_end');
    client.command({ type: 'session.configure', hot_words: [] });
    await client.sendInRealTime(sentence, 16_000, 4);
    await client.finish();
    const [first, second] = client.of('transcript.final').map((final) => final.text);
    expect(first).toBe(longer.text.replace('saldo', 'Saldo'));
    expect(second).toBe(longer.text);
  });

  it.each([
    ['an unknown field', { silence_timeout_ms: 500, colour: 'red' }, 'colour'],
    ['a value out of range', { language: 'pt', silence_timeout_ms: 1 }, 'silence_timeout_ms'],
    ['a wrong type', { language: 'pt', enable_itn: 'yes' }, 'enable_itn'],
    ['a rate out of range', { language: 'pt', input_sample_rate: 4_000 }, 'input_sample_rate'],
    ['a rate that is no integer', { input_sample_rate: 16_000.5 }, 'input_sample_rate'],
    ['a language that is none', { silence_timeout_ms: 500, language: 'english' }, 'language'],
    ['an unknown field inside', { language: 'pt', preprocessing: { agc: true } }, 'agc'],
    [
      'noise suppression, which is not there',
      { language: 'pt', preprocessing: { denoise: true } },
      'denoise',
    ],
    ['hot words that are no strings', { language: 'pt', hot_words: [1] }, 'hot_words'],
  ])('with %s is refused by name, and none of it is applied', async (_what, change, field) => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    const before = client.of('session.created')[0]?.config;
    client.command({ type: 'session.configure', ...change });
    const error = await client.next('error');
    expect(error).toMatchObject({ code: 'validation_error', recoverable: true });
    expect(error.message).toContain(field);
    client.command({ type: 'session.configure' });
    expect((await client.next('session.updated')).config).toEqual(before);
    expect(await client.finish()).toMatchObject({ code: 1000 });
  });
});

describe.concurrent('input_audio_buffer.commit', () => {
  it('in speech brings the final; later audio is the next segment', async () => {
    const client = await speaking();
    client.command({ type: 'input_audio_buffer.commit' });
    const first = await client.next('transcript.final');
    expect(first.segment_id).toBe(0);
    await client.sendInRealTime(withSilence(longer.samples.subarray(32_000), 600), 16_000, 4);
    await client.next('vad.speech_end', 2);
    await client.finish();
    const [, second] = client.of('transcript.final');
    expect(second?.segment_id).toBe(1);
    expect(second?.start_ms).toBeGreaterThanOrEqual(first.end_ms);
    expect(`${first.text} ${second?.text}`.split(' ').length).toBeGreaterThanOrEqual(8);
  });

  it('twice in a row, with the end right behind it, brings one final', async () => {
    const client = await speaking();
    client.command({ type: 'input_audio_buffer.commit' });
    client.command({ type: 'input_audio_buffer.commit' });
    expect(await client.finish()).toEqual({ code: 1000, reason: 'client_request' });
    expect(
      client.arrivals.map((event) => event.type).filter((type) => type !== 'transcript.partial'),
    ).toEqual([
      'session.created',
      'vad.speech_start',
      'transcript.final',
      'vad.speech_end',
      'session.closed',
    ]);
  });

  it('in the silence that would have ended the segment anyway brings one final', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    client.sendAtOnce(withSilence(speech.samples, 200));
    client.command({ type: 'input_audio_buffer.commit' });
    client.sendAtOnce(new Int16Array(16_000));
    await client.finish();
    expect(client.of('transcript.final').map((final) => final.text)).toEqual([speech.text]);
    expect(client.of('vad.speech_end')).toHaveLength(1);
  });

  it('in silence does nothing', async () => {
    const client = await RealtimeClient.open(server.realtimeUrl);
    client.command({ type: 'input_audio_buffer.commit' });
    client.sendAtOnce(new Int16Array(16_000));
    client.command({ type: 'input_audio_buffer.commit' });
    client.sendAtOnce(utterance);
    client.command({ type: 'input_audio_buffer.commit' });
    await client.finish();
    expect(client.of('error')).toEqual([]);
    expect(client.of('transcript.final').map((final) => final.segment_id)).toEqual([0]);
    expect(client.text).toBe(speech.text);
  });
});

describe.concurrent('the end', () => {
  it('session.cancel in speech: no final, cancelled, 1000', async () => {
    const client = await speaking();
    client.command({ type: 'session.cancel' });
    expect(await client.closed).toEqual({ code: 1000, reason: 'cancelled' });
    expect(client.of('transcript.final')).toEqual([]);
    expect(client.arrivals.at(-1)).toMatchObject({
      type: 'session.closed',
      reason: 'cancelled',
      segments_transcribed: 0,
    });
  });

  it('session.cancel while a final is decoded: nothing follows session.closed', async () => {
    const client = await speaking();
    client.command({ type: 'input_audio_buffer.commit' });
    client.command({ type: 'session.cancel' });
    expect(await client.closed).toEqual({ code: 1000, reason: 'cancelled' });
    expect(client.of('session.closed')).toHaveLength(1);
    expect(client.arrivals.at(-1)).toMatchObject({
      type: 'session.closed',
      segments_transcribed: client.of('transcript.final').length,
    });
  });

  it('session.close in speech: its final, client_request, 1000', async () => {
    const client = await speaking();
    expect(await client.finish()).toEqual({ code: 1000, reason: 'client_request' });
    expect(client.of('transcript.final')).toHaveLength(1);
    expect(client.arrivals.at(-1)).toMatchObject({
      type: 'session.closed',
      reason: 'client_request',
      segments_transcribed: 1,
      total_duration_ms: 2000,
    });
  });

  it('nothing that comes after session.close is obeyed', async () => {
    const client = await speaking();
    client.command({ type: 'session.close' });
    client.sendAtOnce(utterance);
    client.command({ type: 'session.configure', colour: 'red' });
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(client.of('session.closed')).toMatchObject([{ total_duration_ms: 2000 }]);
    expect(client.of('transcript.final')).toHaveLength(1);
  });
});

// What is told when, and that a sender at 1x is left alone, is tested on a clock of the test's own (ingest-meter.test.ts).
it('tells a client at 3x to wait, after half a second and once a second', async () => {
  const client = await RealtimeClient.open(server.realtimeUrl);
  const startMs = performance.now();
  await client.sendInRealTime(new Int16Array(5 * 16_000), 16_000, 3);
  const { arrivedAtMs, delay_ms } = await client.next('session.rate_limit');
  expect(arrivedAtMs - startMs).toBeGreaterThan(400);
  expect(delay_ms).toBeGreaterThan(0);
  await client.finish();
  const seconds = (performance.now() - startMs) / 1000;
  expect(client.of('session.rate_limit').length).toBeLessThanOrEqual(1 + seconds);
});

it('nothing of all that was worth a warning', () => {
  expect(server.log.filter((line) => /"level":(40|50|60)/.test(line))).toEqual([]);
});
