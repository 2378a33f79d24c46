import { sampleRateHz } from '../native.ts';

/**
 * Audio before an onset that the engine gets too. Speech that begins softly, such as French "L'accident", is noticed up to
 * 350 ms late.
 */
export const preRollSamples: number = 0.4 * sampleRateHz;
