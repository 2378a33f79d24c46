import type { NativeUtteranceMemory } from '../../native.ts';
import type { EarlierSpeech } from '../types.ts';

/** Earlier speech with the memory of its decodes, so that nothing of it has to be encoded again. */
export class WhisperSpeech implements EarlierSpeech {
  readonly samples: Float32Array;
  readonly text: string;
  readonly language: string;
  #memory: NativeUtteranceMemory | null;
  #isClosed = false;

  /** @param memory of decodes of `samples`, perhaps with more audio behind; this object closes it. */
  constructor(
    speech: Pick<EarlierSpeech, 'samples' | 'text' | 'language'>,
    memory: NativeUtteranceMemory | null,
  ) {
    this.samples = speech.samples;
    this.text = speech.text;
    this.language = speech.language;
    this.#memory = memory;
  }

  /** Hands the memory over; null when there is none. */
  takeMemory(): NativeUtteranceMemory | null {
    const memory = this.#memory;
    this.#memory = null;
    return memory;
  }

  /** Takes the memory back; decodes of more than `samples` may have been added to it. */
  returnMemory(memory: NativeUtteranceMemory): void {
    if (this.#isClosed || this.#memory) memory.close();
    else this.#memory = memory;
  }

  close(): void {
    this.#isClosed = true;
    this.#memory?.close();
    this.#memory = null;
  }
}
