import { joinWords } from '#theo/engine/words.js';
import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot, NativeModel } from '#theo/native.js';
import { plainRequest } from './decode-request.ts';

/** A word as a decode gives it; tokens are made up from its text. */
export interface FakeWord {
  readonly text: string;
  /** Default: true. */
  readonly spaceBefore?: boolean;
  readonly probability?: number;
}

/** The result of a decode that heard these words. */
export function heard(
  words: string | readonly FakeWord[],
  overrides: Partial<NativeDecodeResult> = {},
): NativeDecodeResult {
  const list = (typeof words === 'string' ? words.split(' ').filter(Boolean).map(toWord) : words).map(
    (word) => ({ spaceBefore: true, probability: 0.9, ...word }),
  );
  return {
    outcome: 'done',
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
    timings: { melMs: 0, encodeMs: 0, decodeMs: 0 },
    ...overrides,
  };
}

function toWord(text: string): FakeWord {
  return { text };
}

/** A decode slot whose answers the test gives. Like the native one it refuses a second decode at a time. */
export class FakeSlot implements NativeDecodeSlot {
  readonly requests: NativeDecodeRequest[] = [];
  aborts = 0;
  isClosed = false;
  #running: { resolve(result: NativeDecodeResult): void; reject(error: Error): void } | undefined;

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** The request that runs or ran last. */
  get request(): NativeDecodeRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('nothing was decoded yet');
    return request;
  }

  decode(request: NativeDecodeRequest): Promise<NativeDecodeResult> {
    if (this.isClosed) throw new Error('slot_closed');
    if (this.#running) throw new Error('slot_busy');
    this.requests.push(request);
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject };
    });
  }

  abort(): void {
    if (!this.#running) return;
    this.aborts += 1;
    this.#take().resolve(heard('', { outcome: 'aborted' }));
  }

  close(): void {
    this.abort();
    this.isClosed = true;
  }

  /** Lets the running decode end. */
  async finish(result: NativeDecodeResult = heard('')): Promise<void> {
    this.#take().resolve(result);
    await settled();
  }

  async fail(message: string): Promise<void> {
    this.#take().reject(new Error(message));
    await settled();
  }

  #take(): { resolve(result: NativeDecodeResult): void; reject(error: Error): void } {
    const running = this.#running;
    if (!running) throw new Error('no decode is running');
    this.#running = undefined;
    return running;
  }
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
