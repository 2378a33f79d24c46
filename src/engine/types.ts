import type { EngineError } from './errors.ts';

/** A recognized word. `startMs`/`endMs` count from the start of the stream's or the file's audio. */
export interface TranscriptWord {
  readonly word: string;
  /** Whether white space stands before it in the text. */
  readonly spaceBefore: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** 0..1 */
  readonly probability: number;
}

/** The result of decoding one utterance. */
export interface Transcript {
  readonly text: string;
  /** ISO 639-1. */
  readonly language: string;
  /** How sure the engine is of the language, 0..1; 1 where it was told, 0 where it has not measured it. */
  readonly languageProbability: number;
  /** 0..1: the mean probability of the text's tokens; 0 for empty text. */
  readonly confidence: number;
  /** null where the model gives no word times. */
  readonly words: readonly TranscriptWord[] | null;
}

/** A piece of a recording's text; its times count from the start of the audio. */
export interface TranscriptSegment {
  readonly startMs: number;
  readonly endMs: number;
  /** Never empty. */
  readonly text: string;
  /** Mean natural logarithm of the tokens' probabilities, 0 or less. */
  readonly avgLogProbability: number;
  /** Of the stretch of up to 30 s that it was found in, 0..1: the probability that nothing was said. */
  readonly noSpeechProbability: number;
  /** How many times smaller zlib makes the text: much, if it repeats itself. */
  readonly compressionRatio: number;
  /** At which it was decoded: 0, or higher where the text looked wrong at first. */
  readonly temperature: number;
}

/** The result of decoding audio of any length. */
export interface RecordingTranscript extends Transcript {
  /** In order; without `timestamps`, each is as long as the stretch that it was found in. */
  readonly segments: readonly TranscriptSegment[];
}

/**
 * Speech before an utterance, which continues it after a short pause: the model hears both, and its text goes on behind
 * the earlier text, so that a sentence is not torn apart.
 */
export interface EarlierSpeech {
  /** Mono 16 kHz, [-1, 1]. */
  readonly samples: Float32Array;
  readonly text: string;
  /** ISO 639-1. */
  readonly language: string;
  /** Frees what the engine keeps for this speech. Idempotent. */
  close(): void;
}

export interface StreamOptions {
  /** Whose speech it is, so that sessions share the engine fairly. Undefined: a session of its own. */
  readonly session?: string | undefined;
  /** ISO 639-1, or null to detect. */
  readonly language: string | null;
  /**
   * What the same person spoke before, ISO 639-1; null: not known. Where the language is detected, another one is
   * taken only for speech that is long and clear enough.
   */
  readonly expectedLanguage: string | null;
  /** Text before this utterance (and before `earlier`), to carry names and spelling over. */
  readonly prompt: string;
  /** What this utterance continues; null: nothing. The caller closes it, after the stream's events have ended. */
  readonly earlier: EarlierSpeech | null;
  readonly hotWords: readonly string[];
  readonly enablePartials: boolean;
  /** How much of the first audio comes before the speech's onset (pre-roll), in samples. */
  readonly leadInSamples: number;
}

export interface TranscribeOptions {
  /** Whose recording it is, as in `StreamOptions`. */
  readonly session?: string | undefined;
  readonly language: string | null;
  readonly prompt: string;
  readonly hotWords: readonly string[];
  readonly task: 'transcribe' | 'translate';
  /** Tell when each word was said; only of an engine that times words. Streams always do where it can. */
  readonly timeWords?: boolean;
  /** Whether segments shall end where the model hears a sentence or a part of one end. Default: no. */
  readonly timestamps?: boolean;
  /** Texts that the search keeps; 1: the greedy search. Default: as the model's manifest says. */
  readonly beamSize?: number | undefined;
  /** 0..1: the temperature that is tried first; higher ones follow where the text looks wrong. Default: 0. */
  readonly temperature?: number | undefined;
  readonly signal?: AbortSignal;
}

