import { systemClock } from '#theo/clock.js';
import { ModelEngines } from '#theo/engine/model-engines.js';
import type { SpeechEngine } from '#theo/engine/types.js';
import { type InstalledModel, ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import type { DecodeObserver } from '#theo/observability/instruments.js';
import { type Clip, clips, loadClips } from '../test/support/clips.ts';
import { model as testModel, modelsDir as testModelsDir } from '../test/support/models.ts';

/** What the benches measure that hear something: a model, and the recordings that it hears. */
export interface Subject {
  readonly model: string;
  readonly modelsDir: string;
  readonly clips: readonly Clip[];
  /** What sessions are told; null: to detect it. */
  readonly language: string | null;
}

export interface SubjectOptions {
  readonly model?: string | undefined;
  readonly modelsDir?: string | undefined;
  /** Folder of recordings: see `loadClips`. */
  readonly clips?: string | undefined;
  /** ISO 639-1: only the recordings in that language, and sessions are told so. */
  readonly language?: string | undefined;
}

/** The model and the clips of the tests where nothing else is asked for. */
export function openSubject(options: SubjectOptions): Subject {
  const { model = testModel, modelsDir = testModelsDir, language } = options;
  const isWanted = (clip: Clip): boolean => language === undefined || clip.language === language;
  const chosen = options.clips === undefined ? clips.filter(isWanted) : loadClips(options.clips, language);
  if (chosen.length === 0) throw new Error(`no clips in the language ${language}`);
  return { model, modelsDir, clips: chosen, language: language ?? null };
}

/** Flags of `theo serve` and `theo worker`. */
export function modelFlags(
  { model, modelsDir }: Subject,
  flag: '--default-model' | '--model',
): readonly string[] {
  return ['--models-dir', modelsDir, flag, model];
}

export async function installedModel({ model, modelsDir }: Subject): Promise<InstalledModel> {
  return (await ModelRegistry.open({ modelsDir })).choose(model);
}

export interface OpenEngine {
  readonly engine: SpeechEngine;
  close(): Promise<void>;
}

const silentObserver: DecodeObserver = {
  queueDepth: () => {},
  batchStarted: () => {},
  decodeStarted: () => {},
  decodeEnded: () => {},
};

/** The model in this process, with as many slots and threads as a server gives it where nothing else is said. */
export async function openEngine(
  { model, modelsDir }: Subject,
  parts: Partial<ConstructorParameters<typeof ModelEngines>[0]> = {},
): Promise<OpenEngine> {
  const engines = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon: loadNative(),
    clock: systemClock,
    observer: silentObserver,
    decodeSlots: 0,
    warn: (message) => console.error(message),
    ...parts,
  });
  const engine = await engines.get(model);
  if (!engine) throw new Error(`no model ${model} in ${modelsDir}`);
  return { engine, close: () => engines.close() };
}

/** The name of a report: another model's figures do not overwrite those of the tests' model. */
export function reportName(bench: string, { model }: Subject): string {
  return model === testModel ? bench : `${bench}-${model}`;
}
