import { deferred } from '#theo/deferred.js';
import { joinWords } from '#theo/engine/words.js';
import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot, NativeModel } from '#theo/native.js';
import { plainRequest } from './decode-request.ts';

/** A word as a decode gives it; tokens are made up from its text. */
export interface FakeWord {
  readonly text: string;
  /** Default: true. */
  readonly spaceBefore?: boolean;
  readonly probability?: number;
  /** Default: not timed. */
  readonly startSeconds?: number;
  readonly endSeconds?: number;
}

/** The result of a decode that heard these words. */
export function heard(
  words: string | readonly FakeWord[],
  overrides: Partial<NativeDecodeResult> = {},
): NativeDecodeResult {
  const list = (typeof words === 'string' ? words.split(' ').filter(Boolean).map(toWord) : words).map(
    (word) => ({ spaceBefore: true, probability: 0.9, startSeconds: null, endSeconds: null, ...word }),
  );
  return {
    outcome: 'done',
    tokens: new Int32Array(),
    words: list.map((word) => ({
      ...word,
      tokens: Int32Array.from(word.text, (letter) => letter.codePointAt(0) ?? 0),
    })),
    text: joinWords(list),
    segments: [],
    language: 'en',
    languageProbability: 0.99,
    noSpeechProbability: null,
    avgLogProbability: -0.1,
    truncated: 'none',
    encodedPositions: 0,
    decoderPasses: 0,
    decoderTokens: 0,
    timings: { melMs: 0, encodeMs: 0, decodeMs: 0, alignMs: 0 },
    ...overrides,
  };
}

function toWord(text: string): FakeWord {
  return { text };
}

/** A decode slot whose answers the test gives. Like the native one it refuses a second batch at a time. */
export class FakeSlot implements NativeDecodeSlot {
  readonly requests: NativeDecodeRequest[] = [];
  aborts = 0;
  isClosed = false;
  /** By their place in the batch. */
  readonly #running = new Map<number, Running>();

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Those that run. */
  get running(): readonly NativeDecodeRequest[] {
    return [...this.#running.values()].map(({ request }) => request);
  }

  /** The request that came last. */
  get request(): NativeDecodeRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('nothing was decoded yet');
    return request;
  }

  decode(requests: readonly NativeDecodeRequest[]): readonly Promise<NativeDecodeResult>[] {
    if (this.isClosed) throw new Error('slot_closed');
    if (this.isBusy) throw new Error('slot_busy');
    this.requests.push(...requests);
    return requests.map((request, place) => {
      const { promise, resolve, reject } = deferred<NativeDecodeResult>();
      this.#running.set(place, { request, resolve, reject });
      return promise;
    });
  }

  abort(place?: number): void {
    for (const each of place === undefined ? [...this.#running.keys()] : [place]) {
      if (!this.#running.has(each)) continue;
      this.aborts += 1;
      this.#take(each).resolve(heard('', { outcome: 'aborted' }));
    }
  }

  close(): void {
    this.abort();
    this.isClosed = true;
  }

  /** Lets a running decode end: the first one, or this one. */
  async finish(result: NativeDecodeResult = heard(''), request = this.running[0]): Promise<void> {
    this.#take(this.#placeOf(request)).resolve(result);
    await settled();
  }

  async fail(message: string, request = this.running[0]): Promise<void> {
    this.#take(this.#placeOf(request)).reject(new Error(message));
    await settled();
  }

  #placeOf(request: NativeDecodeRequest | undefined): number {
    for (const [place, running] of this.#running) if (running.request === request) return place;
    throw new Error('no such decode is running');
  }

  #take(place: number): Running {
    const running = this.#running.get(place);
    if (!running) throw new Error('no decode is running');
    this.#running.delete(place);
    return running;
  }
}

interface Running {
  readonly request: NativeDecodeRequest;
  resolve(result: NativeDecodeResult): void;
  reject(error: Error): void;
}

/** A model of which only the tokenizer matters: a token a character. */
export const fakeModel: NativeModel = {
  isMultilingual: true,
  audioContext: 1500,
  textContext: 448,
  vocabularySize: 51_865,
  memoryBytes: 0,
  device: 'CPU',
  knowsLanguage: () => true,
  tokenize: (text) => Int32Array.from(text, (letter) => letter.codePointAt(0) ?? 0),
  close: () => {},
};

/** A request of which only its name, in `maxTokens`, matters. */
export function namedRequest(name: number): NativeDecodeRequest {
  return { ...plainRequest, maxTokens: name };
}

/** After everything that is already due has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
