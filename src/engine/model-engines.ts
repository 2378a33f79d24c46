import type { Clock } from '../clock.ts';
import type { ModelManifest } from '../models/manifest.ts';
import type { InstalledModel, ModelRegistry } from '../models/registry.ts';
import type { NativeAddon } from '../native.ts';
import type { DecodeObserver } from '../observability/instruments.ts';
import { defaultSlots, usableCores } from './cores.ts';
import type { Engines, SpeechEngine } from './types.ts';
import { loadWhisper } from './whisper/load-whisper.ts';

/** What an engine is made with. */
export interface EngineParts {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly observer: DecodeObserver;
  /** Decodes at the same time. */
  readonly decodeSlots: number;
  /** Cores that all decodes together may use. */
  readonly cores: number;
  /** Called with a sentence when a setting cannot be followed. */
  readonly warn: (message: string) => void;
}

/** Loads a model's engine. @throws EngineError naming the file and the cause */
export type LoadEngine = (model: InstalledModel, parts: EngineParts) => Promise<SpeechEngine>;

/** The key is `engine` of the manifest. */
const engineLoaders: Readonly<Record<ModelManifest['engine'], LoadEngine>> = { 'whisper.cpp': loadWhisper };

export interface ModelEnginesParts extends Omit<EngineParts, 'cores'> {
  readonly registry: ModelRegistry;
  /** Decodes at the same time for each model; 0: chosen from the cores. */
  readonly decodeSlots: number;
  /** Cores that the decodes of a model may use; 0, the default: all. */
  readonly cores?: number;
}

/** The engines of this process by model: loaded at the first use, then kept. */
export class ModelEngines implements Engines {
  readonly #parts: ModelEnginesParts;
  readonly #loading = new Map<string, Promise<SpeechEngine>>();
  readonly #ready = new Map<string, SpeechEngine>();
  #closed = false;

  constructor(parts: ModelEnginesParts) {
    this.#parts = parts;
  }

  get names(): readonly string[] {
    return this.#parts.registry.list().map((model) => model.manifest.name);
  }

  has(name: string): boolean {
    return this.#parts.registry.find(name) !== undefined;
  }

  loaded(name: string): SpeechEngine | undefined {
    const model = this.#parts.registry.find(name);
    return model && this.#ready.get(model.manifest.name);
  }

  async get(name: string): Promise<SpeechEngine | undefined> {
    const model = this.#parts.registry.find(name);
    if (!model || this.#closed) return undefined;
    const key = model.manifest.name;
    const loading = this.#loading.get(key) ?? this.#load(model);
    this.#loading.set(key, loading);
    try {
      return await loading;
    } catch (error) {
      // The next call tries again: the file may be mended by then.
      this.#loading.delete(key);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const loading = await Promise.allSettled(this.#loading.values());
    await Promise.all(
      loading.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
    this.#ready.clear();
  }

  async #load(model: InstalledModel): Promise<SpeechEngine> {
    const { manifest } = model;
    const cores = usableCores(this.#parts.cores);
    const decodeSlots = this.#parts.decodeSlots || defaultSlots(cores);
    const engine = await engineLoaders[manifest.engine](model, { ...this.#parts, decodeSlots, cores });
    this.#ready.set(manifest.name, engine);
    return engine;
  }
}
