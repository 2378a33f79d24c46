import { cpus } from 'node:os';
import type { Command } from 'commander';
import { readAudioFile } from '../audio/audio-file.ts';
import { megabytes } from '../byte-size.ts';
import { systemClock } from '../clock.ts';
import { capacitySummary } from '../engine/capacity-text.ts';
import { availableCores } from '../engine/cores.ts';
import { ModelEngines, type ModelEnginesParts, measuringBudgetMs } from '../engine/model-engines.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { messageOf } from '../errors.ts';
import { embeddedModelName, type InstalledModel, ModelRegistry } from '../models/registry.ts';
import { hopSamples, loadNative } from '../native.ts';
import { Metrics } from '../observability/metrics.ts';
import { loadUws } from '../server/uws.ts';
import { SileroClassifier } from '../vad/silero-classifier.ts';
import { version } from '../version.ts';
import { wordsWrong } from './hearing.ts';
import { allowedErrors, bundledRecordings } from './recordings.ts';
import { addSettings } from './settings.ts';

interface Check {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/** `theo doctor`: tries every part that a server needs and says which fails and why. */
export function registerDoctor(program: Command): void {
  const command = program.command('doctor').description('check that everything a server needs works here');
  const settingsOf = addSettings(command, ['modelsDir']);
  command.action(async (options: Record<string, unknown>) => {
    const { modelsDir } = settingsOf(options);
    console.log(`theo ${version}, Node ${process.versions.node}, ${process.platform}-${process.arch}`);
    console.log(`${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableCores()} cores\n`);
    for (const check of [...partChecks, ...(await modelChecks(modelsDir))]) {
      try {
        console.log(`ok    ${check.name}: ${await check.run()}`);
      } catch (error) {
        console.log(`FAIL  ${check.name}: ${messageOf(error)}`);
        process.exitCode = 1;
      }
    }
  });
}

const partChecks: readonly Check[] = [
  { name: 'native addon', run: async () => `loaded, SIMD ${loadNative().simd}` },
  { name: 'WebSocket server', run: async () => (await loadUws()) && 'uWebSockets.js loaded' },
  { name: 'voice activity', run: checkClassifier },
];

/** One for each model that is broken, can be loaded, or should be there, and one that the embedded model hears. */
async function modelChecks(modelsDir: string): Promise<readonly Check[]> {
  const registry = await ModelRegistry.open({ modelsDir });
  return [
    ...registry.problems.map((problem) => ({ name: 'model', run: () => Promise.reject(problem) })),
    ...registry
      .list()
      .map((model) => ({ name: `model ${model.manifest.name}`, run: () => loadModel(registry, model) })),
    { name: 'recognition', run: () => checkRecognition(registry) },
  ];
}

async function checkClassifier(): Promise<string> {
  const classifier = new SileroClassifier();
  try {
    const probability = await classifier.openStream().classify(new Float32Array(hopSamples));
    return `Silero VAD loaded, silence scores ${probability.toFixed(2)}`;
  } finally {
    await classifier.close();
  }
}

/** Loads a model as a server does, and says what it can do here. */
async function loadModel(registry: ModelRegistry, { manifest: { name } }: InstalledModel): Promise<string> {
  return withEngine(registry, name, { measuringBudgetMs }, (engine) => {
    const { device = '', memoryBytes = 0, capacity } = engine;
    const loaded = `${device}, ${megabytes(memoryBytes)}`;
    return capacity ? `${loaded}; ${capacitySummary(capacity)}` : loaded;
  });
}

/** Lets the embedded model hear a person of whom it is known what he says. */
async function checkRecognition(registry: ModelRegistry): Promise<string> {
  const model = registry.choose(embeddedModelName).manifest.name;
  return withEngine(registry, model, { decodeSlots: 1 }, async (engine) => {
    const [, recording] = bundledRecordings;
    const { samples, sampleRateHz } = await readAudioFile(recording.path);
    const scale = samples instanceof Int16Array ? 32_768 : 1;
    const startMs = performance.now();
    const { text } = await engine.transcribe(
      Float32Array.from(samples, (sample) => sample / scale),
      { language: recording.language, prompt: '', hotWords: [], task: 'transcribe' },
    );
    const took = `${((performance.now() - startMs) / 1000).toFixed(1)} s for ${(samples.length / sampleRateHz).toFixed(1)} s`;
    if (wordsWrong(recording.said, text, recording.language).wrong > allowedErrors) {
      throw new Error(`${model} heard "${text}", said was "${recording.said}"`);
    }
    return `${model} heard "${text}", ${took} of speech`;
  });
}

/** Loads a model, lets `use` have it, and frees it. */
async function withEngine(
  registry: ModelRegistry,
  model: string,
  options: Partial<Pick<ModelEnginesParts, 'decodeSlots' | 'measuringBudgetMs'>>,
  use: (engine: SpeechEngine) => string | Promise<string>,
): Promise<string> {
  const engines = new ModelEngines({
    registry,
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 0,
    warn: (message) => console.error(message),
    ...options,
  });
  try {
    const engine = await engines.get(model);
    if (!engine) throw new Error(`no model "${model}"`);
    return await use(engine);
  } finally {
    await engines.close();
  }
}
