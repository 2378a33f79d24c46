import { sampleRateHz } from '../../native.ts';

/** The longest audio that one decode takes: the 30 s that Whisper was trained on. */
export const maxWindowSamples: number = 30 * sampleRateHz;
