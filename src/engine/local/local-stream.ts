import { type NativeUtteranceMemory, sampleRateHz } from '../../native.ts';
import { EngineError } from '../errors.ts';
import { EventQueue } from '../event-queue.ts';
import { spokenWords } from '../guards/spoken-words.ts';
import { LocalAgreement } from '../local-agreement.ts';
import type { DecodeTicket } from '../scheduler.ts';
import { maxUtteranceSamples, maxWindowSamples } from '../split-window.ts';
import type { EngineEvent, EngineStream, StreamOptions, Transcript } from '../types.ts';
import { joinWords } from '../words.ts';
import { SpeechBuffer } from './speech-buffer.ts';
import {
  type FinalTicket,
  minLeadInSamples,
  type UtteranceDecoder,
  type UtteranceOptions,
} from './utterance-decoder.ts';

/** Longer audio has no partials: a decode takes no more, with the silence that may stand before it. */
const maxPartialSamples = maxWindowSamples - minLeadInSamples;
/** Nothing can be recognized in less speech. */
const firstPartialSamples = 0.16 * sampleRateHz;
/** From here on a detected language is kept for the rest of the utterance. */
const languageLockSamples = 1.3 * sampleRateHz;
const languageLockProbability = 0.9;
/** New audio that makes a second hypothesis a witness for the first. */
const agreementSamples = 0.3 * sampleRateHz;
/**
 * Words of the unstable tail below this probability are not shown, nor is anything after them. An utterance's
 * first word comes at a lower price: it is what people wait for.
 */
const minTailProbability = 0.5;
const minOpeningProbability = 0.25;

/** How the stream spaces its partials. */
export interface PartialPolicy {
  /** New audio that makes another partial worth its decode, in samples. */
  readonly intervalSamples: number;
}

