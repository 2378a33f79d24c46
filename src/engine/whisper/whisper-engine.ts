import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { NativeAddon, NativeModel, NativeUtteranceMemory } from '../../native.ts';
import { sampleRateHz } from '../../native.ts';
import type { DecodeObserver } from '../../observability/instruments.ts';
import { EngineError } from '../errors.ts';
import type {
  EngineStream,
  EngineTraits,
  SpeechEngine,
  StreamOptions,
  TranscribeOptions,
  Transcript,
} from '../types.ts';
import type { AudioContextPolicy } from './decode-budget.ts';
import { DecodeRequests, type DecodingPolicy } from './decode-requests.ts';
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

export interface WhisperEngineOptions {
  /** The model's name, as clients ask for it. */
  readonly name: string;
  /** Path of the weights. */
  readonly file: string;
  readonly useGpu: boolean;
  /** Decodes that may run at the same time; each has scratch memory of its own. */
  readonly slots: number;
  /** Threads of one decode. */
  readonly threads: number;
  /** Threads while the model is loaded. */
  readonly loadingThreads: number;
  /** The most decodes that one slot does together; 0: chosen by the device. */
  readonly batch: number;
  readonly int8: boolean;
  readonly audioContext: Omit<AudioContextPolicy, 'full'>;
  /** ISO 639-1 codes that may be asked for or detected; empty: all that the weights know. */
  readonly languages: readonly string[];
  readonly acceptsPrompt: boolean;
  readonly acceptsHotWords: boolean;
  readonly translates: boolean;
  readonly givesPartials: boolean;
  /** New audio that makes another partial worth its decode. */
  readonly partialIntervalMs: number;
}

/** Whisper in this process: one model, K decode slots, any number of streams. */
export class WhisperEngine implements SpeechEngine {
  readonly model: string;
  readonly traits: EngineTraits;
  readonly #native: NativeModel;
  readonly #languages: readonly string[];
  readonly #scheduler: DecodeScheduler;
  readonly #decoder: UtteranceDecoder;
  readonly #givesPartials: boolean;
  readonly #partialIntervalSamples: number;
  readonly #streams = new Set<EngineStream>();
  #closed = false;

  private constructor(
    native: NativeModel,
    scheduler: DecodeScheduler,
    decoder: UtteranceDecoder,
    options: WhisperEngineOptions,
  ) {
    this.model = options.name;
    this.traits = {
      longestUtteranceSamples: maxWindowSamples,
      streamsNatively: false,
      takesPrompts: options.acceptsPrompt,
      timesWords: false,
      translates: options.translates && native.isMultilingual,
    };
    this.#givesPartials = options.givesPartials;
    this.#native = native;
    this.#languages = options.languages;
    this.#scheduler = scheduler;
    this.#decoder = decoder;
    this.#partialIntervalSamples = (options.partialIntervalMs * sampleRateHz) / 1000;
  }

  /** Loads the weights and makes every slot ready. @throws EngineError naming the file and the cause. */
  static async load(
    options: WhisperEngineOptions,
    parts: { readonly addon: NativeAddon; readonly clock: Clock; readonly observer: DecodeObserver },
  ): Promise<WhisperEngine> {
    const native = await parts.addon
      .loadModel(options.file, {
        useGpu: options.useGpu,
        int8: options.int8,
        prepareSilence: options.audioContext.mode === 'auto',
        threads: options.loadingThreads,
      })
      .catch((cause: unknown) => {
        throw new EngineError('internal_error', messageOf(cause), { recoverable: false, cause });
      });
    const slots = Array.from({ length: options.slots }, () => new parts.addon.DecodeSlot(native));
    const chosen = native.device === 'CPU' ? cpuBatch : gpuBatch;
    const scheduler = new DecodeScheduler(slots, parts.clock, parts.observer, options.batch || chosen);
    const policy: DecodingPolicy = {
      audioContext: { ...options.audioContext, full: native.audioContext },
      languages: options.languages,
      threads: options.threads,
      acceptsPrompt: options.acceptsPrompt,
      acceptsHotWords: options.acceptsHotWords,
    };
    const newMemory = (): NativeUtteranceMemory => new parts.addon.UtteranceMemory(native);
    const decoder = new UtteranceDecoder(native, scheduler, policy, newMemory);
    const engine = new WhisperEngine(native, scheduler, decoder, options);
    try {
      await warmUp(slots, new DecodeRequests(native, policy).ofSilence());
    } catch (cause) {
      await engine.close();
      const message = `${options.file}: cannot decode: ${messageOf(cause)}`;
      throw new EngineError('internal_error', message, { recoverable: false, cause });
    }
    return engine;
  }

  /** "CPU" or the GPU's name. */
  get device(): string {
    return this.#native.device;
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
      { intervalSamples: this.#partialIntervalSamples },
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  async transcribe(samples: Float32Array, options: TranscribeOptions): Promise<Transcript> {
    if (this.#closed) throw closedError();
    if (options.task === 'translate' && !this.traits.translates) {
      throw new EngineError('internal_error', `the model ${this.model} does not translate`, {
        recoverable: false,
      });
    }
    const ticket = this.#decoder.final('batch', samples, {
      ...options,
      prompt: this.#decoder.promptOf(options.prompt, options.hotWords),
      leadInSamples: 0,
      isPatient: true,
    });
    const cancel = (): void => ticket.cancel();
    options.signal?.addEventListener('abort', cancel, { once: true });
    try {
      if (options.signal?.aborted) cancel();
      const decoded = await ticket.result;
      if (decoded === null)
        throw new EngineError('cancelled', 'the decode was cancelled', { recoverable: false });
      return decoded.transcript;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
    }
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

function closedError(): EngineError {
  return new EngineError('worker_unavailable', 'the engine is closed', { recoverable: false });
}
