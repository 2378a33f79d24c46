import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { EngineConfig } from '../../models/manifest.ts';
import type { NativeAddon, NativeDecodeSlot, NativeModel, NativeUtteranceMemory } from '../../native.ts';
import { sampleRateHz } from '../../native.ts';
import type { DecodeObserver } from '../../observability/instruments.ts';
import type { DecodeSetup } from '../cores.ts';
import { EngineError } from '../errors.ts';
import type { LoadingObserver } from '../loading.ts';
import type {
  Capacity,
  EngineStream,
  EngineTraits,
  RecordingTranscript,
  SpeechEngine,
  StreamOptions,
  TranscribeOptions,
} from '../types.ts';
import { type DecodeCosts, partialIntervalFor, shortestPartialIntervalMs } from './capacity.ts';
import type { AudioContextPolicy } from './decode-budget.ts';
import { DecodeRequests, type DecodingPolicy } from './decode-requests.ts';
import { type Fit, fitToMachine } from './fit-to-machine.ts';
import { loadWeights } from './load-weights.ts';
import { measureDecodes } from './measure-decodes.ts';
import { RecordingDecoder } from './recording/recording-decoder.ts';
import type { SearchPolicy } from './recording/search-policy.ts';
import { DecodeScheduler } from './scheduler.ts';
import { UtteranceDecoder } from './utterance-decoder.ts';
import { warmUp } from './warm-up.ts';
import { WhisperStream } from './whisper-stream.ts';
import { maxWindowSamples } from './window.ts';

/**
 * How many decodes a slot does together. A CPU gains little by that, and the first one waits for the others' encoder.
 * One decode alone leaves a GPU mostly idle.
 */
const cpuBatch = 1;
const gpuBatch = 8;

/** What stands for the words of decodes that are measured. */
const wordsToMeasure = ' and so these words are here only to be as many as people say in a few seconds';

export interface WhisperEngineOptions {
  /** The model's name, as clients ask for it. */
  readonly name: string;
  /** Path of the weights. */
  readonly file: string;
  readonly useGpu: boolean;
  /** How decodes are done. Where several ways are given, the first is left for one that hears live speech better. */
  readonly setups: readonly [DecodeSetup, ...DecodeSetup[]];
  /** About how long the decodes of the model may be measured, in ms; 0: they are not, and `capacity` is unknown. */
  readonly measuringBudgetMs: number;
  /** Threads while the model is loaded. */
  readonly loadingThreads: number;
  /** The most decodes that one slot does together; 0: chosen by the device. */
  readonly batch: number;
  readonly int8: boolean;
  readonly audioContext: Omit<AudioContextPolicy, 'full'>;
  /** How the text of recordings is searched for; live speech is always decoded greedily. */
  readonly search: SearchPolicy;
  /** ISO 639-1 codes that may be asked for or detected; empty: all that the weights know. */
  readonly languages: readonly string[];
  readonly acceptsPrompt: boolean;
  readonly acceptsHotWords: boolean;
  /** Whether finals tell when each word was said; by which heads, see `NativeModelOptions`. */
  readonly timesWords: boolean;
  readonly alignmentHeads: EngineConfig['alignmentHeads'];
  readonly translates: boolean;
  readonly givesPartials: boolean;
  /** New audio that makes another partial worth its decode; 0: chosen by what a partial takes. */
  readonly partialIntervalMs: number;
}

/** A loaded model whose slots have decoded once. */
interface WarmEngine {
  readonly native: NativeModel;
  readonly slots: readonly NativeDecodeSlot[];
  readonly requests: DecodeRequests;
  /** The most decodes that a slot does together. */
  readonly batch: number;
}

export interface WhisperEngineParts {
  readonly addon: NativeAddon;
  readonly clock: Clock;
  readonly observer: DecodeObserver;
  readonly onLoading: LoadingObserver;
  /** Stops the loading; a loaded engine is closed instead. */
  readonly signal: AbortSignal;
}

/** Whisper in this process: one model, K decode slots, any number of streams. */
export class WhisperEngine implements SpeechEngine {
  readonly model: string;
  readonly traits: EngineTraits;
  readonly capacity: Capacity | undefined;
  readonly decodeSlots: number;
  /** How its decodes are done. */
  readonly setup: DecodeSetup;
  /** What its decodes take here; undefined where it was not measured. */
  readonly costs: DecodeCosts | undefined;
  /** New audio that makes another partial worth its decode. */
  readonly partialIntervalMs: number;
  readonly #native: NativeModel;
  readonly #languages: readonly string[];
  readonly #scheduler: DecodeScheduler;
  readonly #decoder: UtteranceDecoder;
  readonly #recordings: RecordingDecoder;
  readonly #givesPartials: boolean;
  readonly #streams = new Set<EngineStream>();
  #closed = false;

  private constructor(
    native: NativeModel,
    scheduler: DecodeScheduler,
    decoder: UtteranceDecoder,
    recordings: RecordingDecoder,
    options: WhisperEngineOptions,
    { setup, measured }: Fit,
  ) {
    this.model = options.name;
    this.decodeSlots = setup.slots;
    this.setup = setup;
    this.costs = measured?.costs;
    this.capacity = measured?.capacity;
    this.traits = {
      longestUtteranceSamples: maxWindowSamples,
      streamsNatively: false,
      takesPrompts: options.acceptsPrompt,
      timesWords: options.timesWords,
      translates: options.translates && native.isMultilingual,
    };
    this.#givesPartials = options.givesPartials;
    this.#native = native;
    this.#languages = options.languages;
    this.#scheduler = scheduler;
    this.#decoder = decoder;
    this.#recordings = recordings;
    this.partialIntervalMs =
      options.partialIntervalMs ||
      (measured ? partialIntervalFor(measured.costs) : shortestPartialIntervalMs);
  }

