import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#theo/clock.js';
import { ModelEngines } from '#theo/engine/model-engines.js';
import type { SpeechEngine } from '#theo/engine/types.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import { Metrics } from '#theo/observability/metrics.js';
import { clip } from '../../../support/clips.ts';

const { samples, text, language } = clip('en_01');
const speech = Float32Array.from(samples, (sample) => sample / 32_768);
const wholeFile = { language, prompt: '', hotWords: [], task: 'transcribe' } as const;

let modelsDir: string;
let engines: ModelEngines;

beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), 'theo-models-'));
});

afterEach(async () => {
  await engines.close();
  rmSync(modelsDir, { recursive: true });
});

/** theo-demo with another line in its manifest. */
async function engineWith(line: string, changed: string): Promise<SpeechEngine> {
  const folder = join(modelsDir, 'theo-demo');
  cpSync('test/fixtures/models/theo-demo', folder, { recursive: true });
  const manifest = readFileSync(join(folder, 'theo.yaml'), 'utf8');
  writeFileSync(join(folder, 'theo.yaml'), manifest.replace(line, changed));
  engines = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 2,
    warn: () => {},
  });
  const engine = await engines.get('theo-demo');
  if (!engine) throw new Error('no engine');
  return engine;
}

async function tokensOf(words: string): Promise<readonly number[]> {
  const path = 'test/fixtures/models/theo-demo/theo-demo-q8_0.bin';
  const model = await loadNative().loadModel(path, { useGpu: false, int8: true, prepareSilence: false });
  try {
    return [...model.tokenize(words)];
  } finally {
    model.close();
  }
}

async function finalOf(engine: SpeechEngine): Promise<string | undefined> {
  const stream = engine.openStream({
    language,
    expectedLanguage: null,
    prompt: '',
    earlier: null,
    hotWords: [],
    enablePartials: false,
    leadInSamples: 0,
  });
  stream.write(speech.slice());
  stream.flush();
  for await (const event of stream.events) if (event.type === 'final') return event.transcript.text;
  return undefined;
}

/** The types of an utterance's events; it ends with its first partial, where there is one to wait for. */
async function eventsOf(engine: SpeechEngine, hasPartials: boolean): Promise<ReadonlySet<string>> {
  const stream = engine.openStream({
    language,
    expectedLanguage: null,
    prompt: '',
    earlier: null,
    hotWords: [],
    enablePartials: true,
    leadInSamples: 0,
  });
  stream.write(speech.slice());
  if (!hasPartials) {
    // A partial that was asked for would run by now.
    stream.write(speech.slice(0, 16_000));
    await engine.transcribe(speech, wholeFile);
    stream.flush();
  }
  const types = new Set<string>();
  for await (const event of stream.events) {
    types.add(event.type);
    if (event.type === 'partial') stream.flush();
  }
  return types;
}

it.each([true, false])('a model gives partials as its manifest says: %s', async (hasPartials) => {
  const engine = await engineWith('partial_transcripts: true', `partial_transcripts: ${hasPartials}`);
  expect([...(await eventsOf(engine, hasPartials))]).toEqual(hasPartials ? ['partial', 'final'] : ['final']);
});

it('without translation a model refuses to translate, and says so beforehand', async () => {
  const engine = await engineWith('', '');
  expect(engine.traits.translates).toBe(false);
  await expect(engine.transcribe(speech, { ...wholeFile, task: 'translate' })).rejects.toThrow(
    'the model theo-demo does not translate',
  );
  expect((await engine.transcribe(speech, wholeFile)).text).toBe(text);
});

it('with it, a model is asked to', async () => {
  const engine = await engineWith('translation: false', 'translation: true');
  expect(engine.traits.translates).toBe(true);
  await expect(engine.transcribe(speech, { ...wholeFile, task: 'translate' })).resolves.toBeDefined();
});

it('a model that is measured as it is loaded says what it can do here, and hears as ever', async () => {
  cpSync('test/fixtures/models/theo-demo', join(modelsDir, 'theo-demo'), { recursive: true });
  const told: SpeechEngine[] = [];
  engines = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 0,
    measuringBudgetMs: 50,
    onLoaded: (engine) => told.push(engine),
    warn: () => {},
  });
  const engine = await engines.get('theo-demo');
  expect(told).toEqual([engine]);
  expect(engine?.capacity?.firstTextMs).toBeGreaterThan(250);
  expect(Number.isInteger(engine?.capacity?.peopleAtOnce)).toBe(true);
  expect(engine?.decodeSlots).toBeGreaterThanOrEqual(1);
  expect((await engine?.transcribe(speech, wholeFile))?.text).toBe(text);
});

it('tokens that a manifest suppresses are in no text of a recording, and live speech is heard as ever', async () => {
  const [word = ''] = text.split(' ').sort((a, b) => b.length - a.length);
  const tokens = await tokensOf(` ${word}`);
  const engine = await engineWith(
    'engine_config:',
    `engine_config:\n  suppress_tokens: [${tokens.join(', ')}]`,
  );
  expect((await engine.transcribe(speech, wholeFile)).text).not.toContain(word);
  expect(await finalOf(engine)).toBe(text);
});

it('a manifest that suppresses what is no token of the model says so when it is loaded', async () => {
  const loading = engineWith('engine_config:', 'engine_config:\n  suppress_tokens: [51865]');
  await expect(loading).rejects.toThrow('suppress_tokens of its theo.yaml names 51865');
});

it('a manifest says how many decodes a model does at the same time, and a setting of the server wins over it', async () => {
  const engine = await engineWith('engine_config:\n', 'engine_config:\n  decode_slots: 3\n');
  expect(engine.decodeSlots).toBe(2);
  const own = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 0,
    warn: () => {},
  });
  expect((await own.get('theo-demo'))?.decodeSlots).toBe(3);
  await own.close();
});
