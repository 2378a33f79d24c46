/** Tells speech from everything else, one 32 ms window at a time. Shared by all sessions of the process. */
export interface SpeechClassifier {
  /** Starts a stream with a state of its own. @throws ClassifierError `vad_closed` */
  openStream(): ClassifierStream;
  /** Rejects what is pending and frees model and thread. Idempotent. */
  close(): Promise<void>;
}

/** The classifier's view of one audio stream. Windows follow each other without gaps, classified or skipped. */
export interface ClassifierStream {
  /**
   * The probability (0..1) that the window is speech, given the windows before it.
   * @param window 512 samples at 16 kHz, [-1, 1]; must not change before the promise settles.
   * @returns a promise; ask for the next window only after it has settled. Rejects with ClassifierError.
   */
  classify(window: Float32Array): Promise<number>;
  /** Passes over a window that is known to hold no speech. */
  skip(window: Float32Array): void;
  /** Forgets what was heard so far; the audio itself goes on without a gap. */
  reset(): void;
  /** Gives the stream's state back; a pending promise rejects with `vad_closed`. Idempotent. */
  close(): void;
}