  /**
   * Loads the weights and makes every slot ready.
   * @throws EngineError naming the file and the cause; `cancelled` after `signal`
   */
  static async load(options: WhisperEngineOptions, parts: WhisperEngineParts): Promise<WhisperEngine> {
    const native = await loadWeights(
      options.file,
      {
        useGpu: options.useGpu,
        int8: options.int8,
        prepareSilence: options.audioContext.mode === 'auto',
        threads: options.loadingThreads,
        alignmentHeads: options.alignmentHeads,
      },
      { ...parts, onProgress: (fraction) => parts.onLoading(options.name, fraction) },
    );
    const batch = options.batch || (native.device === 'CPU' ? cpuBatch : gpuBatch);
    const slots = Array.from(
      { length: Math.max(...options.setups.map((setup) => setup.slots)) },
      () => new parts.addon.DecodeSlot(native),
    );
    const { signal } = parts;
    const abort = (): void => {
      for (const slot of slots) slot.close();
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      requireTokens(options.search.suppressTokens, native.vocabularySize);
      const requests = new DecodeRequests(native, policyOf(options, native, options.setups[0]));
      await warmUp(slots, requests.ofSilence());
      const fit = await fitOf(options, { native, slots, requests, batch });
      signal.throwIfAborted();
      for (const unused of slots.slice(fit.setup.slots)) unused.close();
      const scheduler = new DecodeScheduler(
        slots.slice(0, fit.setup.slots),
        parts.clock,
        parts.observer,
        batch,
      );
      const policy = policyOf(options, native, fit.setup);
      const newMemory = (): NativeUtteranceMemory => new parts.addon.UtteranceMemory(native);
      const decoder = new UtteranceDecoder(native, scheduler, policy, newMemory);
      const recordings = new RecordingDecoder(native, scheduler, policy, options.search, newMemory);
      return new WhisperEngine(native, scheduler, decoder, recordings, options, fit);
    } catch (cause) {
      for (const slot of slots) slot.close();
      native.close();
      const { file } = options;
      throw signal.aborted
        ? new EngineError('cancelled', `${file}: its loading was stopped`, { recoverable: false, cause })
        : new EngineError('internal_error', `${file}: cannot decode: ${messageOf(cause)}`, {
            recoverable: false,
            cause,
          });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** "CPU" or the GPU's name. */
  get device(): string {
    return this.#native.device;
  }

  get memoryBytes(): number {
    return this.#native.memoryBytes;
  }

  knowsLanguage(language: string): boolean {
    const isListed = this.#languages.length === 0 || this.#languages.includes(language);
    return isListed && this.#native.knowsLanguage(language);
  }

  openStream(options: StreamOptions): EngineStream {
    if (this.#closed) throw closedError();
    const stream: WhisperStream = new WhisperStream(
      this.#decoder,
      { ...options, enablePartials: options.enablePartials && this.#givesPartials },
      { intervalSamples: (this.partialIntervalMs * sampleRateHz) / 1000 },
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  async transcribe(samples: Float32Array, options: TranscribeOptions): Promise<RecordingTranscript> {
    if (this.#closed) throw closedError();
    if (options.task === 'translate' && !this.traits.translates) {
      throw new EngineError('internal_error', `the model ${this.model} does not translate`, {
        recoverable: false,
      });
    }
    return this.#recordings.transcribe(samples, options);
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const stream of this.#streams) stream.cancel();
      this.#scheduler.close();
      this.#native.close();
    }
    return Promise.resolve();
  }
}

function policyOf(
  options: WhisperEngineOptions,
  native: NativeModel,
  { threads }: DecodeSetup,
): DecodingPolicy {
  return {
    audioContext: { ...options.audioContext, full: native.audioContext },
    languages: options.languages,
    threads,
    acceptsPrompt: options.acceptsPrompt,
    acceptsHotWords: options.acceptsHotWords,
    timesWords: options.timesWords,
  };
}

/** Measures the model's decodes, if that is wanted, and chooses how they are done. */
async function fitOf(
  { setups, measuringBudgetMs }: WhisperEngineOptions,
  { native, slots, requests, batch }: WarmEngine,
): Promise<Fit> {
  if (measuringBudgetMs === 0) return { setup: setups[0], measured: null };
  const words = native.tokenize(wordsToMeasure);
  return fitToMachine(setups, (setup) =>
    measureDecodes(
      {
        slots: slots.slice(0, setup.slots),
        ofSilence: (samples, silence) => ({
          ...requests.ofSilence(samples, silence),
          threads: setup.threads,
        }),
        words,
        fullContext: native.audioContext,
        batch,
        threads: setup.threads,
        usesCpu: native.device === 'CPU',
      },
      measuringBudgetMs,
    ),
  );
}

/** @throws Error for a token that the vocabulary does not have */
function requireTokens(suppressTokens: readonly number[], vocabularySize: number): void {
  const unknown = suppressTokens.find((token) => token >= vocabularySize);
  if (unknown === undefined) return;
  throw new Error(
    `suppress_tokens of its theo.yaml names ${unknown}, its vocabulary has ${vocabularySize} tokens`,
  );
}

function closedError(): EngineError {
  return new EngineError('worker_unavailable', 'the engine is closed', { recoverable: false });
}
