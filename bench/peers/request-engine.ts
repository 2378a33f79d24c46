import { toPcm16 } from '#theo/audio/pcm16.js';
import { EngineError } from '#theo/engine/errors.js';
import { EventQueue } from '#theo/engine/event-queue.js';
import type { EngineEvent, EngineStream, SpeechEngine, StreamOptions } from '#theo/engine/types.js';
import { sampleRateHz } from '#theo/native.js';
import type { Peer } from './peer.ts';

/** As long as it takes to confirm speech; of less a window of 30 s would be encoded for a syllable. */
const firstRequestSamples = 0.25 * sampleRateHz;
const requestIntervalMs = 300;

/** How many requests of one talker are under way. */
interface Talker {
  pending: number;
}

/** A peer that hears whole recordings, in the place of one talker's streaming engine. */
export class RequestEngine implements SpeechEngine {
  readonly model: string;
  readonly traits = {
    longestUtteranceSamples: 30 * sampleRateHz,
    streamsNatively: false,
    takesPrompts: false,
    timesWords: false,
    translates: false,
  };
  readonly #peer: Peer;
  readonly #talker: Talker = { pending: 0 };

  constructor(peer: Peer) {
    this.model = peer.name;
    this.#peer = peer;
  }

  knowsLanguage(): boolean {
    return true;
  }

  openStream(options: StreamOptions): EngineStream {
    return new RequestStream(this.#peer, this.#talker, options);
  }

  transcribe(): Promise<never> {
    return Promise.reject(new Error('only streams are heard'));
  }

  async close(): Promise<void> {}
}

/**
 * One utterance: while it goes on, one request at a time with all of it so far, at most every 300 ms, none while the
 * final before it is awaited, behind which no partial would be shown; at its end, one request for the final. A partial
 * that is under way then is given up, unless it is the first that may show something.
 */
class RequestStream implements EngineStream {
  readonly events: EventQueue<EngineEvent> = new EventQueue<EngineEvent>();
  readonly #peer: Peer;
  readonly #talker: Talker;
  readonly #language: string;
  readonly #leadInSamples: number;
  readonly #written: Float32Array[] = [];
  #samples = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** The newest one. */
  #request: AbortController | undefined;
  #hasText = false;

  constructor(peer: Peer, talker: Talker, { language, leadInSamples }: StreamOptions) {
    if (language === null) throw new Error('peers are told the language');
    this.#peer = peer;
    this.#talker = talker;
    this.#language = language;
    this.#leadInSamples = leadInSamples;
  }

  write(samples: Float32Array): void {
    this.#written.push(samples);
    this.#samples += samples.length;
    this.#askIfDue();
  }

  anticipateFlush(): void {}

  flush(): void {
    if (this.#hasText) this.#request?.abort();
    void this.#ask((text) => {
      const transcript = {
        text,
        language: this.#language,
        languageProbability: 0.9,
        confidence: 1,
        words: null,
      };
      this.events.push({ type: 'final', transcript, speech: null });
      this.events.end();
    });
  }

  cancel(): void {
    this.#request?.abort();
    this.events.end({ discard: true });
  }

  /** Asked with every 32 ms of speech, so no timer is needed. */
  #askIfDue(): void {
    const isDue =
      this.#talker.pending === 0 &&
      this.#samples - this.#leadInSamples >= firstRequestSamples &&
      performance.now() - this.#askedAtMs >= requestIntervalMs;
    if (!isDue) return;
    void this.#ask((text) => {
      if (text === '') return;
      this.#hasText = true;
      this.events.push({ type: 'partial', text, committed: '' });
    });
  }

  async #ask(onText: (text: string) => void): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    this.#talker.pending++;
    this.#askedAtMs = performance.now();
    try {
      const text = await this.#peer.recognize(this.#pcm(), this.#language, request.signal);
      if (!request.signal.aborted) onText(text);
    } catch (cause) {
      if (request.signal.aborted) return;
      const message = `${this.#peer.name} failed`;
      this.events.push({
        type: 'error',
        error: new EngineError('internal_error', message, { recoverable: false, cause }),
      });
      this.events.end();
    } finally {
      this.#talker.pending--;
    }
  }

  #pcm(): Uint8Array {
    const samples = new Float32Array(this.#samples);
    let at = 0;
    for (const written of this.#written) {
      samples.set(written, at);
      at += written.length;
    }
    return toPcm16(samples);
  }
}
