import { sampleRateHz } from '../native.ts';

/** The most audio that one stream takes, whatever the engine: what is beyond this is refused. */
export const maxStreamSamples: number = 120 * sampleRateHz;
/** Speech that is longer is not continued by the next utterance: the two would not fit into one decode. */
export const maxContinuedSamples: number = 28 * sampleRateHz;

/**
 * Waits before an engine that failed is given the same audio again, one for each failure that the audio survives. A worker
 * may have a neighbour that works, so the first try costs no time; one that comes back needs some.
 */
export const retryDelaysMs: readonly number[] = [0, 500, 2_000];
