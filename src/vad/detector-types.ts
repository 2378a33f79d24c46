import type { VadSensitivity } from '../protocol/session-config.ts';

export interface DetectorOptions {
  readonly sensitivity: VadSensitivity;
  /** How long speech has to last to be confirmed, in ms; shorter speech is dismissed. */
  readonly minSpeechMs: number;
  /** How long it has to be silent before speech counts as over, in ms. */
  readonly silenceTimeoutMs: number;
  /** The longest stretch of speech without a forced end, in ms. */
  readonly maxSegmentDurationMs: number;
}

export const defaultDetectorOptions: DetectorOptions = {
  sensitivity: 'normal',
  minSpeechMs: 250,
  silenceTimeoutMs: 300,
  maxSegmentDurationMs: 30_000,
};

/**
 * What the detector found in a hop; samples count from the session's start.
 *
 * `(onset (onset_dismissed | speech_start ... speech_end))*`, and within speech `(pause (resume | speech_end))*`.
 * After a forced end by `maxSegmentDurationMs`, speech that goes on starts again without an `onset`.
 */
export type DetectorEvent =
  /** Speech may have begun at `sample`; `onset_dismissed` or `speech_start` follows. */
  | { readonly type: 'onset'; readonly sample: number }
  | { readonly type: 'onset_dismissed' }
  /** Speech is confirmed and began at `sample`: the onset's, or where a forced end cut. */
  | { readonly type: 'speech_start'; readonly sample: number }
  /** Silent since `sample`; `resume` or `speech_end` follows. */
  | { readonly type: 'pause'; readonly sample: number }
  | { readonly type: 'resume' }
  /** Speech ended before `sample`. */
  | { readonly type: 'speech_end'; readonly sample: number };
