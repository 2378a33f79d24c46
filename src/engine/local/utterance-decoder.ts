import {
  type NativeDecodeRequest,
  type NativeDecodeResult,
  type NativeModel,
  type NativeUtteranceMemory,
  sampleRateHz,
} from '../../native.ts';
import { type AudioContextPolicy, audioContextFor, tokenBudgetFor } from '../decode-budget.ts';
import { evidenceOf } from '../guards/evidence.ts';
import { spokenWords } from '../guards/spoken-words.ts';
import { defectOf, judge } from '../guards/verdict.ts';
import type { HypothesisWord } from '../local-agreement.ts';
import type { DecodeKind, DecodeScheduler, DecodeTicket } from '../scheduler.ts';
import { maxWindowSamples, splitToWindows } from '../split-window.ts';
import type { Transcript } from '../types.ts';
import { joinTexts, joinWords } from '../words.ts';

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
}

export interface UtteranceOptions {
  readonly language: string | null;
  readonly prompt: string;
  readonly hotWords: readonly string[];
  readonly task?: 'transcribe' | 'translate';
  /** Audio before the speech, in samples. */
  readonly leadInSamples: number;
  /** The last hypothesis about this audio: most likely the text begins with it. */
  readonly draft?: readonly HypothesisWord[];
}

/** What an utterance's earlier partials came to. */
export interface PartialState {
  /** The next one begins with these words. */
  readonly committed: readonly HypothesisWord[];
  /** It most likely goes on with these. */
  readonly tail: readonly HypothesisWord[];
  readonly memory: NativeUtteranceMemory | null;
}

/** A final on its way: null when it was cancelled. */
export interface FinalTicket {
  readonly result: Promise<Transcript | null>;
  promote(kind: DecodeKind): void;
  cancel(): void;
}

/** Turns utterances into decode requests and their results into transcripts: the policy between stream and slot. */
export class UtteranceDecoder {
  readonly #newMemory: () => NativeUtteranceMemory;
  readonly #model: NativeModel;
  readonly #scheduler: DecodeScheduler;
  readonly #policy: DecodingPolicy;

  constructor(
    model: NativeModel,
    scheduler: DecodeScheduler,
    policy: DecodingPolicy,
    newMemory: () => NativeUtteranceMemory,
  ) {
    this.#newMemory = newMemory;
    this.#model = model;
    this.#scheduler = scheduler;
    this.#policy = policy;
  }

  /** Decodes what has been heard so far, at most 30 s. `samples` is called when the decode's turn comes. */
  partial(
    kind: 'opening' | 'partial',
    samples: () => Float32Array,
    options: UtteranceOptions,
    soFar: PartialState,
  ): DecodeTicket {
    return this.#scheduler.schedule(kind, () => ({
      ...this.#request(samples(), options, 'pooled-silence'),
      suppressAnnotations: true,
      prefix: tokensOf(soFar.committed),
      draft: tokensOf(soFar.tail),
      memory: soFar.memory,
    }));
  }

  /** What an utterance's partials share; to be closed by whoever opened it. */
  openMemory(): NativeUtteranceMemory {
    return this.#newMemory();
  }

  /**
   * Decodes a whole utterance, longer ones piece by piece; once more at the full audio context where the text looks
   * broken.
   */
  final(kind: DecodeKind, samples: Float32Array, options: UtteranceOptions): FinalTicket {
    let urgency = kind;
    let current: DecodeTicket | undefined;
    let isCancelled = false;
    const run = (request: NativeDecodeRequest): Promise<NativeDecodeResult | null> => {
      if (isCancelled) return Promise.resolve(null);
      current = this.#scheduler.schedule(urgency, () => request);
      return current.result;
    };
    const decode = async (): Promise<Transcript | null> => {
      const results: NativeDecodeResult[] = [];
      for (const [index, piece] of splitToWindows(samples).entries()) {
        const pieceOptions = index === 0 ? options : { ...options, leadInSamples: 0, draft: [] };
        const request = { ...this.#request(piece, pieceOptions, 'exact-silence'), measureNoSpeech: true };
        const result = await run(request);
        if (result === null) return null;
        if (request.audioContext === 0 || defectOf(evidenceOf(result)) === undefined) {
          results.push(result);
          continue;
        }
        const another = await run({ ...request, audioContext: 0, padding: 'nothing' });
        if (another === null) return null;
        results.push(betterOf(result, another));
      }
      return toTranscript(results);
    };
    return {
      result: decode(),
      promote: (promoted) => {
        urgency = promoted;
        current?.promote(promoted);
      },
      cancel: () => {
        isCancelled = true;
        current?.cancel();
      },
    };
  }

  #request(
    speech: Float32Array,
    options: UtteranceOptions,
    silence: 'pooled-silence' | 'exact-silence',
  ): NativeDecodeRequest {
    const samples = withLeadIn(speech, options.leadInSamples);
    const languages = options.language === null ? this.#policy.languages : [options.language];
    return {
      ...audioContextFor(samples.length, this.#policy.audioContext, silence),
      samples,
      language: options.language,
      languages: this.#policy.languages,
      task: options.task ?? 'transcribe',
      prompt: this.#promptTokens(options),
      prefix: new Int32Array(),
      draft: tokensOf(options.draft ?? []),
      memory: null,
      timestamps: false,
      suppressAnnotations: false,
      measureNoSpeech: false,
      maxTokens: Math.min(tokenBudgetFor(samples.length, languages), this.#model.textContext),
      threads: this.#policy.threads,
    };
  }

  #promptTokens({ prompt, hotWords }: UtteranceOptions): Int32Array {
    if (!this.#policy.acceptsPrompt) return new Int32Array();
    // The end of a prompt weighs most with Whisper: hot words go last.
    const text = joinTexts([prompt, hotWords.join(', ')]);
    return text === '' ? new Int32Array() : this.#model.tokenize(` ${text.slice(-maxPromptCharacters)}`);
  }
}

/**
 * The audio with silence before it where too little is: over speech that begins at the very first sample, Whisper
 * tends to leave out the first word.
 */
function withLeadIn(samples: Float32Array, leadInSamples: number): Float32Array {
  const missing = minLeadInSamples - leadInSamples;
  if (missing <= 0 || samples.length + missing > maxWindowSamples) return samples;
  const longer = new Float32Array(samples.length + missing);
  longer.set(samples, missing);
  return longer;
}

/** The second where it is sound or more probable. */
function betterOf(first: NativeDecodeResult, second: NativeDecodeResult): NativeDecodeResult {
  const isSound = defectOf(evidenceOf(second)) === undefined;
  return isSound || second.avgLogProbability > first.avgLogProbability ? second : first;
}

function tokensOf(words: readonly HypothesisWord[]): Int32Array {
  return Int32Array.from(words.flatMap((word) => [...word.tokens]));
}

function toTranscript(results: readonly NativeDecodeResult[]): Transcript {
  const heard = results
    .filter((result) => judge(evidenceOf(result)).kind === 'speech')
    .map((result) => spokenWords(result.words, 'final'));
  const words = heard.flat();
  const tokenCount = words.reduce((sum, word) => sum + word.tokens.length, 0);
  const weighted = words.reduce((sum, word) => sum + word.probability * word.tokens.length, 0);
  return {
    text: joinTexts(heard.map(joinWords)),
    language: results[0]?.language ?? '',
    confidence: tokenCount === 0 ? 0 : weighted / tokenCount,
    words: null,
  };
}
