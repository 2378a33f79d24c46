/** One hop of audio as the front end delivers it, every 32 ms of a session. */
export interface Hop {
  /** Index of the first sample, counted at 16 kHz from the session's start. */
  readonly startSample: number;
  /** `hopSamples` samples, mono 16 kHz, [-1, 1]; never written to again. */
  readonly samples: Float32Array;
  /** Level before gain over the 1024-sample frame that ends with this hop; -Infinity or about -120 for digital silence. */
  readonly rmsDbfs: number;
  /** Spectral flatness of the same frame: 0 (a tone) .. 1 (white noise, digital silence). */
  readonly flatness: number;
}

/** How readily audio counts as speech. */
export type VadSensitivity = 'high' | 'normal' | 'low';
