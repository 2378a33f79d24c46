import type { Hop } from '../audio/preprocessor.ts';
import { hopSamples } from '../native.ts';
import type { VadSensitivity } from '../protocol/session-config.ts';
import type { ClassifierStream, SpeechClassifier } from './classifier.ts';
import { SpeechDetector } from './detector.ts';
import { type DetectorEvent, type DetectorOptions, defaultDetectorOptions } from './detector-types.ts';
import { ClassifierError } from './errors.ts';
import { Prefilter } from './prefilter.ts';

/**
 * Windows without speech after which the classifier's state is reset: 5 s. After 30 s of steady noise, Silero would
 * recognize speech up to 0.7 s late.
 */
const forgetAfterWindows = 156;
const maxAttempts = 3;

/** The caller's metrics: hops that the pre-filter decided, and hops that the classifier heard. */
export interface VadCounters {
  readonly prefiltered: { increment(): void };
  readonly classified: { increment(): void };
}

export interface VadStreamHandlers {
  /** A hop has been decided; in order, each hop once. */
  readonly onDecision: (hop: Hop, events: readonly DetectorEvent[]) => void;
  /** A `commit` or `flush` took effect between two hops; `events` is empty where it changed nothing. */
  readonly onForced: (events: readonly DetectorEvent[], reason: 'commit' | 'flush') => void;
  /** The stream cannot go on; pending hops stay undecided. Called at most once. */
  readonly onError: (error: unknown) => void;
}

type Step =
  | { readonly type: 'hop'; readonly hop: Hop }
  | {
      readonly type: 'configure';
      readonly options: Partial<DetectorOptions>;
      readonly onEffect: () => void;
    }
  | { readonly type: 'commit' | 'flush' }
  | { readonly type: 'drain'; readonly resolve: () => void };

/**
 * Voice activity detection of one session: pre-filter, classifier, detector. Hops and commands take effect in the
 * order in which they came in, so the outcome depends on the audio alone, not on timing.
 */
export class VadStream {
  readonly #classifier: ClassifierStream;
  readonly #prefilter = new Prefilter();
  readonly #detector: SpeechDetector;
  readonly #handlers: VadStreamHandlers;
  readonly #counters: VadCounters | undefined;
  readonly #steps: Step[] = [];
  #sensitivity: VadSensitivity;
  #pendingHops = 0;
  /** Windows classified since the last utterance or the last reset of the classifier. */
  #idleWindows = 0;
  /** The hop that waits for the classifier. */
  #classifying: Hop | undefined;
  #attempts = 0;
  #isBusy = false;
  #isOver = false;

  /** @throws ClassifierError `vad_closed` when the classifier is closed */
  constructor(
    classifier: SpeechClassifier,
    options: Partial<DetectorOptions>,
    handlers: VadStreamHandlers,
    counters?: VadCounters,
  ) {
    const effective = { ...defaultDetectorOptions, ...options };
    this.#classifier = classifier.openStream();
    this.#detector = new SpeechDetector(effective);
    this.#sensitivity = effective.sensitivity;
    this.#handlers = handlers;
    this.#counters = counters;
  }

  /** Audio that has come in and is not decided yet. */
  get pendingSamples(): number {
    return this.#pendingHops * hopSamples;
  }

  /** Commands that have come in and wait for hops before them. */
  get pendingCommands(): number {
    const waitingHops = this.#classifying ? this.#pendingHops - 1 : this.#pendingHops;
    return this.#steps.length - waitingHops;
  }

  /** Takes the next hop; its samples must not change before they come back in `onDecision`. */
  push(hop: Hop): void {
    this.#pendingHops += 1;
    this.#enqueue({ type: 'hop', hop });
  }

  /**
   * Changes options from the next pushed hop on. Of several changes without a hop in between the last one counts.
   * @param onEffect called when all earlier hops are decided, for what else has to change at that point.
   */
  configure(options: Partial<DetectorOptions>, onEffect: () => void = () => {}): void {
    const last = this.#steps.at(-1);
    if (last?.type === 'configure') this.#steps.pop();
    const earlier = last?.type === 'configure' ? last.options : {};
    this.#enqueue({ type: 'configure', options: { ...earlier, ...options }, onEffect });
  }

