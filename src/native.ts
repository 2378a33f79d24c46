import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, TheoError } from './errors.ts';

/** One hop: how far the front end advances at a time, 32 ms at 16 kHz; also Silero's window. */
export const hopSamples = 512;
/** One analysis frame: what level and flatness are measured over, 64 ms at 16 kHz. */
export const frameSamples = 1024;
/** Everything inside is mono audio at this rate. */
export const sampleRateHz = 16_000;

/**
 * The streaming audio front end of one session: s16le at any rate -> 16 kHz -> DC blocker -> level and
 * flatness -> gain -> hops. Synchronous; one instance per audio stream.
 */
export interface NativeFrontEnd {
  /** The most hops that `push` can return for this many bytes, given what is buffered. */
  maxHops(byteLength: number): number;
  /**
   * Feeds PCM (s16le mono, any length that is a multiple of 2, any alignment; borrowed during the call only).
   * Writes every completed hop: `hopSamples` samples each into `samples`, and `[rmsDbfs, flatness]` each into
   * `levels`, both measured before gain over the frame of `frameSamples` that ends with the hop.
   * @returns the number of hops written.
   * @throws RangeError when an output is smaller than `maxHops` demands, TypeError on an odd byte length.
   */
  push(pcm: Uint8Array, samples: Float32Array, levels: Float32Array): number;
  /** Ends the input: writes what is pending, padded with zeros to a whole hop. @returns as `push`. */
  flush(samples: Float32Array, levels: Float32Array): number;
  /** Changes the input's rate from the next byte on; what was pushed before is kept. */
  setInputSampleRate(hz: number): void;
  /** Samples at 16 kHz that have been pushed and not yet come out as hops. */
  readonly pendingSamples: number;
}

export interface NativeFrontEndOptions {
  /** 8000..192000. */
  readonly inputSampleRate: number;
}

export interface NativeModelOptions {
  /** Try the GPU backend of the build, if it has one. */
  readonly useGpu: boolean;
  /** Linear layers as int8 products where the CPU has kernels for them; else in the file's own precision. */
  readonly int8: boolean;
  /** Encode the silence that decodes are padded with right away; else the first decode that needs it waits for it. */
  readonly prepareSilence: boolean;
  /** For that; at most 8 are used. Default: 1. */
  readonly threads?: number;
  /**
   * The heads of the decoder's cross-attention that follow the speech, as [layer, head]: words are timed by them.
   * Default: all heads of the upper half of the layers.
   */
  readonly alignmentHeads?: readonly (readonly [layer: number, head: number])[];
  /** Tells how far the loading is, and stops it. */
  readonly progress?: NativeLoadProgress;
}

/** How far the loading of a model is: made by the caller, for one `loadModel`, and looked at whenever it likes. */
export interface NativeLoadProgress {
  /** Of the weights, what has been read: 0..1. Preparing the silence comes after them. */
  readonly fraction: number;
  /** Makes `loadModel` reject soon with the code `load_cancelled`, unless it is done by then. Idempotent. */
  cancel(): void;
}

/** A model's weights, shared by all slots and threads of the process. */
export interface NativeModel {
  readonly isMultilingual: boolean;
  /** Positions of the full audio context (1500 for Whisper); one position is 20 ms. */
  readonly audioContext: number;
  readonly textContext: number;
  readonly vocabularySize: number;
  /** Bytes of memory that the weights take. */
  readonly memoryBytes: number;
  /** "CPU" or the GPU's name. */
  readonly device: string;
  /** Whether it can be told to hear a language, ISO 639-1. */
  knowsLanguage(code: string): boolean;
  /** Token ids of a text, as the model's tokenizer cuts it. */
  tokenize(text: string): Int32Array;
  /** Frees the weights once the last slot on them is closed. Idempotent. */
  close(): void;
}

/**
 * How the text is searched for. `beam` keeps the likeliest texts so far at every step, `beams` (1..16) of them, and
 * ends when `beams` * `patience` (1..10) have ended; one beam with patience 1 is the greedy search. `sampling` draws
 * `candidates` texts (1..16) at random, each token by the logits divided by `temperature` (0..10; 0 is greedy); the same
 * `seed`, 0..2^31 - 1, draws the same again.
 *
 * The likeliest text is the result: that with the highest mean log-probability of its tokens or, with `lengthPenalty`
 * (0..10), with the highest sum of them divided by ((5 + tokens) / 6) ** lengthPenalty (Wu et al. 2016).
 */
export type NativeSearch =
  | {
      readonly kind: 'beam';
      readonly beams: number;
      readonly patience: number;
      readonly lengthPenalty: number | null;
    }
  | {
      readonly kind: 'sampling';
      readonly temperature: number;
      readonly candidates: number;
      readonly seed: number;
      readonly lengthPenalty: number | null;
    };