export type EngineEvent =
  /** `committed` is the leading part of `text` that no later partial will change. */
  | { readonly type: 'partial'; readonly text: string; readonly committed: string }
  /** `speech`: the utterance and all that it continued, for the next one; whoever takes the event closes it. */
  | { readonly type: 'final'; readonly transcript: Transcript; readonly speech: EarlierSpeech | null }
  | { readonly type: 'error'; readonly error: EngineError };

/**
 * One utterance on its way through the engine. Writes never block; the engine decides what to decode when.
 * `events` ends after `final`, `error` or `cancel()`.
 */
export interface EngineStream {
  /** Appends speech: mono 16 kHz, [-1, 1]. The array now belongs to the stream. */
  write(samples: Float32Array): void;
  /** The speech may be over: decode the final early. A later `write` makes that void. */
  anticipateFlush(): void;
  /** No more audio: the final follows, then the events end. */
  flush(): void;
  /** Stops at once; no event follows. Idempotent. */
  cancel(): void;
  readonly events: AsyncIterable<EngineEvent>;
}

/** What a session has to know of its engine. */
export interface EngineTraits {
  /** The longest speech that it hears in one go, in samples; longer speech is better cut into several utterances. */
  readonly longestUtteranceSamples: number;
  /**
   * Whether it turns audio into text as it comes in, pauses included. Any other engine decodes stretches of speech: it
   * is given only the beginning of a pause, and told early that the final may be due.
   */
  readonly streamsNatively: boolean;
  /** Whether it uses earlier text and speech; else it is given none. */
  readonly takesPrompts: boolean;
  /** Whether it can tell when each word was said. */
  readonly timesWords: boolean;
  /** Whether it can write in English what is said in another language. */
  readonly translates: boolean;
}

/** What a model can do on the machine that it runs on, worked out from what its decodes took when it was loaded. */
export interface Capacity {
  /** From the first speech sample of somebody who talks alone to the first text, the median in ms. */
  readonly firstTextMs: number;
  /** How many people can talk at the same time, all without end; 0: live speech is too much for this machine. */
  readonly peopleAtOnce: number;
  /** What a partial in the middle of an utterance takes to decode, in ms. */
  readonly partialMs: number;
  /** How long a second of a recording takes, in seconds. */
  readonly secondsPerFileSecond: number;
}

/** A speech recognizer, in process or behind gRPC; both behave alike. */
export interface SpeechEngine {
  /** Name of the model it serves. */
  readonly model: string;
  readonly traits: EngineTraits;
  /** "CPU" or the GPU's name; absent where it runs elsewhere. */
  readonly device?: string;
  /** Memory that the weights take; absent where it runs elsewhere. */
  readonly memoryBytes?: number;
  /** Decodes that it runs at the same time; absent where it runs elsewhere. */
  readonly decodeSlots?: number;
  /** Absent where it was not measured. */
  readonly capacity?: Capacity | undefined;
  /** Whether a language (ISO 639-1) can be asked for. A remote engine says yes where its workers do not say. */
  knowsLanguage(language: string): boolean;
  openStream(options: StreamOptions): EngineStream;
  /** Decodes audio of any length. @throws EngineError */
  transcribe(samples: Float32Array, options: TranscribeOptions): Promise<RecordingTranscript>;
  /** Cancels every stream and frees the model. Idempotent. */
  close(): Promise<void>;
}

/** The engines that a server offers, by model. */
export interface Engines {
  /** Names of the models that can be asked for. */
  readonly names: readonly string[];
  /** @param name - a name or an alias. */
  has(name: string): boolean;
  /** The engine of a model that is ready; undefined when `get` has to load it first. */
  loaded(name: string): SpeechEngine | undefined;
  /** The engine of a model, loading it if need be; undefined for one that does not exist. @throws EngineError */
  get(name: string): Promise<SpeechEngine | undefined>;
  /** Closes every engine. Idempotent. */
  close(): Promise<void>;
}