  /**
   * Ends running speech after the hops pushed so far. `commit`: the audio goes on without a gap. `flush`: it is over,
   * and what may be pushed later is something new.
   */
  forceEnd(reason: 'commit' | 'flush'): void {
    if (this.#steps.at(-1)?.type !== reason) this.#enqueue({ type: reason });
  }

  /** Resolves when all that came in so far is decided, or never will be: after an error or `close`. */
  drain(): Promise<void> {
    return new Promise((resolve) => this.#enqueue({ type: 'drain', resolve }));
  }

  /** Ends the stream; no handler is called any more. Idempotent. */
  close(): void {
    this.#end();
  }

  #enqueue(step: Step): void {
    this.#steps.push(step);
    if (this.#isOver) this.#abandonSteps();
    else this.#advance();
  }

  /** Takes steps from the queue until a hop has to wait for the classifier. */
  #advance(): void {
    if (this.#isBusy) return;
    this.#guarded(() => {
      while (!this.#classifying) {
        const step = this.#steps.shift();
        if (!step) break;
        this.#take(step);
      }
    });
  }

  /** Handlers may call back into the stream; the steps that they add wait until `work` has returned. */
  #guarded(work: () => void): void {
    this.#isBusy = true;
    try {
      work();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isBusy = false;
    }
  }

  #take(step: Step): void {
    switch (step.type) {
      case 'hop':
        if (this.#prefilter.skips(step.hop, this.#sensitivity)) this.#skip(step.hop);
        else this.#classify(step.hop);
        break;
      case 'configure':
        this.#sensitivity = step.options.sensitivity ?? this.#sensitivity;
        this.#detector.configure(step.options);
        step.onEffect();
        break;
      case 'drain':
        step.resolve();
        break;
      default:
        this.#handlers.onForced(
          step.type === 'commit' ? this.#detector.commit() : this.#detector.flush(),
          step.type,
        );
    }
  }

  #skip(hop: Hop): void {
    this.#counters?.prefiltered.increment();
    this.#classifier.skip(hop.samples);
    this.#decide(hop, 0);
  }

  #classify(hop: Hop): void {
    this.#classifying = hop;
    this.#attempts += 1;
    this.#classifier.classify(hop.samples).then(this.#onProbability, this.#onRejected);
  }

  readonly #onProbability = (probability: number): void => {
    const hop = this.#classifying;
    this.#classifying = undefined;
    this.#attempts = 0;
    if (!hop || this.#isOver) return;
    this.#counters?.classified.increment();
    this.#guarded(() => {
      this.#decide(hop, probability);
      this.#forgetLongSilence();
    });
    this.#advance();
  };

  readonly #onRejected = (error: unknown): void => {
    const hop = this.#classifying;
    this.#classifying = undefined;
    if (!hop || this.#isOver) return;
    const isWorthAnother =
      error instanceof ClassifierError && error.recoverable && this.#attempts < maxAttempts;
    if (isWorthAnother) this.#classify(hop);
    else this.#fail(error);
  };

  #decide(hop: Hop, probability: number): void {
    const { startSample, rmsDbfs } = hop;
    const events = this.#detector.step({ startSample, rmsDbfs, probability });
    this.#pendingHops -= 1;
    this.#handlers.onDecision(hop, events);
  }

  #forgetLongSilence(): void {
    this.#idleWindows = this.#detector.isIdle ? this.#idleWindows + 1 : 0;
    if (this.#idleWindows < forgetAfterWindows) return;
    this.#idleWindows = 0;
    this.#classifier.reset();
    this.#prefilter.restart();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#handlers.onError(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#classifying = undefined;
    this.#classifier.close();
    this.#abandonSteps();
  }

  #abandonSteps(): void {
    for (const step of this.#steps.splice(0)) if (step.type === 'drain') step.resolve();
  }
}