export interface NativeDecodeRequest {
  /** Mono 16 kHz; copied before `decode` returns. */
  readonly samples: Float32Array;
  /** ISO 639-1, or null: detect among `languages` (all of the model's when empty). */
  readonly language: string | null;
  readonly languages: readonly string[];
  /** With `language: null`: what was spoken before, ISO 639-1; null: not known. */
  readonly expectedLanguage: string | null;
  /** How many times as likely as the expected language another one has to be; 1 or more. */
  readonly otherLanguageOdds: number;
  readonly task: 'transcribe' | 'translate';
  /** Token ids of text that came before (previous utterance, hot words). */
  readonly prompt: Int32Array;
  /** Token ids of what was said before in the same audio: the text goes on behind them, they are no part of it. */
  readonly earlier: Int32Array;
  /** Token ids the output must begin with: words already committed. */
  readonly prefix: Int32Array;
  /** Token ids that may follow, such as the last hypothesis: saves the greedy search time as far as the model agrees. */
  readonly draft: Int32Array;
  /**
   * What was kept of earlier decodes, whose audio `samples` begins with; null: nothing. When the last one was of the same
   * audio, at the same `audioContext` and `padding`, nothing is encoded.
   */
  readonly memory: NativeUtteranceMemory | null;
  /** Of the memory, only what these first samples came to is used; at most a window's. */
  readonly rememberedSamples: number;
  /** Encoder positions to use; 0: all. */
  readonly audioContext: number;
  /** What stands for the positions beyond those: silence that the model has encoded once, or nothing. */
  readonly padding: 'nothing' | 'pooled-silence' | 'exact-silence';
  /**
   * How the spectrogram is scaled: the loudest value brought to one level, so that silence sounds the same everywhere;
   * or not at all, as Whisper's reference does it.
   */
  readonly level: 'normal' | 'as-recorded';
  readonly timestamps: boolean;
  /** With `timestamps`: the first one is no later; Infinity: any. */
  readonly latestFirstTimestampSeconds: number;
  readonly search: NativeSearch;
  /** Token ids that are never chosen. */
  readonly suppressTokens: Int32Array;
  /** Find out when each word is said: one more pass of the decoder. */
  readonly timeWords: boolean;
  /** Words only: nothing in brackets, no notes. Over the beginning of a word models often guess at a sound. */
  readonly suppressAnnotations: boolean;
  /** Measure `noSpeechProbability`. */
  readonly measureNoSpeech: boolean;
  /** 0: as many as the text context holds. */
  readonly maxTokens: number;
  readonly threads: number;
}

export interface NativeDecodeResult {
  readonly outcome: 'done' | 'aborted';
  /** The whole output with its timestamps, without its end. */
  readonly tokens: Int32Array;
  /** Words with their tokens in order; never a part of a character. */
  readonly words: readonly {
    readonly text: string;
    /** Whether white space stands before it. */
    readonly spaceBefore: boolean;
    readonly tokens: Int32Array;
    /** Geometric mean of the tokens' probabilities, 0..1. */
    readonly probability: number;
    /** With `timeWords`: from the start of `samples`, never before the end of the word before; else null. */
    readonly startSeconds: number | null;
    readonly endSeconds: number | null;
  }[];
  /** The words with their spacing. */
  readonly text: string;
  /** With `timestamps`: the pieces of text between timestamp tokens, in seconds; else empty. */
  readonly segments: readonly {
    readonly startSeconds: number;
    /** Where the text was cut inside a piece: the same as its start. */
    readonly endSeconds: number;
    /** With the space before it, where there is one. */
    readonly text: string;
    /** With the timestamps around it. */
    readonly tokens: Int32Array;
    /** Mean over these tokens. */
    readonly avgLogProbability: number;
  }[];
  readonly language: string;
  readonly languageProbability: number;
  /** Probability that there is no speech, read at the start-of-transcript position; null if not measured. */
  readonly noSpeechProbability: number | null;
  /**
   * Mean natural logarithm of the probabilities of the tokens that were chosen, the end among them; those of the prefix
   * do not count.
   */
  readonly avgLogProbability: number;
  /** Why the output was cut: the token budget, or a loop of repeated n-grams. */
  readonly truncated: 'none' | 'budget' | 'loop';
  /** Positions that the encoder computed for this decode. */
  readonly encodedPositions: number;
  /** Times the decoder ran, and the tokens that went through it. */
  readonly decoderPasses: number;
  readonly decoderTokens: number;
  readonly timings: {
    /** The spectrogram. */
    readonly melMs: number;
    /** The encoder's pass and the decoder's until the result was there, shared with the whole batch. */
    readonly encodeMs: number;
    readonly decodeMs: number;
    /** Of the decoder's time, what the words' times took. */
    readonly alignMs: number;
  };
}

