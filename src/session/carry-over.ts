import type { EarlierSpeech, StreamOptions, Transcript } from '../engine/types.ts';
import { sampleRateHz } from '../native.ts';

/** Speech after a longer pause continues nothing. */
const maxPauseSamples = 0.8 * sampleRateHz;
/** Longer speech is not carried over: together with the new utterance it would soon outgrow the model's window. */
const maxEarlierSamples = 20 * sampleRateHz;

/** What an utterance takes over from earlier ones. */
export type Context = Pick<StreamOptions, 'earlier' | 'prompt'>;

/**
 * What a session carries over from one utterance to the next. A sentence may go on after a short pause: the next
 * utterance is then decoded together with the speech before it. After a long pause it only gets the last text as a
 * prompt.
 */
export class CarryOver {
  #speech: EarlierSpeech | null = null;
  /** The prompt of the first utterance in `#speech`. */
  #promptOfSpeech = '';
  #endSample = 0;
  #breakSample = 0;
  #lastText = '';
  readonly #takesPrompts: boolean;

  /** @param takesPrompts whether the engine uses earlier speech and text: see `EngineTraits`. */
  constructor(takesPrompts: boolean) {
    this.#takesPrompts = takesPrompts;
  }

  /** The context of an utterance that continues nothing. */
  get anew(): Context {
    return { earlier: null, prompt: this.#lastText };
  }

  /**
   * The context of an utterance right behind the one that was kept last.
   * @param onsetSample where it begins.
   * @param language ISO 639-1, or null: whatever was spoken before.
   */
  contextAt(onsetSample: number, language: string | null): Context {
    this.passTo(onsetSample);
    const speech = this.#speech;
    if (speech === null || speech.samples.length > maxEarlierSamples) return this.anew;
    if (language !== null && language !== speech.language) return this.anew;
    return { earlier: speech, prompt: this.#promptOfSpeech };
  }

  /**
   * Keeps what the next utterance needs of the last one. An empty transcript changes nothing.
   * @param context that of the utterance.
   */
  keep(transcript: Transcript, speech: EarlierSpeech | null, context: Context, endSample: number): void {
    if (transcript.text === '' || !this.#takesPrompts) {
      speech?.close();
      return;
    }
    this.#lastText = transcript.text;
    this.close();
    if (endSample <= this.#breakSample) speech?.close();
    else this.#speech = speech;
    this.#promptOfSpeech = context.prompt;
    this.#endSample = endSample;
  }

  /** No speech has come up to here: after a long pause only the text is kept. */
  passTo(sample: number): void {
    if (sample > this.#endSample + maxPauseSamples) this.close();
  }

  /** Audio is missing here: speech behind this sample does not continue the speech before it. */
  breakAt(sample: number): void {
    this.#breakSample = sample;
    this.close();
  }

  /** Frees what is kept. Idempotent. */
  close(): void {
    this.#speech?.close();
    this.#speech = null;
  }
}
