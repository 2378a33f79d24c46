// What the runtime tells about itself, as those who tell it see it; metrics.ts turns it into Prometheus' terms.

/** Counts what happens. */
export interface EventCounter {
  increment(): void;
}

/** What a session tells the metrics. */
export interface SessionMetrics {
  /** Hops by who judged them. */
  readonly vad: { readonly prefiltered: EventCounter; readonly classified: EventCounter };
  opened(): void;
  closed(durationSeconds: number): void;
  vadEvent(type: 'speech_start' | 'speech_end'): void;
  audio(outcome: 'processed' | 'dropped', seconds: number): void;
  firstPartial(sinceSpeechSeconds: number): void;
  final(sinceSpeechEndSeconds: number, confidence: number): void;
  recovery(result: 'replayed' | 'lost'): void;
}

/** What a decode was for. */
export type MeasuredDecode = 'final' | 'batch' | 'partial';

/** Told about every decode. */
export interface DecodeObserver {
  queueDepth(depth: number): void;
  /** So many are decoded together; each of them is also told about alone. */
  batchStarted(size: number): void;
  decodeStarted(kind: MeasuredDecode, waitedMs: number): void;
  decodeEnded(kind: MeasuredDecode, outcome: 'done' | 'aborted' | 'failed', tookMs: number): void;
}
