import { sampleRateHz } from '../native.ts';

/** The most audio that one stream takes, whatever the engine; the rest is ignored. */
export const maxStreamSamples: number = 120 * sampleRateHz;
/** Speech that is longer is not continued by the next utterance: the two would not fit into one decode. */
export const maxContinuedSamples: number = 28 * sampleRateHz;

/** In less speech the language is not detected reliably. */
export const languageSamples: number = 1.3 * sampleRateHz;

/**
 * Waits before the same audio is tried again, one for each failure; after as many failures it is given up. The first
 * try is at once, since another worker may do it; the later ones give a worker time to come back.
 */
export const retryDelaysMs: readonly number[] = [0, 500, 2_000];

/** The most texts that a search may keep. */
export const maxBeams = 16;
