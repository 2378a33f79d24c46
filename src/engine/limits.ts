import { sampleRateHz } from '../native.ts';

/** The most audio that one stream takes, whatever the engine: what is beyond this is refused. */
export const maxStreamSamples: number = 120 * sampleRateHz;
/** Speech that is longer is not continued by the next utterance: the two would not fit into one decode. */
export const maxContinuedSamples: number = 28 * sampleRateHz;
