import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineError } from '#theo/engine/errors.js';
import type { EngineEvent, EngineStream, SpeechEngine, TranscribeOptions } from '#theo/engine/types.js';
import { clip } from '../support/clips.ts';
import { model } from '../support/models.ts';
import {
  collect,
  connect,
  finalOf,
  localEngines,
  samplesOf,
  startWorker,
  streamOptions,
  writeHops,
} from './worker-support.ts';

/** An engine to put through the suite. */
interface Subject {
  readonly engine: SpeechEngine;
  close(): Promise<void>;
}

async function local(): Promise<Subject> {
  const { engines, engine } = await localEngines();
  return { engine, close: () => engines.close() };
}

async function remote(): Promise<Subject> {
  const inProcess = await localEngines();
  const server = await startWorker(inProcess.engine);
  const { engines, engine } = await connect([server.address]);
  return {
    engine,
    close: async () => {
      await engines.close();
      await server.close(1_000);
      await inProcess.engines.close();
    },
  };
}

interface Speech {
  readonly text: string;
  readonly language: string;
  readonly samples: Float32Array;
}

function speech(name: string): Speech {
  const { text, language, ...rest } = clip(name);
  return { text, language, samples: samplesOf({ text, language, ...rest }) };
}

const english = speech('en_01');
const portuguese = speech('pt_02');
const wholeFile: TranscribeOptions = { language: null, prompt: '', hotWords: [], task: 'transcribe' };

const isPartial = (event: EngineEvent): event is EngineEvent & { type: 'partial' } =>
  event.type === 'partial';

/** Speaks in real time's order, but only as fast as the engine answers: every partial is waited for. */
async function speak(stream: EngineStream, { samples }: Speech): Promise<readonly EngineEvent[]> {
  const events: EngineEvent[] = [];
  const iterator = stream.events[Symbol.asyncIterator]();
  const half = Math.floor(samples.length / 2);
  writeHops(stream, samples.subarray(0, half));
  const first = await iterator.next();
  if (!first.done) events.push(first.value);
  writeHops(stream, samples.subarray(half));
  stream.flush();
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) events.push(next.value);
  return events;
}

