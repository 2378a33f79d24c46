import type { Hop } from '../audio/preprocessor.ts';
import type { EngineError } from '../engine/errors.ts';
import type { EarlierSpeech, SpeechEngine, Transcript } from '../engine/types.ts';
import { hopSamples, sampleRateHz } from '../native.ts';
import type { ServerEvent } from '../protocol/events.ts';
import type { DetectorEvent } from '../vad/detector-types.ts';
import type { ArrivalTimes } from './arrival-times.ts';
import type { AudioTimeline } from './audio-timeline.ts';
import { CarryOver, type Context } from './carry-over.ts';
import { HopHistory } from './hop-history.ts';
import type { SessionParts } from './parts.ts';
import { preRollSamples } from './pre-roll.ts';
import type { RecognitionSettings } from './recognition-settings.ts';
import { SpokenLanguage } from './spoken-language.ts';
import { Utterance } from './utterance.ts';
import { UtteranceQueue } from './utterance-queue.ts';

/** The detector dates an onset back by up to 128 ms from the start of a hop of 32 ms. */
const historySamples = preRollSamples + 0.2 * sampleRateHz;

/** An engine that fails for good on less audio does not get the rest of that speech: it would fail again at once. */
const minLostSamples = sampleRateHz;

export interface UtteranceTrackerParts
  extends Pick<SessionParts, 'postProcess' | 'metrics' | 'log' | 'clock'> {
  readonly engine: SpeechEngine;
  readonly sessionId: string;
}

/**
 * Turns the detector's decisions into utterances, gives them their audio, and sends the engine's results as events, in
 * the order in which the utterances were spoken.
 */
