import type { Hop } from '../audio/preprocessor.ts';
import type { Clock } from '../clock.ts';
import { EngineError } from '../engine/errors.ts';
import { retryDelaysMs } from '../engine/limits.ts';
import type { EarlierSpeech, EngineEvent, EngineStream, Transcript } from '../engine/types.ts';
import { messageOf } from '../errors.ts';
import type { RecognitionSettings } from './recognition-settings.ts';

/** Silent hops that still belong to the speech before them: a final consonant's release. */
const tailHops = 2;

/** Opens engine streams for an utterance, and times the waits between its tries. */
export interface UtteranceEngine {
  openStream(): EngineStream;
  readonly clock: Clock;
}

export interface UtteranceHandlers {
  /** The newest hypothesis; only between `confirm` and the final. */
  onPartial(utterance: Utterance, text: string): void;
  /** `speech`: see `EngineEvent`; it belongs to the handler. */
  onFinal(utterance: Utterance, transcript: Transcript, speech: EarlierSpeech | null): void;
  /** The engine failed; with `replaying` the utterance goes on by itself, else it is over without a final. */
  onError(utterance: Utterance, error: EngineError, replaying: boolean): void;
}

/**
 * One stretch of speech on its way through the engine. It keeps its audio until the final is there, so that
 * an engine that fails can be given all of it again.
 */
export class Utterance {
  /** First sample of the audio given to the engine, pre-roll included. */
  readonly audioStartSample: number;
  /** Where speech began. */
  startSample: number;
  /** Where speech ended; set by `end`. */
  endSample = 0;
  /** The settings at the end of its speech: its final is written by them. */
  settings: RecognitionSettings | undefined;
  readonly #engine: UtteranceEngine;
  readonly #handlers: UtteranceHandlers;
  readonly #written: Float32Array[] = [];
  #heldBack: Float32Array[] = [];
  /** None while it waits for another try. */
  #stream: EngineStream | undefined;
  #isConfirmed = false;
  #isPaused = false;
  #silentHops = 0;
  #newestText: string | undefined;
  #state: 'open' | 'flushing' | 'over' = 'open';
  #replays = 0;
  #writtenSamples = 0;
  #cancelReplay: () => void = () => {};

  /** @param beginning audio from the pre-roll on, up to now; may be empty right after another utterance. */
  constructor(
    engine: UtteranceEngine,
    startSample: number,
    beginning: readonly Hop[],
    handlers: UtteranceHandlers,
  ) {
    this.#engine = engine;
    this.#handlers = handlers;
    this.startSample = startSample;
    this.audioStartSample = beginning[0]?.startSample ?? startSample;
    this.#listen(engine.openStream());
    for (const hop of beginning) this.#write(hop.samples);
  }

  /** True until its final, its failure or `cancel`. */
  get isLive(): boolean {
    return this.#state !== 'over';
  }

  /** Whether the detector is sure that it is speech. */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  /** The sample after the last that the engine was given. */
  get audioEndSample(): number {
    return this.audioStartSample + this.#writtenSamples;
  }

  /** Audio whose text is still to come, in samples. */
  get owedSamples(): number {
    return this.isLive ? this.#writtenSamples : 0;
  }

  /** The detector is sure that it is speech: partials are reported from now on. */
  confirm(startSample: number): void {
    this.startSample = startSample;
    this.#isConfirmed = true;
    if (this.#newestText !== undefined) this.#handlers.onPartial(this, this.#newestText);
  }

  /** Takes the next hop; in a pause all but the first few wait until speech goes on. */
  add(hop: Hop): void {
    if (this.#state !== 'open') return;
    if (!this.#isPaused) {
      this.#write(hop.samples);
      return;
    }
    this.#silentHops++;
    if (this.#silentHops <= tailHops) this.#write(hop.samples);
    else this.#heldBack.push(hop.samples);
    if (this.#silentHops === tailHops) this.#stream?.anticipateFlush();
  }

  pause(): void {
    this.#isPaused = true;
    this.#silentHops = 0;
  }

  resume(): void {
    this.#isPaused = false;
    for (const samples of this.#heldBack.splice(0)) this.#write(samples);
  }

  /** Speech is over: the final follows. */
  end(endSample: number): void {
    if (this.#state !== 'open') return;
    this.#state = 'flushing';
    this.endSample = endSample;
    this.#heldBack = [];
    this.#stream?.flush();
  }

  /** Drops it: no event follows. Idempotent. */
  cancel(): void {
    if (this.#state === 'over') return;
    this.#finish();
    this.#stream?.cancel();
  }

  #write(samples: Float32Array): void {
    this.#written.push(samples);
    this.#writtenSamples += samples.length;
    this.#stream?.write(samples);
  }

  #listen(stream: EngineStream): void {
    this.#stream = stream;
    const isOurs = (): boolean => stream === this.#stream && this.#state !== 'over';
    const read = async (): Promise<void> => {
      try {
        for await (const event of stream.events) {
          if (isOurs()) this.#take(event);
          else if (event.type === 'final') event.speech?.close();
        }
        if (isOurs()) this.#giveUp(new Error('the engine ended without a final'));
      } catch (error) {
        if (isOurs()) this.#giveUp(error);
      }
    };
    void read();
  }

  #take(event: EngineEvent): void {
    try {
      this.#obey(event);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #obey(event: EngineEvent): void {
    switch (event.type) {
      case 'partial':
        this.#newestText = event.text;
        if (this.#isConfirmed) this.#handlers.onPartial(this, event.text);
        break;
      case 'final':
        this.#finish();
        this.#handlers.onFinal(this, event.transcript, event.speech);
        break;
      case 'error':
        this.#recover(event.error);
        break;
    }
  }

  #recover(error: EngineError): void {
    const delayMs = error.recoverable ? retryDelaysMs[this.#replays] : undefined;
    const replaying = delayMs !== undefined;
    if (!replaying) this.#finish();
    this.#handlers.onError(this, error, replaying);
    if (!replaying || !this.isLive) return;
    this.#replays++;
    this.#stream = undefined;
    if (delayMs === 0) this.#replay();
    else this.#cancelReplay = this.#engine.clock.schedule(delayMs, () => this.#replay());
  }

  #replay(): void {
    try {
      const stream = this.#engine.openStream();
      this.#listen(stream);
      for (const samples of this.#written) stream.write(samples);
      if (this.#state === 'flushing') stream.flush();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #giveUp(cause: unknown): void {
    const message = messageOf(cause);
    this.#finish();
    this.#stream?.cancel();
    const error = new EngineError('internal_error', message, { recoverable: false, cause });
    this.#handlers.onError(this, error, false);
  }

  #finish(): void {
    this.#state = 'over';
    this.#cancelReplay();
    this.#written.length = 0;
    this.#heldBack = [];
  }
}
