import type { NativeDecodeResult } from '../../native.ts';
import { sampleRateHz } from '../../native.ts';
import { EngineError } from '../errors.ts';
import { EventQueue } from '../event-queue.ts';
import { languageSamples, maxContinuedSamples, maxStreamSamples } from '../limits.ts';
import type { EngineEvent, EngineStream, StreamOptions, Transcript } from '../types.ts';
import type { Continuation } from './continuation.ts';
import { heardAudio, minLeadInSamples, type UtteranceOptions } from './decode-requests.ts';
import { spokenWords } from './guards/spoken-words.ts';
import { isSure } from './language-evidence.ts';
import { MemoryLease } from './memory-lease.ts';
import { PartialText } from './partial-text.ts';
import type { DecodeTicket } from './scheduler.ts';
import { SpeechBuffer } from './speech-buffer.ts';
import type { DecodedFinal, FinalTicket, UtteranceDecoder } from './utterance-decoder.ts';
import { WhisperSpeech } from './whisper-speech.ts';
import { maxWindowSamples } from './window.ts';

/** Longer audio has no partials: with the silence before it, it would not fit into one decode. */
const maxPartialSamples = maxWindowSamples - minLeadInSamples;
/** Nothing can be recognized in less speech. */
const firstPartialSamples = 0.16 * sampleRateHz;

/** How often the stream makes partials. */
export interface PartialPolicy {
  /** New audio that makes another partial worth its decode, in samples. */
  readonly intervalSamples: number;
}

