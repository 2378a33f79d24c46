import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAudioFile } from '#theo/audio/audio-file.js';
import type { EarlierSpeech, SpeechEngine, Transcript } from '#theo/engine/types.js';
import {
  collect,
  connect,
  finalOf,
  localEngines,
  startWorker,
  streamOptions,
  writeHops,
} from './worker-support.ts';

/** "... | What your country can do for you, | ask what you can do for your country", with a pause of 0.4 s. */
const file = 'test/speech/en-country.flac';
const pieces = { first: [5.0, 7.75], second: [7.75, 10.7] } as const;

interface Subject {
  readonly engine: SpeechEngine;
  close(): Promise<void>;
}

async function local(): Promise<Subject> {
  const { engines, engine } = await localEngines('whisper-base');
  return { engine, close: () => engines.close() };
}

async function remote(): Promise<Subject> {
  const inProcess = await local();
  const server = await startWorker(inProcess.engine);
  const { engines, engine } = await connect([server.address]);
  return {
    engine,
    close: async () => {
      await engines.close();
      await server.close(1_000);
      await inProcess.close();
    },
  };
}

describe.each([
  { name: 'in process', start: local },
  { name: 'behind gRPC', start: remote },
])('over the speech before it, the engine $name', ({ start }) => {
  let subject: Subject;
  let recording: Float32Array;

  beforeAll(async () => {
    subject = await start();
    recording = Float32Array.from((await readAudioFile(file)).samples, (value) => value / 32_768);
  });
  afterAll(() => subject.close());

  async function hear(
    piece: readonly [number, number],
    earlier: EarlierSpeech | null,
  ): Promise<{ readonly transcript: Transcript; readonly speech: EarlierSpeech | null }> {
    const stream = subject.engine.openStream({ ...streamOptions, earlier, leadInSamples: 4800 });
    const [from, to] = piece;
    writeHops(stream, recording.subarray(from * 16_000, to * 16_000));
    stream.flush();
    return finalOf(await collect(stream));
  }

  test('a sentence goes on in lower case, and its text is that of the new speech alone', async () => {
    const first = await hear(pieces.first, null);
    expect(first.transcript.text).toMatch(/^What your country can do for you/);
    const alone = await hear(pieces.second, null);
    expect(alone.transcript.text).toMatch(/^Ask what you can do for your country/);
    const continued = await hear(pieces.second, first.speech);
    expect(continued.transcript.text).toMatch(/^ask what you can do for your country/);
    expect(continued.speech?.text).toMatch(/^What your .* for you,? ask what you .* your country/);
    for (const { speech } of [first, alone, continued]) speech?.close();
  });

  test('another language is heard in that language', async () => {
    const german = {
      samples: recording.subarray(0, 32_000),
      text: 'Guten Tag.',
      language: 'de',
      close: () => {},
    };
    const { transcript, speech } = await hear([5.0, 10.7], german);
    expect(transcript).toMatchObject({ language: 'en', text: expect.stringMatching(/country/) });
    expect(speech?.text ?? '').not.toMatch(/Guten/);
    speech?.close();
  });
});