/** One utterance decoded in process: see `EngineStream`. */
export class LocalStream implements EngineStream {
  readonly #decoder: UtteranceDecoder;
  readonly #options: StreamOptions;
  readonly #policy: PartialPolicy;
  readonly #onEnd: () => void;
  readonly #audio = new SpeechBuffer(maxUtteranceSamples);
  readonly #agreement = new LocalAgreement({
    newSamples: agreementSamples,
    minProbability: minTailProbability,
  });
  readonly #queue = new EventQueue<EngineEvent>(
    (previous, next) => previous.type === 'partial' && next.type === 'partial',
  );
  #language: string | null;
  /** Opened by the first partial. */
  #memory: NativeUtteranceMemory | null | undefined;
  #partial: DecodeTicket | undefined;
  #partialAtSamples = 0;
  #shownText = '';
  #anticipated: { readonly ticket: FinalTicket; readonly atSamples: number } | undefined;
  #state: 'open' | 'flushing' | 'ended' = 'open';

  /** @param onEnd called once, when the stream needs nothing any more. */
  constructor(decoder: UtteranceDecoder, options: StreamOptions, policy: PartialPolicy, onEnd: () => void) {
    this.#decoder = decoder;
    this.#options = options;
    this.#policy = policy;
    this.#onEnd = onEnd;
    this.#language = options.language;
  }

  get events(): AsyncIterable<EngineEvent> {
    return this.#queue;
  }

  write(samples: Float32Array): void {
    if (this.#state !== 'open') return;
    this.#audio.append(samples);
    this.#dropAnticipated();
    this.#pump();
  }

  anticipateFlush(): void {
    if (this.#state !== 'open' || this.#audio.length === 0) return;
    if (this.#anticipated?.atSamples === this.#audio.length) return;
    this.#dropAnticipated();
    // The final will say all that another partial could.
    this.#partial?.cancel();
    const ticket = this.#decoder.final('anticipated', this.#audio.samples, this.#finalOptions());
    this.#anticipated = { ticket, atSamples: this.#audio.length };
    // Whoever flushes awaits the result; until then a failure must not count as unhandled.
    ticket.result.catch(() => {});
  }

  flush(): void {
    if (this.#state !== 'open') return;
    this.#state = 'flushing';
    this.#partial?.cancel();
    if (this.#audio.length === 0) {
      this.#finish({ text: '', language: this.#language ?? '', confidence: 0, words: null });
      return;
    }
    const anticipated = this.#anticipated;
    if (anticipated) {
      anticipated.ticket.promote('final');
      void this.#deliver(anticipated.ticket);
    } else {
      void this.#deliver(this.#decoder.final('final', this.#audio.samples, this.#finalOptions()));
    }
  }

  cancel(): void {
    if (this.#state === 'ended') return;
    this.#end();
    this.#queue.end({ discard: true });
  }

  #finalOptions(): UtteranceOptions {
    const { language, prompt, hotWords, leadInSamples } = this.#options;
    const { committed, tail } = this.#agreement;
    return { language, prompt, hotWords, leadInSamples, draft: [...committed, ...tail] };
  }

  #dropAnticipated(): void {
    this.#anticipated?.ticket.cancel();
    this.#anticipated = undefined;
  }

  #pump(): void {
    if (!this.#options.enablePartials || this.#state !== 'open' || this.#partial || this.#anticipated) return;
    const heard = this.#audio.length;
    if (heard > maxPartialSamples) return;
    // Until there is a text to show, every bit of audio may be the one that makes it audible.
    const needed =
      this.#shownText === ''
        ? this.#options.leadInSamples + firstPartialSamples
        : this.#partialAtSamples + this.#policy.intervalSamples;
    if (heard < needed || heard === this.#partialAtSamples) return;
    void this.#decodePartial();
  }

  async #decodePartial(): Promise<void> {
    const { committed, tail } = this.#agreement;
    const ticket = this.#decoder.partial(
      this.#shownText === '' ? 'opening' : 'partial',
      () => {
        // Its turn may come late: the audio may be longer than one decode takes by then.
        const samples = this.#audio.samples.subarray(0, maxPartialSamples);
        this.#partialAtSamples = samples.length;
        return samples;
      },
      { ...this.#finalOptions(), language: this.#language },
      { committed, tail, memory: this.#openMemory() },
    );
    this.#partial = ticket;
    try {
      const result = await ticket.result;
      if (result && this.#state === 'open' && !this.#anticipated) {
        this.#agreement.update(spokenWords(result.words, 'open'), this.#partialAtSamples);
        this.#lockLanguage(result.language, result.languageProbability);
        this.#show();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#partial = undefined;
    this.#pump();
  }

  /** null where there is no memory for one: the partials then cost more, and say the same. */
  #openMemory(): NativeUtteranceMemory | null {
    if (this.#memory === undefined) {
      try {
        this.#memory = this.#decoder.openMemory();
      } catch {
        this.#memory = null;
      }
    }
    return this.#memory;
  }

  #lockLanguage(language: string, probability: number): void {
    if (this.#partialAtSamples >= languageLockSamples && probability >= languageLockProbability) {
      this.#language ??= language;
    }
  }

  #show(): void {
    const { committed, tail } = this.#agreement;
    const enough = this.#shownText === '' ? minOpeningProbability : minTailProbability;
    const doubtful = tail.findIndex((word) => word.probability < enough);
    const shownTail = doubtful < 0 ? tail : tail.slice(0, doubtful);
    const text = joinWords([...committed, ...shownTail]);
    if (text === '' || text === this.#shownText) return;
    this.#shownText = text;
    this.#queue.push({ type: 'partial', text, committed: joinWords(committed) });
  }

  async #deliver(ticket: FinalTicket): Promise<void> {
    try {
      const transcript = await ticket.result;
      if (this.#state === 'ended') return;
      if (transcript === null) {
        throw new EngineError('cancelled', 'the engine was closed', { recoverable: false });
      }
      this.#finish(transcript);
    } catch (error) {
      this.#fail(error);
    }
  }

  #finish(transcript: Transcript): void {
    this.#queue.push({ type: 'final', transcript });
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
    this.#memory?.close();
    this.#onEnd();
  }
}
