import { sampleRateHz } from '../native.ts';

interface Gap {
  readonly atSample: number;
  /** Negative for padding. */
  samples: number;
}

/** No longer ago is any time asked for: utterances are no longer than half a minute. */
const rememberedSamples = 120 * sampleRateHz;

/**
 * Turns samples of processed audio into the client's audio time. Dropped audio still counts as time and padding does
 * not, so that a client's own clock and our timestamps never drift apart.
 */
export class AudioTimeline {
  readonly #gaps: Gap[] = [];
  /** The sum of the gaps that are too old to be kept one by one. */
  #forgottenSamples = 0;

  /**
   * Notes that `samples` (at 16 kHz) were dropped before the processed sample `atSample` or, if negative, that the
   * processed audio there has so much padding.
   */
  skip(atSample: number, samples: number): void {
    const last = this.#gaps.at(-1);
    if (last?.atSample === atSample) last.samples += samples;
    else this.#gaps.push({ atSample, samples });
    while ((this.#gaps[0]?.atSample ?? atSample) < atSample - rememberedSamples) {
      this.#forgottenSamples += this.#gaps.shift()?.samples ?? 0;
    }
  }

  /** Milliseconds of audio time before a processed sample. */
  toMs(sample: number): number {
    let total = sample + this.#forgottenSamples;
    for (const gap of this.#gaps) if (gap.atSample <= sample) total += gap.samples;
    return Math.max(0, Math.round((total * 1000) / sampleRateHz));
  }
}
