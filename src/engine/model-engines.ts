import type { Clock } from '../clock.ts';
import type { ModelManifest } from '../models/manifest.ts';
import type { InstalledModel, ModelRegistry } from '../models/registry.ts';
import type { NativeAddon } from '../native.ts';
import type { DecodeObserver } from '../observability/instruments.ts';
import { usableCores } from './cores.ts';
import type { LoadingObserver } from './loading.ts';
import type { Engines, SpeechEngine } from './types.ts';
import { loadWhisper } from './whisper/load-whisper.ts';

/** What an engine is made with. */
export interface EngineParts {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly observer: DecodeObserver;
  /** Decodes at the same time; 0: as the manifest says or, where it does not, as suits the model and the machine. */
  readonly decodeSlots: number;
  /** Cores that all decodes together may use. */
  readonly cores: number;
  /** About how long it may take to measure what the model can do on this machine, in ms; 0: that is not wanted. */
  readonly measuringBudgetMs: number;
  /** Called with a sentence when a setting cannot be followed. */
  readonly warn: (message: string) => void;
  readonly onLoading: LoadingObserver;
  /** Stops the loading of the engine. */
  readonly signal: AbortSignal;
}

/** Loads a model's engine. @throws EngineError naming the file and the cause; `cancelled` after the signal */
export type LoadEngine = (model: InstalledModel, parts: EngineParts) => Promise<SpeechEngine>;

/** For whom measures a model as it is loaded: long enough for most models, and short enough not to be waited for. */
export const measuringBudgetMs = 1_000;

/** The key is `engine` of the manifest. */
const engineLoaders: Readonly<Record<ModelManifest['engine'], LoadEngine>> = { 'whisper.cpp': loadWhisper };

export interface ModelEnginesParts
  extends Omit<EngineParts, 'cores' | 'measuringBudgetMs' | 'onLoading' | 'signal'> {
  readonly registry: ModelRegistry;
  /** Cores that the decodes of a model may use; 0, the default: all. */
  readonly cores?: number;
  /** As `EngineParts` has it; 0 is the default. */
  readonly measuringBudgetMs?: number;
  /** Called when a model is ready. */
  readonly onLoaded?: (engine: SpeechEngine) => void;
  /** Default: nobody is told. */
  readonly onLoading?: LoadingObserver;
}

/** The engines of this process by model: loaded at the first use, then kept. */
export class ModelEngines implements Engines {
  readonly #parts: ModelEnginesParts;
  readonly #loading = new Map<string, Promise<SpeechEngine>>();
  readonly #ready = new Map<string, SpeechEngine>();
  readonly #closing = new AbortController();

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
    if (!model || this.#closing.signal.aborted) return undefined;
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

  /** Closes every engine; those that are being loaded fail with `cancelled`. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    const loading = await Promise.allSettled(this.#loading.values());
    await Promise.all(
      loading.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
    this.#ready.clear();
  }

  async #load(model: InstalledModel): Promise<SpeechEngine> {
    const { manifest } = model;
    const { measuringBudgetMs: budgetMs = 0, onLoaded } = this.#parts;
    const cores = usableCores(this.#parts.cores);
    const engine = await engineLoaders[manifest.engine](model, {
      onLoading: () => {},
      ...this.#parts,
      signal: this.#closing.signal,
      cores,
      measuringBudgetMs: budgetMs,
    });
    this.#ready.set(manifest.name, engine);
    onLoaded?.(engine);
    return engine;
  }
}
