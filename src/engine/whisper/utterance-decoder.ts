import type {
  NativeDecodeRequest,
  NativeDecodeResult,
  NativeModel,
  NativeUtteranceMemory,
} from '../../native.ts';
import { languageSamples } from '../limits.ts';
import { splitAudio } from '../split-audio.ts';
import type { EarlierSpeech, Transcript } from '../types.ts';
import { joinTexts, joinWords } from '../words.ts';
import { confidenceOf } from './confidence.ts';
import { type Continuation, continuationOf, wholeText, withoutOpeningPunctuation } from './continuation.ts';
import type { DecodeKind } from './decode-queue.ts';
import {
  DecodeRequests,
  type DecodingPolicy,
  heardAudio,
  nothingRemembered,
  type Remembered,
  tokensOf,
  type UtteranceOptions,
} from './decode-requests.ts';
import { type DecodeEvidence, evidenceOf } from './guards/evidence.ts';
import { spokenWords } from './guards/spoken-words.ts';
import { defectOf, isBetter, judge } from './guards/verdict.ts';
import type { HypothesisWord } from './local-agreement.ts';
import type { DecodeScheduler, DecodeTicket } from './scheduler.ts';
import { maxWindowSamples } from './window.ts';
import { type DecodedPiece, timedWords } from './word-times.ts';

/** The words of an utterance's earlier partials. */
export interface PartialState {
  /** The next partial begins with these words. */
  readonly committed: readonly HypothesisWord[];
  /** It probably goes on with these. */
  readonly tail: readonly HypothesisWord[];
}

/** A decoded utterance. */
export interface DecodedFinal {
  readonly transcript: Transcript;
  /** The text of the speech that it continues, then its own; null: it turned out to be in another language. */
  readonly wholeText: string | null;
}

/** A final that waits or runs; its result is null when it was cancelled. */
export interface FinalTicket {
  readonly result: Promise<DecodedFinal | null>;
  promote(kind: DecodeKind): void;
  cancel(): void;
}

/** Runs one decode of a final: null when it was cancelled. */
type Run = (request: NativeDecodeRequest) => Promise<NativeDecodeResult | null>;

/** Turns utterances into decodes and their results into transcripts. */
export class UtteranceDecoder {
  readonly #model: NativeModel;
  readonly #policy: DecodingPolicy;
  readonly #requests: DecodeRequests;
  readonly #scheduler: DecodeScheduler;
  readonly #newMemory: () => NativeUtteranceMemory;

  constructor(
    model: NativeModel,
    scheduler: DecodeScheduler,
    policy: DecodingPolicy,
    newMemory: () => NativeUtteranceMemory,
  ) {
    this.#model = model;
    this.#policy = policy;
    this.#requests = new DecodeRequests(model, policy);
    this.#scheduler = scheduler;
    this.#newMemory = newMemory;
  }

  /** A memory that an utterance's decodes share; the caller closes it. */
  openMemory(): NativeUtteranceMemory {
    return this.#newMemory();
  }

  /** The prompt of earlier text and words to expect, in tokens. Tokenizing takes time: do it once for an utterance. */
  promptOf(prompt: string, hotWords: readonly string[]): Int32Array {
    return this.#requests.promptOf(prompt, hotWords);
  }

  /** Whether the model can continue earlier text. */
  get canContinue(): boolean {
    return this.#policy.acceptsPrompt;
  }

