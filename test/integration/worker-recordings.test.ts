import { readFileSync } from 'node:fs';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelEngines } from '#theo/engine/model-engines.js';
import {
  loadWorkerService,
  type TranscribeFileRequestInit,
  type TranscribeFileResponse,
} from '#theo/engine/remote/wire.js';
import type { SpeechEngine } from '#theo/engine/types.js';
import type { WorkerServer } from '#theo/worker/worker-server.js';
import { connect, localEngines, startWorker } from './worker-support.ts';

// Recordings on a worker, by the model that users have.

const service = loadWorkerService();
/** Two sentences with four seconds between them. */
const wav = readFileSync('test/fixtures/audio/file-two-utterances-4s-gap.wav');
const sentences: readonly string[] = ['Hello, how can I help you?', 'My name is Emma.'];

let engines: ModelEngines;
let engine: SpeechEngine;
let server: WorkerServer;
let client: Client;

beforeAll(async () => {
  ({ engines, engine } = await localEngines('whisper-base'));
  server = await startWorker(engine);
  client = new Client(server.address, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await server.close(1_000);
  await engines.close();
});

function transcribe(
  request: TranscribeFileRequestInit,
  peer: Client = client,
): Promise<TranscribeFileResponse> {
  const { path, requestSerialize, responseDeserialize } = service.TranscribeFile;
  return new Promise((resolve, reject) => {
    peer.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { audioData: wav, ...request },
      (error: ServiceError | null, response?: TranscribeFileResponse) =>
        response ? resolve(response) : reject(error),
    );
  });
}

test('what is said behind a long silence is heard, as by "theo transcribe"', async () => {
  const { text, language, duration, segments } = await transcribe({});
  expect(text).toBe(sentences.join(' '));
  expect(segments.map((segment) => segment.text)).toEqual(sentences);
  expect(language).toBe('en');
  const [first, second] = segments;
  expect(first?.end).toBeLessThan(3);
  expect(second?.start).toBeGreaterThan(5);
  expect(second?.end).toBeLessThanOrEqual(duration);
});

test('segments end where the model hears sentences end, where that is asked for, with what speaks for them', async () => {
  const { segments } = await transcribe({ timestampGranularities: ['segment'], singleUtterance: true });
  expect(segments.map((segment) => segment.text)).toEqual([
    sentences[0],
    // With timestamps, over both sentences together, the name is heard otherwise.
    expect.stringMatching(/^My name is \w+\.$/),
  ]);
  const [first, second] = segments;
  expect(first?.start).toBeLessThan(0.5);
  expect(first?.end).toBeLessThan(4);
  expect(second?.start).toBeGreaterThan(4);
  for (const segment of segments) {
    expect(segment.avgLogprob).toBeLessThan(0);
    expect(segment.avgLogprob).toBeGreaterThan(-1);
    expect(segment.noSpeechProb).toBeLessThan(0.6);
    expect(segment.compressionRatio).toBeGreaterThan(0);
    expect(segment.temperature).toBe(0);
  }
});

test('words come where they are asked for, timed from the start of the recording', async () => {
  const transcript = { text: 'yes', language: 'en', languageProbability: 0.9, confidence: 1 };
  const words = [{ word: 'yes', spaceBefore: true, startMs: 500, endMs: 900, probability: 1 }];
  const figures = { avgLogProbability: 0, noSpeechProbability: 0, compressionRatio: 1, temperature: 0 };
  const segments = [{ text: 'yes', startMs: 500, endMs: 900, ...figures }];
  const timing: SpeechEngine = {
    model: 'timing',
    traits: { ...engine.traits, timesWords: true },
    knowsLanguage: () => true,
    openStream: (options) => engine.openStream(options),
    transcribe: () => Promise.resolve({ ...transcript, words, segments }),
    close: () => Promise.resolve(),
  };
  const worker = await startWorker(timing);
  const other = new Client(worker.address, credentials.createInsecure());
  expect((await transcribe({}, other)).words).toEqual([]);
  expect((await transcribe({ timestampGranularities: ['segment'] }, other)).words).toEqual([]);
  const answer = await transcribe({ timestampGranularities: ['word'] }, other);
  const [first, second] = answer.words;
  // An utterance's audio begins up to 400 ms before its speech.
  expect(first?.start).toBeCloseTo(Math.max(0, (answer.segments[0]?.start ?? 0) - 0.4) + 0.5, 1);
  expect(second?.start).toBeCloseTo((answer.segments[1]?.start ?? 0) - 0.4 + 0.5, 1);
  expect((second?.end ?? 0) - (second?.start ?? 0)).toBeCloseTo(0.4, 3);
  other.close();
  await worker.close(0);
});

