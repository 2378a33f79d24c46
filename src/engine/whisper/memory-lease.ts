import type { NativeUtteranceMemory } from '../../native.ts';
import type { EarlierSpeech } from '../types.ts';
import type { Remembered } from './decode-requests.ts';
import { WhisperSpeech } from './whisper-speech.ts';

/**
 * The memory of an utterance's decodes: that of the speech which the utterance continues, lent by it, or one of its
 * own. Taken or opened by the first decode.
 */
export class MemoryLease {
  readonly #open: () => NativeUtteranceMemory;
  #lender: WhisperSpeech | null;
  /** null: none was to be had, decodes then cost more and say the same. */
  #memory: NativeUtteranceMemory | null | undefined;
  /** How much the memory has learned of the audio as it is heard now: see `heardAudio`. */
  #learnedSamples: number;

  /**
   * @param open opens a memory; it may fail.
   * @param earlier what is continued, or could have been.
   * @param earlierSamples how much of the audio that is; 0: nothing is continued.
   */
  constructor(open: () => NativeUtteranceMemory, earlier: EarlierSpeech | null, earlierSamples: number) {
    this.#open = open;
    this.#lender = earlier instanceof WhisperSpeech && earlierSamples > 0 ? earlier : null;
    this.#learnedSamples = this.#lender ? earlierSamples : 0;
  }

  /** For a decode that goes on where the last one was: the memory learns all that it hears. */
  forPartial(): Remembered {
    const remembered = { memory: this.#take(), samples: this.#learnedSamples };
    this.#learnedSamples = Number.POSITIVE_INFINITY;
    return remembered;
  }

  /** For a decode that hears all of the utterance in one go, behind `earlierSamples`. */
  forFinal(earlierSamples: number): Remembered {
    return { memory: this.#take(), samples: Math.min(earlierSamples, this.#learnedSamples) };
  }

  /** The utterance continues nothing any more: what the memory has learned so far is of no use. */
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
      // Speech without a memory: nothing of it has been learned.
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