  /** What an utterance needs to continue earlier speech; null where it cannot. */
  continuationOf(earlier: EarlierSpeech | null): Continuation | null {
    return this.canContinue ? continuationOf(earlier, this.#model) : null;
  }

  /** How many tokens of earlier text and of committed words a decode takes at most. */
  get maxForcedTokens(): number {
    return this.#model.textContext / 2;
  }

  /** Finds out whether speech, heard alone, is in another language than the speech that it continues. */
  detectLanguage(speech: Float32Array, options: UtteranceOptions): DecodeTicket {
    return this.#scheduler.schedule({
      kind: 'partial',
      session: options.session,
      makeRequest: () => this.#detection(speech, options),
    });
  }

  /**
   * Decodes what has been heard so far, at most 30 s.
   * @param hear gives the audio; called each time the decode starts.
   */
  partial(
    kind: 'opening' | 'partial',
    hear: () => { readonly speech: Float32Array; readonly remembered: Remembered },
    options: UtteranceOptions,
    soFar: PartialState,
  ): DecodeTicket {
    const makeRequest = (): NativeDecodeRequest => {
      const { speech, remembered } = hear();
      return {
        ...this.#requests.of(heardAudio(speech, options), options, 'pooled-silence', remembered),
        suppressAnnotations: true,
        prefix: tokensOf(soFar.committed),
        draft: tokensOf(soFar.tail),
      };
    };
    return this.#scheduler.schedule({ kind, session: options.session, makeRequest });
  }

  /** Decodes a whole utterance; piece by piece where it is longer than a window. */
  final(
    kind: DecodeKind,
    speech: Float32Array,
    options: UtteranceOptions,
    remembered: Remembered = nothingRemembered,
  ): FinalTicket {
    let urgency = kind;
    let current: DecodeTicket | undefined;
    let isCancelled = false;
    const run: Run = (request) => {
      if (isCancelled) return Promise.resolve(null);
      current = this.#scheduler.schedule({
        kind: urgency,
        session: options.session,
        makeRequest: () => request,
      });
      return current.result;
    };
    return {
      result: this.#final(speech, options, remembered, run),
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

  #detection(speech: Float32Array, options: UtteranceOptions): NativeDecodeRequest {
    const expectedLanguage = options.continues?.language ?? null;
    const alone = { ...options, expectedLanguage, continues: null, draft: [] };
    const audio = heardAudio(speech, alone).subarray(0, maxWindowSamples);
    return { ...this.#requests.of(audio, alone, 'pooled-silence', nothingRemembered), maxTokens: 1 };
  }

  async #final(
    speech: Float32Array,
    options: UtteranceOptions,
    remembered: Remembered,
    run: Run,
  ): Promise<DecodedFinal | null> {
    let { continues } = options;
    if (continues && options.language === null && speech.length >= languageSamples) {
      const detected = await run(this.#detection(speech, options));
      if (detected === null) return null;
      if (detected.language !== continues.language) continues = null;
    }
    if (continues) {
      const continued = await this.#continued(speech, options, continues, remembered, run);
      if (continued !== 'unsound') return continued;
    }
    const alone = { ...options, continues: null };
    const transcript = await this.#alone(
      speech,
      alone,
      options.continues ? nothingRemembered : remembered,
      run,
    );
    if (transcript === null) return null;
    if (options.continues && !continues) return { transcript, wholeText: null };
    return { transcript, wholeText: joinTexts([continues?.deliveredText ?? '', transcript.text]) };
  }

  /** Decodes the utterance behind the speech before it; `unsound` where nothing new was heard, or nothing credible. */
  async #continued(
    speech: Float32Array,
    options: UtteranceOptions,
    continues: Continuation,
    remembered: Remembered,
    run: Run,
  ): Promise<DecodedFinal | 'unsound' | null> {
    const audio = heardAudio(speech, options);
    const result = await run({
      ...this.#requests.of(audio, options, 'exact-silence', remembered),
      timeWords: this.#timesWords(options),
    });
    if (result === null) return null;
    const words = spokenWords(result.words, 'final');
    const added = withoutOpeningPunctuation(words);
    if (added.length === 0 || defectOf(evidenceOf(result)) !== undefined) return 'unsound';
    const piece = { words: added, audioStartSample: speech.length - audio.length };
    // The language is the earlier speech's: it was not measured.
    const spoken = { language: result.language, languageProbability: 0 };
    const transcript = transcriptOf([piece], spoken, speech.length);
    return { transcript, wholeText: wholeText(continues, words) };
  }

  /** Decodes the utterance without the speech before it. A piece that went wrong is decoded a second time. */
  async #alone(
    speech: Float32Array,
    options: UtteranceOptions,
    remembered: Remembered,
    run: Run,
  ): Promise<Transcript | null> {
    const results: { readonly result: NativeDecodeResult; readonly audioStartSample: number }[] = [];
    const audio = heardAudio(speech, options);
    let audioStartSample = speech.length - audio.length;
    const pieces = splitAudio(audio, maxWindowSamples);
    for (const [index, piece] of pieces.entries()) {
      const request: NativeDecodeRequest = {
        ...this.#requests.of(
          piece,
          index === 0 ? options : { ...options, draft: [] },
          'exact-silence',
          pieces.length === 1 ? remembered : nothingRemembered,
        ),
        measureNoSpeech: true,
        timeWords: this.#timesWords(options),
      };
      const result = await this.#soundResult(request, run);
      if (result === null) return null;
      results.push({ result, audioStartSample });
      audioStartSample += piece.length;
    }
    const heard = results
      .filter(({ result }) => judge(evidenceOf(result)).kind === 'speech')
      .map(({ result, ...place }) => ({ words: spokenWords(result.words, 'final'), ...place }));
    return transcriptOf(heard, results[0]?.result, speech.length);
  }

  /** Decodes, a second time where that went wrong; null when it was cancelled. */
  async #soundResult(request: NativeDecodeRequest, run: Run): Promise<NativeDecodeResult | null> {
    const result = await run(request);
    const second = result && secondTry(request, evidenceOf(result));
    if (!second) return result;
    const another = await run(second);
    return another && (isBetter(evidenceOf(another), evidenceOf(result)) ? another : result);
  }

  #timesWords({ timeWords }: UtteranceOptions): boolean {
    return this.#policy.timesWords && (timeWords ?? false);
  }
}

/**
 * The request for a second decode, at the full audio context, of a text that looks broken; undefined where none is
 * needed.
 */
function secondTry(request: NativeDecodeRequest, evidence: DecodeEvidence): NativeDecodeRequest | undefined {
  if (request.audioContext === 0 || defectOf(evidence) === undefined) return undefined;
  return { ...request, audioContext: 0, padding: 'nothing', memory: null };
}

function transcriptOf(
  pieces: readonly DecodedPiece[],
  spoken: Pick<NativeDecodeResult, 'language' | 'languageProbability'> | undefined,
  speechSamples: number,
): Transcript {
  return {
    text: joinTexts(pieces.map((piece) => joinWords(piece.words))),
    language: spoken?.language ?? '',
    languageProbability: spoken?.languageProbability ?? 0,
    confidence: confidenceOf(pieces.flatMap((piece) => piece.words)),
    words: timedWords(pieces, speechSamples),
  };
}