describe.each([
  { name: 'in process', start: local },
  { name: 'behind gRPC', start: remote },
])('the engine $name', ({ start }) => {
  let subject: Subject;
  let engine: SpeechEngine;
  beforeAll(async () => {
    subject = await start();
    engine = subject.engine;
  });
  afterAll(() => subject.close());

  test('names its model', () => {
    expect(engine.model).toBe(model);
  });

  test.each([english, portuguese])(
    'hears "$text": partials while it is spoken, then one final',
    async (spoken) => {
      const events = await speak(engine.openStream(streamOptions), spoken);
      const { transcript } = finalOf(events);
      expect(transcript.text).toBe(spoken.text);
      expect(transcript.language).toBe(spoken.language);
      expect(transcript.confidence).toBeGreaterThan(0.5);
      expect(transcript.confidence).toBeLessThanOrEqual(1);
      expect(transcript.words).toBeNull();
      const partials = events.slice(0, -1);
      expect(partials.length).toBeGreaterThan(0);
      expect(partials.every(isPartial)).toBe(true);
    },
  );

  test('committed text begins the partial and never changes', async () => {
    const events = await speak(engine.openStream(streamOptions), portuguese);
    let committed = '';
    for (const event of events.filter(isPartial)) {
      expect(event.text.startsWith(event.committed)).toBe(true);
      expect(event.committed.startsWith(committed)).toBe(true);
      committed = event.committed;
    }
  });

  test('without partials only the final comes', async () => {
    const stream = engine.openStream({ ...streamOptions, enablePartials: false });
    writeHops(stream, english.samples);
    stream.flush();
    const events = await collect(stream);
    expect(events.map((event) => event.type)).toEqual(['final']);
    expect(finalOf(events).transcript.text).toBe(english.text);
  });

  test('the languages that the model lists can be asked for, and no others', () => {
    expect(['pt', 'en', 'fr', 'zz'].map((code) => engine.knowsLanguage(code))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a language that is given is kept', async () => {
    const stream = engine.openStream({ ...streamOptions, language: 'pt', enablePartials: false });
    writeHops(stream, portuguese.samples);
    stream.flush();
    expect(finalOf(await collect(stream)).transcript.language).toBe('pt');
  });

  test('a flush that was anticipated has the same final', async () => {
    const stream = engine.openStream(streamOptions);
    writeHops(stream, english.samples);
    stream.anticipateFlush();
    stream.flush();
    expect(finalOf(await collect(stream)).transcript.text).toBe(english.text);
  });

  test('an anticipation is void when more audio comes', async () => {
    const stream = engine.openStream({ ...streamOptions, enablePartials: false });
    const cut = Math.floor(portuguese.samples.length / 2);
    writeHops(stream, portuguese.samples.subarray(0, cut));
    stream.anticipateFlush();
    writeHops(stream, portuguese.samples.subarray(cut));
    stream.flush();
    expect(finalOf(await collect(stream)).transcript.text).toBe(portuguese.text);
  });

  test('an anticipation before any audio does nothing', async () => {
    const stream = engine.openStream(streamOptions);
    stream.anticipateFlush();
    writeHops(stream, english.samples);
    stream.flush();
    expect(finalOf(await collect(stream)).transcript.text).toBe(english.text);
  });

  test('an utterance without audio has an empty final', async () => {
    const stream = engine.openStream({ ...streamOptions, language: 'en' });
    stream.flush();
    const events = await collect(stream);
    expect(events).toEqual([
      {
        type: 'final',
        transcript: { text: '', language: 'en', languageProbability: 0, confidence: 0, words: null },
        speech: null,
      },
    ]);
  });

  test('after the flush nothing more is taken', async () => {
    const stream = engine.openStream({ ...streamOptions, enablePartials: false });
    writeHops(stream, english.samples);
    stream.flush();
    stream.write(portuguese.samples);
    stream.anticipateFlush();
    stream.flush();
    const events = await collect(stream);
    expect(events.map((event) => event.type)).toEqual(['final']);
    expect(finalOf(events).transcript.text).toBe(english.text);
  });

  test.each(['while audio comes', 'after the flush', 'before any audio'] as const)(
    'cancelled %s the events end without an event',
    async (when) => {
      const stream = engine.openStream({ ...streamOptions, enablePartials: false });
      if (when !== 'before any audio') writeHops(stream, english.samples);
      if (when === 'after the flush') stream.flush();
      stream.cancel();
      stream.cancel();
      stream.write(english.samples);
      stream.flush();
      expect(await collect(stream)).toEqual([]);
    },
  );

  test('streams side by side do not disturb each other', async () => {
    const streams = Array.from({ length: 8 }, () => engine.openStream(streamOptions));
    const texts = streams.map(async (stream, index) => {
      writeHops(stream, (index % 2 === 0 ? english : portuguese).samples);
      stream.flush();
      return finalOf(await collect(stream)).transcript.text;
    });
    const expected = streams.map((_, index) => (index % 2 === 0 ? english : portuguese).text);
    expect(await Promise.all(texts)).toEqual(expected);
  });

  test('a recording is transcribed whole', async () => {
    const transcript = await engine.transcribe(portuguese.samples, wholeFile);
    expect(transcript.text).toBe(portuguese.text);
    expect(transcript.language).toBe('pt');
    expect(transcript.confidence).toBeGreaterThan(0.5);
  });

  test('a recording that is not wanted any more is given up', async () => {
    const abort = new AbortController();
    const transcript = engine.transcribe(portuguese.samples, { ...wholeFile, signal: abort.signal });
    abort.abort();
    await expect(transcript).rejects.toMatchObject({ code: 'cancelled' } satisfies Partial<EngineError>);
  });
});

describe.each([
  { name: 'in process', start: local },
  { name: 'behind gRPC', start: remote },
])('closing the engine $name', ({ start }) => {
  test('ends its streams; it opens none any more', async () => {
    const subject = await start();
    const stream = subject.engine.openStream(streamOptions);
    writeHops(stream, english.samples);
    const events = collect(stream);
    await subject.engine.close();
    await subject.engine.close();
    expect((await events).filter((event) => event.type === 'final')).toEqual([]);
    expect(() => subject.engine.openStream(streamOptions)).toThrow('closed');
    await expect(subject.engine.transcribe(english.samples, wholeFile)).rejects.toMatchObject({
      code: 'worker_unavailable',
    });
    await subject.close();
  });
});
