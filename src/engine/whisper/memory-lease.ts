import type { NativeUtteranceMemory } from '../../native.ts';
import type { EarlierSpeech } from '../types.ts';
import type { Remembered } from './decode-requests.ts';
import { WhisperSpeech } from './whisper-speech.ts';

/**
 * The memory of an utterance's decodes. An utterance that continues earlier speech borrows the memory of that speech,
 * any other has one of its own. It is taken or opened by the first decode.
 */
export class MemoryLease {
  readonly #open: () => NativeUtteranceMemory;
  #lender: WhisperSpeech | null;
  /** null: it could not be opened. Decodes then take longer and give the same text. */
  #memory: NativeUtteranceMemory | null | undefined;
  /** How much of the audio, as `heardAudio` gives it, the memory covers. */
  #learnedSamples: number;

  /**
   * @param open opens a memory; it may fail.
   * @param earlier the earlier speech, if any.
   * @param earlierSamples how much of the audio is earlier speech; 0: nothing is continued.
   */
  constructor(open: () => NativeUtteranceMemory, earlier: EarlierSpeech | null, earlierSamples: number) {
    this.#open = open;
    this.#lender = earlier instanceof WhisperSpeech && earlierSamples > 0 ? earlier : null;
    this.#learnedSamples = this.#lender ? earlierSamples : 0;
  }

  /** For a decode of a growing utterance: afterwards the memory covers all audio of that decode. */
  forPartial(): Remembered {
    const remembered = { memory: this.#take(), samples: this.#learnedSamples };
    this.#learnedSamples = Number.POSITIVE_INFINITY;
    return remembered;
  }

  /** For a decode of the whole utterance in one go: uses the memory of the earlier speech only. */
  forFinal(earlierSamples: number): Remembered {
    return { memory: this.#take(), samples: Math.min(earlierSamples, this.#learnedSamples) };
  }

  /** The utterance continues nothing any more: what the memory holds is of no use. */
  forget(): void {
    this.#lender = null;
    this.#learnedSamples = 0;
  }

  /** Hands the memory over. */
  release(): NativeUtteranceMemory | null {
    const memory = this.#memory ?? null;
    this.#memory = null;
    return memory;
  }

  /** Gives a lent memory back and closes an own one. Idempotent. */
  close(): void {
    const memory = this.release();
    if (memory && this.#lender) this.#lender.returnMemory(memory);
    else memory?.close();
  }

  #take(): NativeUtteranceMemory | null {
    if (this.#memory === undefined) {
      const lent = this.#lender?.takeMemory();
      // The earlier speech has no memory: nothing is covered.
      if (!lent) this.#learnedSamples = 0;
      try {
        this.#memory = lent ?? this.#open();
      } catch {
        this.#memory = null;
      }
    }
    return this.#memory;
  }
}
