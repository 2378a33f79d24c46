import { sampleRateHz } from '../native.ts';

interface Gap {
  readonly atSample: number;
  readonly samples: number;
}

/**
 * Turns samples of processed audio into the client's audio time. Dropped audio still counts as time, so that
 * a client's own clock and our timestamps never drift apart.
 */
export class AudioTimeline {
  #gaps: readonly Gap[] = [];

  /** Notes that `samples` (at 16 kHz) were dropped before the processed sample `atSample`. */
  skip(atSample: number, samples: number): void {
    const last = this.#gaps.at(-1);
    // Droppings at the same place are one gap: the list grows with the number of recoveries, not of messages.
    this.#gaps =
      last?.atSample === atSample
        ? [...this.#gaps.slice(0, -1), { atSample, samples: last.samples + samples }]
        : [...this.#gaps, { atSample, samples }];
  }

  /** Milliseconds of audio time before a processed sample. */
  toMs(sample: number): number {
    let total = sample;
    for (const gap of this.#gaps) if (gap.atSample <= sample) total += gap.samples;
    return Math.max(0, Math.round((total * 1000) / sampleRateHz));
  }
}
