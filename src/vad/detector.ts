import { hopSamples, sampleRateHz } from '../native.ts';
import type { VadSensitivity } from '../protocol/session-config.ts';
import { type DetectorEvent, type DetectorOptions, defaultDetectorOptions } from './detector-types.ts';
import { SoundEdges } from './sound-edges.ts';

const speechFrom: Readonly<Record<VadSensitivity, number>> = { high: 0.3, normal: 0.5, low: 0.7 };
const hysteresis = 0.15;
/** As long as the closure of a stop consonant: silence up to this does not dismiss an onset. */
const maxDipSamples = 2 * hopSamples;

/** One classified hop. */
export interface DetectorInput {
  /** Counted from the session's start; hops follow each other without gaps. */
  readonly startSample: number;
  readonly rmsDbfs: number;
  /** Of speech, 0..1; 0 for what the pre-filter took for silence. */
  readonly probability: number;
}

type Silence = { readonly phase: 'silence' };
/** Speech since `start`, not long enough to be sure. */
type Candidate = {
  readonly phase: 'candidate';
  readonly start: number;
  readonly silentSince: number | undefined;
};
type Speech = { readonly phase: 'speech'; readonly start: number; readonly silentSince: number | undefined };
/** A segment was ended by force at `cut`; speech that goes on is the next one. */
type Cut = {
  readonly phase: 'cut';
  readonly cut: number;
  readonly silentSince: number | undefined;
  readonly needsDebounce: boolean;
};

const silence: Silence = { phase: 'silence' };
const nothing: readonly DetectorEvent[] = [];

/**
 * Makes segments of speech from a probability for each hop. Time is counted in samples.
 *
 * A hop is speech from the sensitivity's threshold on, and stays so down to 0.15 below it. Speech is confirmed
 * `minSpeechMs` after it began, with dips of up to 64 ms; it is over after `silenceTimeoutMs` of silence, and is cut
 * before it gets longer than `maxSegmentDurationMs`. The level, not the classifier, says where speech and silence
 * begin: see SoundEdges.
 */
export class SpeechDetector {
  #options: DetectorOptions;
  #state: Silence | Candidate | Speech | Cut = silence;
  readonly #edges = new SoundEdges();
  /** The sample after the last hop. */
  #position = 0;
  /** The sample after the last segment, or after what was heard and dismissed. */
  #settledUntil = 0;

  constructor(options: Partial<DetectorOptions> = {}) {
    this.#options = { ...defaultDetectorOptions, ...options };
  }

  /** True while there is no speech and none is in doubt. */
  get isIdle(): boolean {
    return this.#state.phase === 'silence';
  }

  /** Changes options from the next hop on, in the middle of speech too. */
  configure(options: Partial<DetectorOptions>): void {
    this.#options = { ...this.#options, ...options };
  }

  /** Takes the next hop. */
  step(hop: DetectorInput): readonly DetectorEvent[] {
    const isSpeech = hop.probability >= this.#threshold();
    this.#position = hop.startSample + hopSamples;
    const events = this.#advance(hop.startSample, isSpeech);
    this.#edges.observe(hop, this.isIdle);
    return events;
  }

  /**
   * Ends confirmed speech now, at the start of its pause if there is one. What goes on is a new segment that begins
   * there, once it is confirmed like any other. A no-op outside speech.
   */
  commit(): readonly DetectorEvent[] {
    return this.#state.phase === 'speech' ? this.#cut(this.#state, true) : nothing;
  }

