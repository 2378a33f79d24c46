import type { ClassifierStream, SpeechClassifier } from '#theo/vad/classifier.js';

interface Pending {
  readonly window: Float32Array;
  readonly resolve: (probability: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A classifier whose answers the test gives; `log` tells what it was asked. A window's first sample is its name. */
export class FakeClassifier implements SpeechClassifier {
  readonly log: string[] = [];
  #pending: Pending | undefined;

  openStream(): ClassifierStream {
    return {
      classify: (window) => {
        this.log.push(`classify ${window[0]}`);
        return new Promise((resolve, reject) => {
          this.#pending = { window, resolve, reject };
        });
      },
      skip: (window) => this.log.push(`skip ${window[0]}`),
      reset: () => this.log.push('reset'),
      close: () => this.log.push('close'),
    };
  }

  async close(): Promise<void> {}

  get isAsked(): boolean {
    return this.#pending !== undefined;
  }

  /** Answers the pending window. */
  async answer(probability: number): Promise<void> {
    this.#take().resolve(probability);
    await settled();
  }

  async fail(error: unknown): Promise<void> {
    this.#take().reject(error);
    await settled();
  }

  #take(): Pending {
    const pending = this.#pending;
    if (!pending) throw new Error('no window is waiting for an answer');
    this.#pending = undefined;
    return pending;
  }
}

/** After everything that is already due has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