/** One utterance decoded in process: see `EngineStream`. */
export class WhisperStream implements EngineStream {
  readonly #decoder: UtteranceDecoder;
  readonly #options: StreamOptions;
  readonly #policy: PartialPolicy;
  readonly #onEnd: () => void;
  readonly #audio = new SpeechBuffer(maxStreamSamples);
  readonly #text = new PartialText();
  readonly #queue = new EventQueue<EngineEvent>(
    (previous, next) => previous.type === 'partial' && next.type === 'partial',
  );
  /** In tokens; made for the first decode. */
  #prompt: Int32Array | undefined;
  #language: string | null;
  #continues: Continuation | null;
  #hasStoppedContinuing = false;
  /** The earlier speech's language, once this speech is known to be in it too. Used where none was asked for. */
  #checkedLanguage: string | null = null;
  /** Whether this speech has turned out to be in another language than the expected one. */
  #isUnexpected = false;
  readonly #memory: MemoryLease;
  #partial: DecodeTicket | undefined;
  #partialAtSamples = 0;
  #anticipated: { readonly ticket: FinalTicket; readonly atSamples: number } | undefined;
  #state: 'open' | 'flushing' | 'ended' = 'open';

  /** @param onEnd called once, when the stream needs nothing any more. */
  constructor(decoder: UtteranceDecoder, options: StreamOptions, policy: PartialPolicy, onEnd: () => void) {
    this.#decoder = decoder;
    this.#options = options;
    this.#policy = policy;
    this.#onEnd = onEnd;
    this.#language = options.language;
    this.#continues = decoder.continuationOf(options.earlier);
    this.#memory = new MemoryLease(() => decoder.openMemory(), options.earlier, this.#earlierSamples);
  }

  get events(): AsyncIterable<EngineEvent> {
    return this.#queue;
  }

  write(samples: Float32Array): void {
    if (this.#state !== 'open') return;
    this.#audio.append(samples);
    if (this.#continues && this.#audio.length + this.#earlierSamples > maxContinuedSamples) {
      this.#stopContinuing();
    }
    this.#dropAnticipated();
    this.#pump();
  }

  anticipateFlush(): void {
    if (this.#state !== 'open' || this.#audio.length === 0) return;
    if (this.#anticipated?.atSamples === this.#audio.length) return;
    this.#dropAnticipated();
    // No partial is needed any more: the final comes soon.
    this.#partial?.cancel();
    const ticket = this.#decodeFinal('anticipated');
    this.#anticipated = { ticket, atSamples: this.#audio.length };
    // `flush` awaits the result; until then a failure must not count as an unhandled rejection.
    ticket.result.catch(() => {});
  }

  flush(): void {
    if (this.#state !== 'open') return;
    this.#state = 'flushing';
    this.#partial?.cancel();
    if (this.#audio.length === 0) {
      this.#finish(
        { text: '', language: this.#language ?? '', languageProbability: 0, confidence: 0, words: null },
        null,
      );
      return;
    }
    const anticipated = this.#anticipated;
    if (anticipated) {
      anticipated.ticket.promote('final');
      void this.#deliver(anticipated.ticket);
    } else {
      void this.#deliver(this.#decodeFinal('final'));
    }
  }

  cancel(): void {
    if (this.#state === 'ended') return;
    this.#end();
    this.#queue.end({ discard: true });
  }

  #finalOptions(): UtteranceOptions {
    const { session, language, expectedLanguage, prompt, hotWords, leadInSamples } = this.#options;
    this.#prompt ??= this.#decoder.promptOf(prompt, hotWords);
    const { committed, tail } = this.#text;
    return {
      session,
      language: language ?? this.#checkedLanguage,
      expectedLanguage,
      prompt: this.#prompt,
      leadInSamples,
      timeWords: true,
      continues: this.#continues,
      draft: [...committed, ...tail],
    };
  }

  // A final encodes the whole utterance in one go: of the memory, only the earlier speech is used.
  #decodeFinal(kind: 'anticipated' | 'final'): FinalTicket {
    const remembered = this.#memory.forFinal(this.#earlierSamples);
    return this.#decoder.final(kind, this.#audio.samples, this.#finalOptions(), remembered);
  }

  get #earlierSamples(): number {
    return this.#continues?.samples.length ?? 0;
  }

  /** From now on the utterance is decoded without the earlier speech. */
  #stopContinuing(): void {
    // A partial that waits or runs was asked for with the earlier speech.
    this.#partial?.cancel();
    this.#continues = null;
    this.#hasStoppedContinuing = true;
    this.#memory.forget();
  }

  #dropAnticipated(): void {
    this.#anticipated?.ticket.cancel();
    this.#anticipated = undefined;
  }

  #pump(): void {
    if (!this.#options.enablePartials || this.#state !== 'open' || this.#partial || this.#anticipated) return;
    const heard = this.#audio.length;
    if (heard > maxPartialSamples) return;
    // Until there is a text to show, a decode is made with every new audio.
    const needed = this.#text.isEmpty
      ? this.#options.leadInSamples + firstPartialSamples
      : this.#partialAtSamples + this.#policy.intervalSamples;
    if (heard < needed || heard === this.#partialAtSamples) return;
    if (this.#forcedTokens > this.#decoder.maxForcedTokens) return;
    if (this.#continues && this.#finalOptions().language === null && heard >= languageSamples) {
      void this.#checkLanguage(this.#continues);
    } else {
      void this.#decodePartial();
    }
  }

  get #forcedTokens(): number {
    const earlier = this.#continues?.tokens.length ?? 0;
    return this.#text.committed.reduce((sum, { tokens }) => sum + tokens.length, earlier);
  }

  /** Takes the earlier speech's language for this utterance too, unless it is surely in another one. */
  async #checkLanguage(continues: Continuation): Promise<void> {
    const ticket = this.#decoder.detectLanguage(this.#audio.samples, this.#finalOptions());
    this.#partial = ticket;
    try {
      const heard = await ticket.result;
      if (heard && heard.language !== continues.language) {
        this.#stopContinuing();
        this.#text.restart();
      } else if (heard) this.#checkedLanguage = continues.language;
    } catch (error) {
      this.#fail(error);
    }
    this.#partial = undefined;
    this.#pump();
  }

  async #decodePartial(): Promise<void> {
    const { committed, tail } = this.#text;
    const ticket = this.#decoder.partial(
      this.#text.isEmpty ? 'opening' : 'partial',
      () => {
        // The audio may have grown longer than one decode takes while this one waited.
        const speech = this.#audio.samples.subarray(0, maxPartialSamples);
        this.#partialAtSamples = speech.length;
        return { speech, remembered: this.#memory.forPartial() };
      },
      { ...this.#finalOptions(), language: this.#language },
      { committed, tail },
    );
    this.#partial = ticket;
    try {
      const result = await ticket.result;
      if (result && this.#state === 'open' && !this.#anticipated) this.#take(result);
    } catch (error) {
      this.#fail(error);
    }
    this.#partial = undefined;
    this.#pump();
  }

  #take({ words, language, languageProbability }: NativeDecodeResult): void {
    const { expectedLanguage } = this.#options;
    const isUnexpected = expectedLanguage !== null && !this.#continues && language !== expectedLanguage;
    if (isUnexpected && !this.#isUnexpected) {
      // Its words begin with those that were taken for the expected language.
      this.#isUnexpected = true;
      this.#text.restart();
      return;
    }
    this.#text.update(spokenWords(words, 'open'), this.#partialAtSamples);
    // The earlier speech's language holds.
    if (!this.#continues && isSure(languageProbability, this.#partialAtSamples)) this.#language ??= language;
    this.#show();
  }

  #show(): void {
    const shown = this.#text.takeNew(this.#continues !== null);
    if (!shown) return;
    // Words that may be in the wrong language are not committed.
    const isGuessed = this.#continues !== null || this.#options.expectedLanguage !== null;
    const mayChange = isGuessed && this.#language === null && this.#finalOptions().language === null;
    this.#queue.push({ type: 'partial', text: shown.text, committed: mayChange ? '' : shown.committed });
  }

  async #deliver(ticket: FinalTicket): Promise<void> {
    try {
      const decoded = await ticket.result;
      if (this.#state === 'ended') return;
      if (decoded === null) {
        throw new EngineError('cancelled', 'the engine was closed', { recoverable: false });
      }
      this.#finish(decoded.transcript, this.#speechOf(decoded));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What the next utterance can continue; null where nothing was said, too much, or where the model cannot. */
  #speechOf({ transcript, wholeText }: DecodedFinal): WhisperSpeech | null {
    if (!this.#decoder.canContinue || this.#hasStoppedContinuing) return null;
    if (wholeText === null || transcript.text === '') return null;
    const samples = heardAudio(this.#audio.samples, this.#finalOptions());
    if (samples.length > maxContinuedSamples) return null;
    return new WhisperSpeech(
      { samples, text: wholeText, language: transcript.language },
      this.#memory.release(),
    );
  }

  #finish(transcript: Transcript, speech: WhisperSpeech | null): void {
    this.#queue.push({ type: 'final', transcript, speech });
    this.#queue.end();
    this.#end();
  }

  #fail(error: unknown): void {
    if (this.#state === 'ended') return;
    const known =
      error instanceof EngineError
        ? error
        : new EngineError('internal_error', String(error), { recoverable: false, cause: error });
    this.#queue.push({ type: 'error', error: known });
    this.#queue.end();
    this.#end();
  }

  #end(): void {
    this.#state = 'ended';
    this.#partial?.cancel();
    this.#dropAnticipated();
    this.#memory.close();
    this.#onEnd();
  }
}
