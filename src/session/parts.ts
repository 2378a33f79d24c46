import type { Hop } from '../audio/preprocessor.ts';
import type { Clock } from '../clock.ts';
import type { SpeechEngine } from '../engine/types.ts';
import type { SessionMetrics } from '../observability/instruments.ts';
import type { CloseCode } from '../protocol/errors.ts';
import type { ServerEvent } from '../protocol/events.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import type { SpeechClassifier } from '../vad/classifier.ts';

/** Turns PCM bytes into hops; see `StreamingPreprocessor`. */
export interface Preprocessor {
  /** Samples at 16 kHz that have been pushed and not yet come out. */
  readonly pendingSamples: number;
  push(pcm: Uint8Array): readonly Hop[];
  flush(): readonly Hop[];
  setInputSampleRate(hz: number): void;
}

/** Where a session's events go. */
export interface SessionSink {
  send(event: ServerEvent): void;
  /** Nothing is sent after this. */
  close(code: CloseCode, reason: string): void;
}

export interface SessionLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  /** A log that adds `fields` to every line. */
  child(fields: object): SessionLog;
}

export interface PostProcessOptions {
  readonly language: string;
  readonly enableItn: boolean;
  readonly hotWords: readonly { readonly phrase: string; readonly boost: number }[];
}

/** What all sessions of a server share. */
export interface SessionParts {
  readonly classifier: SpeechClassifier;
  /** Makes the session's front end, once audio comes. */
  readonly createPreprocessor: (inputSampleRate: number) => Preprocessor;
  /** Post-processing of finals; never throws. `log` is told what failed. */
  readonly postProcess: (text: string, options: PostProcessOptions, log: SessionLog) => string;
  /** The most received audio that may wait to be processed, in ms; newer audio is dropped. */
  readonly maxBacklogMs: number;
  readonly metrics: SessionMetrics;
  readonly log: SessionLog;
  readonly clock: Clock;
  /** For timers that every session has. Closed by its owner after the sessions. */
  readonly wheel: TimerWheel;
}

/** Who a session is, who recognizes for it, and where its events go. */
export interface SessionIdentity {
  readonly id: string;
  readonly engine: SpeechEngine;
  readonly sink: SessionSink;
}