export class UtteranceTracker {
  readonly #parts: UtteranceTrackerParts;
  readonly #timeline: AudioTimeline;
  readonly #arrivals: ArrivalTimes;
  readonly #send: (event: ServerEvent) => void;
  readonly #history = new HopHistory(historySamples);
  readonly #queue: UtteranceQueue;
  #settings: RecognitionSettings;
  readonly #carryOver: CarryOver;
  readonly #spokenLanguage = new SpokenLanguage();
  #current: Utterance | undefined;
  /** The utterance that ended last. */
  #previous: Utterance | undefined;
  /** Where the present pause within speech began. */
  #silentSince: number | undefined;
  /** Whether speech whose utterance was lost becomes the next utterance if it goes on. */
  #mayGoOn = false;
  /** Audio before this sample has gone to an utterance already. */
  #consumedSample = 0;
  #finals = 0;
  /** The last utterance of which a partial was sent. */
  #partlyTold: Utterance | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(
    parts: UtteranceTrackerParts,
    settings: RecognitionSettings,
    timeline: AudioTimeline,
    arrivals: ArrivalTimes,
    send: (event: ServerEvent) => void,
  ) {
    this.#parts = parts;
    this.#settings = settings;
    this.#timeline = timeline;
    this.#arrivals = arrivals;
    this.#send = send;
    this.#carryOver = new CarryOver(parts.engine.traits.takesPrompts);
    this.#queue = new UtteranceQueue(send);
  }

  /** Finals sent so far; also the id of the next segment. */
  get finals(): number {
    return this.#finals;
  }

  /** Speech that waits behind a late final, in samples. */
  get waitingSamples(): number {
    return this.#queue.waitingSamples;
  }

  /**
   * Changes the settings. The engine gets language, hot words and whether partials are wanted when an utterance begins,
   * so these count from the next one on. Partials that are not wanted stop at once. A final is written by the settings
   * at the end of its speech.
   */
  configure(settings: RecognitionSettings): void {
    if (settings.language !== this.#settings.language) this.#spokenLanguage.forget();
    this.#settings = settings;
  }

  /** Takes a hop and the detector's events about it. */
  onDecision(hop: Hop, events: readonly DetectorEvent[]): void {
    this.#history.add(hop);
    let added = false;
    const addHop = (): void => {
      if (!added) this.#current?.add(hop);
      added = true;
    };
    for (const event of events) {
      if (event.type === 'speech_end') addHop();
      const hadCurrent = this.#current !== undefined;
      this.#obey(event);
      // A new utterance has got this hop with the history.
      if (!hadCurrent && this.#current !== undefined) added = true;
    }
    addHop();
    if (this.#current === undefined) this.#goOn();
    if (this.#queue.isEmpty) this.#carryOver.passTo(hop.startSample);
  }

  /** Takes the events of a `commit` or `flush`. Speech after a flush does not continue the speech before it. */
  onForced(events: readonly DetectorEvent[], reason: 'commit' | 'flush'): void {
    for (const event of events) this.#obey(event);
    if (reason === 'commit') return;
    this.#consumedSample = this.#history.endSample;
    this.#carryOver.breakAt(this.#history.endSample);
  }

  #obey(event: DetectorEvent): void {
    if (event.type !== 'pause') this.#silentSince = undefined;
    switch (event.type) {
      case 'onset':
        this.#openUtterance(event.sample);
        break;
      case 'onset_dismissed':
        this.#dismissUtterance();
        break;
      case 'speech_start':
        this.#confirmUtterance(event.sample);
        break;
      case 'pause':
        this.#silentSince = event.sample;
        if (!this.#parts.engine.traits.streamsNatively) this.#current?.pause();
        break;
      case 'resume':
        this.#current?.resume();
        this.#goOn();
        break;
      case 'speech_end':
        this.#endUtterance(event.sample);
        break;
    }
  }

  #openUtterance(onsetSample: number): Utterance {
    const settings = this.#settings;
    const beginning = this.#history.since(Math.max(onsetSample - preRollSamples, this.#consumedSample));
    const leadInSamples = Math.max(0, onsetSample - (beginning[0]?.startSample ?? onsetSample));
    // While an earlier final is missing, the speech before is not complete.
    const context = this.#queue.isEmpty
      ? this.#carryOver.contextAt(onsetSample, settings.language)
      : this.#carryOver.anew;
    const { engine, clock } = this.#parts;
    const options = {
      session: this.#parts.sessionId,
      language: settings.language,
      expectedLanguage: this.#spokenLanguage.expected,
      ...context,
      hotWords: settings.hotWords.phrases,
      enablePartials: settings.enablePartials,
      leadInSamples,
    };
    const utterance = new Utterance(
      { openStream: () => engine.openStream(options), clock },
      onsetSample,
      beginning,
      {
        onPartial: (source, text) => this.#onPartial(source, text),
        onFinal: (source, transcript, speech) => {
          this.#carry(source, transcript, speech, context);
          this.#spokenLanguage.note(transcript, source.endSample - source.startSample);
          this.#onFinal(source, transcript);
        },
        onError: (source, error, replaying) => this.#onEngineError(source, error, replaying),
      },
    );
    this.#current = utterance;
    this.#queue.add(utterance);
    return utterance;
  }

  #dismissUtterance(): void {
    const utterance = this.#current;
    this.#current = undefined;
    if (!utterance) return;
    utterance.cancel();
    this.#removeFromQueue(utterance);
  }

  #confirmUtterance(startSample: number): void {
    const utterance = this.#current ?? this.#openUtterance(startSample);
    this.#parts.metrics.vadEvent('speech_start');
    const timestampMs = this.#timeline.toMs(startSample);
    this.#queue.send(utterance, () => ({ type: 'vad.speech_start', timestamp_ms: timestampMs }));
    utterance.confirm(startSample);
  }

  #endUtterance(endSample: number): void {
    const utterance = this.#current;
    this.#current = undefined;
    this.#mayGoOn = false;
    if (!utterance) return;
    this.#previous = utterance;
    this.#consumedSample = utterance.audioEndSample;
    utterance.settings = this.#settings;
    utterance.end(endSample);
  }

  /** Opens another utterance for speech that goes on after its utterance was lost: it begins with the newest hop. */
  #goOn(): void {
    if (!this.#mayGoOn || this.#silentSince !== undefined) return;
    this.#mayGoOn = false;
    this.#confirmUtterance(Math.max(this.#consumedSample, this.#history.endSample - hopSamples));
  }

  #onPartial(utterance: Utterance, text: string): void {
    // Behind a late final, a partial would be outdated when its turn comes.
    if (!this.#settings.enablePartials || !this.#queue.isFirst(utterance)) return;
    if (this.#partlyTold !== utterance) {
      this.#partlyTold = utterance;
      this.#parts.metrics.firstPartial(this.#secondsSince(utterance.startSample));
    }
    this.#send({
      type: 'transcript.partial',
      text,
      segment_id: this.#finals,
      timestamp_ms: this.#timeline.toMs(this.#history.endSample),
    });
  }

  #carry(utterance: Utterance, transcript: Transcript, speech: EarlierSpeech | null, context: Context): void {
    // If the next utterance has ended already, its context is settled.
    if (utterance === this.#previous) {
      this.#carryOver.keep(transcript, speech, context, utterance.endSample);
    } else speech?.close();
  }

  #onFinal(utterance: Utterance, transcript: Transcript): void {
    const { startSample, endSample, audioStartSample } = utterance;
    const offsetMs = this.#timeline.toMs(audioStartSample);
    const { enableItn, hotWords } = utterance.settings ?? this.#settings;
    const options = { language: transcript.language, enableItn, hotWords: hotWords.weighted };
    const text = this.#parts.postProcess(transcript.text, options, this.#parts.log);
    this.#queue.send(utterance, () => {
      const delaySeconds = this.#secondsSince(endSample);
      this.#parts.metrics.final(delaySeconds, transcript.confidence);
      this.#parts.log.debug({ segmentId: this.#finals, delayMs: Math.round(1000 * delaySeconds) }, 'final');
      return {
        type: 'transcript.final',
        text,
        segment_id: this.#finals++,
        start_ms: this.#timeline.toMs(startSample),
        end_ms: this.#timeline.toMs(endSample),
        language: transcript.language,
        confidence: Math.min(1, Math.max(0, transcript.confidence)),
        words:
          transcript.words?.map((word) => ({
            word: word.word,
            start: (offsetMs + word.startMs) / 1000,
            end: (offsetMs + word.endMs) / 1000,
          })) ?? null,
      };
    });
    this.#sendSpeechEnd(utterance);
    this.#removeFromQueue(utterance);
  }

  #onEngineError(utterance: Utterance, error: EngineError, replaying: boolean): void {
    this.#parts.log.warn({ code: error.code, err: error, replaying }, 'the engine failed on an utterance');
    const wasCurrent = this.#current === utterance;
    if (!replaying && wasCurrent) this.#current = undefined;
    if (!replaying && !utterance.isConfirmed) {
      // It may be no speech at all. If it is, its confirmation opens a new utterance.
      this.#removeFromQueue(utterance);
      return;
    }
    this.#parts.metrics.recovery(replaying ? 'replayed' : 'lost');
    this.#queue.send(utterance, () => ({
      type: 'error',
      code: error.code === 'cancelled' ? 'internal_error' : error.code,
      message: error.message,
      // A worker may come back. An engine that failed on every try would fail on this audio again.
      recoverable: replaying || error.code === 'worker_unavailable',
      resume_segment_id: replaying ? this.#finals : null,
    }));
    if (replaying) return;
    if (wasCurrent) {
      utterance.endSample = this.#silentSince ?? this.#history.endSample;
      this.#consumedSample = utterance.audioEndSample;
      this.#mayGoOn =
        error.recoverable || this.#consumedSample - utterance.audioStartSample >= minLostSamples;
    }
    this.#sendSpeechEnd(utterance);
    this.#removeFromQueue(utterance);
  }

  #sendSpeechEnd(utterance: Utterance): void {
    this.#parts.metrics.vadEvent('speech_end');
    const endSample = Math.max(utterance.endSample, utterance.startSample);
    const timestampMs = this.#timeline.toMs(endSample);
    this.#queue.send(utterance, () => ({ type: 'vad.speech_end', timestamp_ms: timestampMs }));
  }

  #removeFromQueue(utterance: Utterance): void {
    this.#queue.remove(utterance);
    if (this.#queue.isEmpty) this.#whenEmpty?.();
  }

  #secondsSince(sample: number): number {
    return Math.max(0, this.#parts.clock.nowMs() - this.#arrivals.of(sample)) / 1000;
  }

  /** Resolves when no utterance is open any more. */
  async drain(): Promise<void> {
    if (this.#queue.isEmpty) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  /** Drops every utterance: no event follows. */
  close(): void {
    for (const utterance of this.#queue.clear()) utterance.cancel();
    this.#carryOver.close();
    this.#whenEmpty?.();
  }
}