/**
 * What is kept of an utterance between its decodes, so that each encodes only what is new. Memory grows with the
 * audio; a decode that has none computes the same anew.
 */
export interface NativeUtteranceMemory {
  /** Frees it, once the decode that uses it is over. Idempotent. */
  close(): void;
}

/** One decoder with a thread of its own: one batch of requests at a time. */
export interface NativeDecodeSlot {
  /**
   * Decodes requests together, in as many rows of the same products; each promise settles as soon as its own text is
   * there.
   * @throws Error `slot_busy` until all of the last batch have settled, `slot_closed` after `close`.
   */
  decode(requests: readonly NativeDecodeRequest[]): readonly Promise<NativeDecodeResult>[];
  /**
   * Makes a running request, or all of them, resolve with `outcome: 'aborted'`: one as soon as the pass that it takes
   * part in is over, all of them between two operators of the network.
   */
  abort(index?: number): void;
  /** Aborts; the slot's thread frees the state and ends by itself. Idempotent. */
  close(): void;
}

/** Types that a model file's matrices can be stored in, by ggml's names. */
export type NativeWeightType = 'f16' | 'q8_0' | 'q6_k' | 'q5_k' | 'q5_1' | 'q5_0' | 'q4_k' | 'q4_1' | 'q4_0';

/** What the addon exports; typed here and nowhere else. */
export interface NativeAddon {
  readonly FrontEnd: new (options: NativeFrontEndOptions) => NativeFrontEnd;
  /** Name of the SIMD variant in use: "scalar", "sse4.2", "avx2", "avx512", "neon". */
  readonly simd: string;
  readonly LoadProgress: new () => NativeLoadProgress;
  /** Loads weights off the main thread. Rejects with code `model_file` naming the file and the cause. */
  loadModel(path: string, options: NativeModelOptions): Promise<NativeModel>;
  readonly DecodeSlot: new (model: NativeModel) => NativeDecodeSlot;
  readonly UtteranceMemory: new (model: NativeModel) => NativeUtteranceMemory;
  /**
   * Weights as ggml stores them in a type, by ggml's own quantizer, off the main thread.
   * @param weights - whole rows, one after the other; copied before `quantize` returns.
   * @param rowLength - weights of a row: a multiple of 32 for the types in q, of 256 for those in q..k.
   * @throws TypeError or RangeError for arguments that are none.
   */
  quantize(
    type: NativeWeightType,
    weights: Float32Array<ArrayBuffer>,
    rowLength: number,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** The kernel kills this process when its parent ends, even while it is stopped. Linux only: else does nothing. */
  dieWithParent(): void;
  /** Sets a variable that libraries of this process read; `process.env` of a worker thread is a copy. */
  setEnvironment(name: string, value: string): void;
}

/** The addon could not be loaded; the message lists every place tried and how to mend it. */
export class NativeLoadError extends TheoError<'native_load'> {
  override readonly name = 'NativeLoadError';
}

let loaded: NativeAddon | undefined;

/**
 * Loads the addon once a thread: from `THEO_NATIVE`, else a local build, else the platform's package.
 * @throws NativeLoadError
 */
export function loadNative(): NativeAddon {
  loaded ??= tryCandidates();
  return loaded;
}

function tryCandidates(): NativeAddon {
  const require = createRequire(import.meta.url);
  const attempts: string[] = [];
  for (const [origin, specifier] of candidates()) {
    try {
      return require(specifier) as NativeAddon;
    } catch (error) {
      attempts.push(`  ${origin}: ${firstLine(error)}`);
    }
  }
  throw new NativeLoadError(
    'native_load',
    `the native addon could not be loaded on ${process.platform}-${process.arch}, Node ${process.versions.node}. Tried:\n${attempts.join('\n')}\n` +
      'Build it here with: npm run build:native (needs g++ and CMake: sudo apt-get install -y g++ make cmake)',
  );
}

function candidates(): [origin: string, specifier: string][] {
  const override = process.env.THEO_NATIVE;
  if (override) return [['THEO_NATIVE', resolve(override)]];
  const local = fileURLToPath(new URL('../build/addon/theo.node', import.meta.url));
  const platformPackage = `@theo-openvoice/native-${process.platform}-${process.arch}`;
  return [
    [`local build (${local})`, existsSync(local) ? local : `${local} (not built)`],
    ['platform package', platformPackage],
  ];
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}
