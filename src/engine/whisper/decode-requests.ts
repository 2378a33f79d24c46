import {
  type NativeDecodeRequest,
  type NativeModel,
  type NativeSearch,
  type NativeUtteranceMemory,
  sampleRateHz,
} from '../../native.ts';
import { joinTexts } from '../words.ts';
import type { Continuation } from './continuation.ts';
import { type AudioContextPolicy, audioContextFor, tokenBudgetFor } from './decode-budget.ts';
import { languageOf } from './language-evidence.ts';
import type { HypothesisWord } from './local-agreement.ts';
import { maxWindowSamples } from './window.ts';

/** Prompts share the decoder's context with the text; this many characters are far more than fit. */
const maxPromptCharacters = 2000;

/** Silence that every utterance begins with, in samples. */
export const minLeadInSamples: number = 0.1 * sampleRateHz;

const greedy: NativeSearch = { kind: 'beam', beams: 1, patience: 1, lengthPenalty: null };

/** What a model can do, as far as decoding needs to know. */
export interface DecodingPolicy {
  readonly audioContext: AudioContextPolicy;
  /** ISO 639-1 languages among which to detect; empty: all that the model knows. */
  readonly languages: readonly string[];
  readonly threads: number;
  /** Whether the model follows a prompt of earlier text. */
  readonly acceptsPrompt: boolean;
  /** Whether the model tells when words were said. */
  readonly timesWords: boolean;
  /** Whether the model follows words to expect in a prompt. */
  readonly acceptsHotWords: boolean;
}

export interface UtteranceOptions {
  /** Whose speech it is; undefined: a session of its own. */
  readonly session?: string | undefined;
  readonly language: string | null;
  /** As in `StreamOptions`; undefined: null. */
  readonly expectedLanguage?: string | null;
  /** See `DecodeRequests.promptOf`. */
  readonly prompt: Int32Array;
  readonly task?: 'transcribe' | 'translate';
  /** Audio before the speech, in samples. */
  readonly leadInSamples: number;
  /** Whether the final's words are timed. */
  readonly timeWords?: boolean;
  /** Speech before this audio, which the text goes on from. */
  readonly continues?: Continuation | null;
  /** The last hypothesis about this audio: a guess at how the text begins. */
  readonly draft?: readonly HypothesisWord[];
}

/** Results of earlier decodes of an utterance, or of the speech before it, that a decode may use. */
export interface Remembered {
  readonly memory: NativeUtteranceMemory | null;
  /** For how much of the audio, as `heardAudio` gives it, the memory is used. */
  readonly samples: number;
}

export const nothingRemembered: Remembered = { memory: null, samples: 0 };

/** The audio of a decode: the speech behind what it continues, or behind a little silence. */
export function heardAudio(
  speech: Float32Array,
  { continues, leadInSamples }: Pick<UtteranceOptions, 'continues' | 'leadInSamples'>,
): Float32Array {
  return continues ? joined(continues.samples, speech) : withLeadIn(speech, leadInSamples);
}

/** Makes decode requests from utterances, for one model. */
export class DecodeRequests {
  readonly #model: NativeModel;
  readonly #policy: DecodingPolicy;

  constructor(model: NativeModel, policy: DecodingPolicy) {
    this.#model = model;
    this.#policy = policy;
  }

  /** Tokens of earlier text and of words to expect, as far as the model follows them. */
  promptOf(prompt: string, hotWords: readonly string[]): Int32Array {
    const { acceptsPrompt, acceptsHotWords } = this.#policy;
    // The end of a prompt weighs most with Whisper: hot words go last.
    const text = joinTexts([acceptsPrompt ? prompt : '', acceptsHotWords ? hotWords.join(', ') : '']);
    return text === '' ? new Int32Array() : this.#model.tokenize(` ${text.slice(-maxPromptCharacters)}`);
  }

  /** Silence in the model's first language, to try a slot: a second of it where nothing else is asked for. */
  ofSilence(
    samples: number = sampleRateHz,
    silence: 'pooled-silence' | 'exact-silence' = 'pooled-silence',
  ): NativeDecodeRequest {
    const language = this.#policy.languages[0] ?? null;
    const options = { language, prompt: new Int32Array(), leadInSamples: 0 };
    return this.of(new Float32Array(samples), options, silence, nothingRemembered);
  }

  /** @param audio see `heardAudio`; at most 30 s. */
  of(
    audio: Float32Array,
    options: UtteranceOptions,
    silence: 'pooled-silence' | 'exact-silence',
    remembered: Remembered,
  ): NativeDecodeRequest {
    const { continues } = options;
    const newSamples = audio.length - (continues?.samples.length ?? 0);
    const asked = options.language ?? continues?.language ?? null;
    const spoken = languageOf({ asked, expected: options.expectedLanguage ?? null }, newSamples);
    const languages = spoken.language === null ? this.#policy.languages : [spoken.language];
    return {
      ...audioContextFor(audio.length, this.#policy.audioContext, silence),
      ...spoken,
      samples: audio,
      languages: this.#policy.languages,
      task: options.task ?? 'transcribe',
      prompt: options.prompt,
      earlier: continues?.tokens ?? new Int32Array(),
      prefix: new Int32Array(),
      draft: tokensOf(options.draft ?? []),
      memory: remembered.memory,
      rememberedSamples: Math.min(remembered.samples, maxWindowSamples),
      level: 'normal',
      timestamps: false,
      latestFirstTimestampSeconds: 1,
      search: greedy,
      suppressTokens: new Int32Array(),
      timeWords: false,
      suppressAnnotations: false,
      measureNoSpeech: false,
      maxTokens: Math.min(tokenBudgetFor(newSamples, languages), this.#model.textContext),
      threads: this.#policy.threads,
    };
  }
}

export function tokensOf(words: readonly HypothesisWord[]): Int32Array {
  return Int32Array.from(words.flatMap((word) => [...word.tokens]));
}

/**
 * Puts silence before the audio where it has too little: Whisper tends to leave out the first word of speech that
 * begins with the very first sample.
 */
function withLeadIn(samples: Float32Array, leadInSamples: number): Float32Array {
  const missing = minLeadInSamples - leadInSamples;
  if (missing <= 0 || samples.length + missing > maxWindowSamples) return samples;
  return joined(new Float32Array(missing), samples);
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
