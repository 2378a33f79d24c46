import {
  type NativeDecodeRequest,
  type NativeModel,
  type NativeUtteranceMemory,
  sampleRateHz,
} from '../../native.ts';
import { joinTexts } from '../words.ts';
import type { Continuation } from './continuation.ts';
import { type AudioContextPolicy, audioContextFor, tokenBudgetFor } from './decode-budget.ts';
import type { HypothesisWord } from './local-agreement.ts';
import { maxWindowSamples } from './window.ts';

/** Prompts share the decoder's context with the text; this many characters are far more than fit. */
const maxPromptCharacters = 2000;

/** Silence that every utterance begins with, in samples. */
export const minLeadInSamples: number = 0.1 * sampleRateHz;

/** What a model can do, as far as decoding needs to know. */
export interface DecodingPolicy {
  readonly audioContext: AudioContextPolicy;
  /** ISO 639-1 languages among which to detect; empty: all that the model knows. */
  readonly languages: readonly string[];
  readonly threads: number;
  /** Whether the model follows a prompt of earlier text. */
  readonly acceptsPrompt: boolean;
  /** Whether it is helped by words to expect. */
  readonly acceptsHotWords: boolean;
}

export interface UtteranceOptions {
  /** Whose speech it is; undefined: nobody else's. */
  readonly session?: string | undefined;
  readonly language: string | null;
  /** See `DecodeRequests.promptOf`. */
  readonly prompt: Int32Array;
  readonly task?: 'transcribe' | 'translate';
  /** Audio before the speech, in samples. */
  readonly leadInSamples: number;
  /** Nobody waits: where nothing was heard, it is worth listening again with all that the model has. */
  readonly isPatient?: boolean;
  /** Speech before this audio, which the text goes on from. */
  readonly continues?: Continuation | null;
  /** The last hypothesis about this audio: most likely the text begins with it. */
  readonly draft?: readonly HypothesisWord[];
}

/** What was kept of decodes of an utterance, or of the speech before it. */
export interface Remembered {
  readonly memory: NativeUtteranceMemory | null;
  /** How much of the audio as it is heard now, see `heardAudio`, is used of it. */
  readonly samples: number;
}

export const nothingRemembered: Remembered = { memory: null, samples: 0 };

/** The speech as a decode hears it: behind what it continues, or behind a little silence. */
export function heardAudio(
  speech: Float32Array,
  { continues, leadInSamples }: Pick<UtteranceOptions, 'continues' | 'leadInSamples'>,
): Float32Array {
  return continues ? joined(continues.samples, speech) : withLeadIn(speech, leadInSamples);
}

/** Makes decode requests of utterances, for one model. */
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

  /** A second of silence in the model's first language, for a try. */
  ofSilence(): NativeDecodeRequest {
    const language = this.#policy.languages[0] ?? null;
    const options = { language, prompt: new Int32Array(), leadInSamples: 0 };
    return this.of(new Float32Array(sampleRateHz), options, 'pooled-silence', nothingRemembered);
  }

  /** @param audio see `heardAudio`; at most 30 s. */
  of(
    audio: Float32Array,
    options: UtteranceOptions,
    silence: 'pooled-silence' | 'exact-silence',
    remembered: Remembered,
  ): NativeDecodeRequest {
    const { continues } = options;
    const language = options.language ?? continues?.language ?? null;
    const languages = language === null ? this.#policy.languages : [language];
    const newSamples = audio.length - (continues?.samples.length ?? 0);
    return {
      ...audioContextFor(audio.length, this.#policy.audioContext, silence),
      samples: audio,
      language,
      languages: this.#policy.languages,
      task: options.task ?? 'transcribe',
      prompt: options.prompt,
      earlier: continues?.tokens ?? new Int32Array(),
      prefix: new Int32Array(),
      draft: tokensOf(options.draft ?? []),
      memory: remembered.memory,
      rememberedSamples: Math.min(remembered.samples, maxWindowSamples),
      timestamps: false,
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
 * The audio with silence before it where too little is: over speech that begins at the very first sample, Whisper
 * tends to leave out the first word.
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