  /** The audio is over: ends speech, dismisses what is in doubt. */
  flush(): readonly DetectorEvent[] {
    const state = this.#state;
    this.#settle(this.#position);
    if (state.phase === 'candidate') return [{ type: 'onset_dismissed' }];
    if (state.phase !== 'speech') return nothing;
    return [{ type: 'speech_end', sample: state.silentSince ?? this.#position }];
  }

  #threshold(): number {
    const enter = speechFrom[this.#options.sensitivity];
    const isSpeaking = this.#state.phase !== 'silence' && this.#state.silentSince === undefined;
    return isSpeaking ? enter - hysteresis : enter;
  }

  #advance(startSample: number, isSpeech: boolean): readonly DetectorEvent[] {
    const state = this.#state;
    switch (state.phase) {
      case 'silence':
        return isSpeech ? this.#begin(this.#edges.onset(startSample, this.#settledUntil)) : nothing;
      case 'candidate':
        return this.#inCandidate(state, startSample, isSpeech);
      case 'speech':
        return this.#inSpeech(state, startSample, isSpeech);
      case 'cut':
        return this.#afterCut(state, startSample, isSpeech);
    }
  }

  #begin(start: number): readonly DetectorEvent[] {
    this.#state = { phase: 'candidate', start, silentSince: undefined };
    return [{ type: 'onset', sample: start }, ...this.#confirm(start)];
  }

  #confirm(start: number): readonly DetectorEvent[] {
    if (this.#position - start < samplesOf(this.#options.minSpeechMs)) return nothing;
    this.#state = { phase: 'speech', start, silentSince: undefined };
    return [{ type: 'speech_start', sample: start }];
  }

  #inCandidate(state: Candidate, startSample: number, isSpeech: boolean): readonly DetectorEvent[] {
    if (isSpeech) {
      this.#state = { ...state, silentSince: undefined };
      return this.#confirm(state.start);
    }
    const silentSince = state.silentSince ?? startSample;
    if (this.#position - silentSince > maxDipSamples) {
      this.#settle(this.#position);
      return [{ type: 'onset_dismissed' }];
    }
    this.#state = { ...state, silentSince };
    return nothing;
  }

  #inSpeech(state: Speech, startSample: number, isSpeech: boolean): readonly DetectorEvent[] {
    const events: DetectorEvent[] = [];
    let { silentSince } = state;
    if (isSpeech && silentSince !== undefined) {
      silentSince = undefined;
      events.push({ type: 'resume' });
    } else if (!isSpeech && silentSince === undefined) {
      silentSince = this.#edges.end(startSample, state.start + hopSamples);
      events.push({ type: 'pause', sample: silentSince });
    }
    const next = { ...state, silentSince };
    this.#state = next;
    if (silentSince !== undefined && this.#isTimedOut(silentSince)) {
      this.#settle(silentSince);
      events.push({ type: 'speech_end', sample: silentSince });
    } else if (this.#position + hopSamples - state.start > samplesOf(this.#options.maxSegmentDurationMs)) {
      events.push(...this.#cut(next, false));
    }
    return events;
  }

  #cut(state: Speech, needsDebounce: boolean): readonly DetectorEvent[] {
    const cut = state.silentSince ?? this.#position;
    this.#state = { phase: 'cut', cut, silentSince: state.silentSince, needsDebounce };
    return [{ type: 'speech_end', sample: cut }];
  }

  #afterCut(state: Cut, startSample: number, isSpeech: boolean): readonly DetectorEvent[] {
    if (!isSpeech) {
      const silentSince = state.silentSince ?? startSample;
      if (this.#isTimedOut(silentSince)) this.#settle(silentSince);
      else this.#state = { ...state, silentSince };
      return nothing;
    }
    const start = state.silentSince === undefined ? state.cut : startSample;
    if (state.needsDebounce) return this.#begin(start);
    this.#state = { phase: 'speech', start, silentSince: undefined };
    return [{ type: 'speech_start', sample: start }];
  }

  #settle(until: number): void {
    this.#state = silence;
    this.#settledUntil = until;
  }

  #isTimedOut(silentSince: number): boolean {
    return this.#position - silentSince >= samplesOf(this.#options.silenceTimeoutMs);
  }
}

function samplesOf(ms: number): number {
  return Math.ceil((ms * sampleRateHz) / 1000);
}