test('words behind a silence are timed behind it', async () => {
  const { words, duration } = await transcribe({ timestampGranularities: ['word'] });
  expect(words.map(({ word }) => word).join(' ')).toBe(sentences.join(' '));
  let last = 0;
  for (const { start, end } of words) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end).toBeGreaterThanOrEqual(start);
    last = end;
  }
  expect(last).toBeLessThanOrEqual(duration);
  const second = words.findIndex(({ word }) => word === 'My');
  expect(words[second - 1]?.end).toBeLessThan(3);
  expect(words[second]?.end).toBeGreaterThan(5);
});

test('a model that does not time words says so where they are asked for', async () => {
  const untimed: SpeechEngine = {
    model: 'untimed',
    traits: { ...engine.traits, timesWords: false },
    knowsLanguage: () => true,
    openStream: (options) => engine.openStream(options),
    transcribe: (samples, options) => engine.transcribe(samples, options),
    close: () => Promise.resolve(),
  };
  const worker = await startWorker(untimed);
  const other = new Client(worker.address, credentials.createInsecure());
  await expect(transcribe({ timestampGranularities: ['word'] }, other)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: 'timestamp_granularities: the model untimed does not time words',
  });
  other.close();
  await worker.close(0);
});

test('any sample rate will do, and a recording of silence has no text', async () => {
  const eightKilohertz = Buffer.from(wav);
  eightKilohertz.writeUInt32LE(8_000, 24);
  eightKilohertz.writeUInt32LE(16_000, 28);
  const { duration } = await transcribe({ audioData: eightKilohertz });
  expect(duration).toBeCloseTo((2 * (wav.length - 44)) / 2 / 16_000, 2);
  expect(await transcribe({ audioData: new Uint8Array(64_000) })).toMatchObject({
    text: '',
    segments: [],
    duration: 2,
  });
});

test('a remote engine has one utterance decoded as a whole', async () => {
  const remote = await connect([server.address]);
  const samples = Float32Array.from({ length: 32_000 }, () => 0);
  const options = { language: 'en', prompt: '', hotWords: [], task: 'transcribe' } as const;
  expect(await remote.engine.transcribe(samples, options)).toMatchObject({ text: '', language: 'en' });
  const { segments } = await transcribe({ singleUtterance: true });
  expect(segments).toHaveLength(1);
  await remote.engines.close();
});

test.each([
  [{ temperature: 1.5 }, 'temperature: must be from 0 to 1, not 1.5'],
  [{ temperature: Number.NaN }, 'temperature: must be from 0 to 1'],
  [{ beamSize: 99 }, 'beam_size: must be at most 16, not 99'],
  [{ timestampGranularities: ['char'] }, 'timestamp_granularities: must be "segment" or "word", not "char"'],
  [{ audioData: rated(500) }, 'audio_data: '],
  [{ audioData: rated(8_000), singleUtterance: true }, 'audio_data: one utterance must be at 16000 Hz'],
])('what has no effect is refused %#', async (request, message) => {
  await expect(transcribe(request)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringContaining(message),
  });
});

/** A short WAV file that claims to be at `hz`. */
function rated(hz: number): Buffer {
  const file = Buffer.from(wav.subarray(0, 44 + 320));
  file.writeUInt32LE(file.length - 8, 4);
  file.writeUInt32LE(hz, 24);
  file.writeUInt32LE(2 * hz, 28);
  file.writeUInt32LE(320, 40);
  return file;
}
