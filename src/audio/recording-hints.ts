import type { MixedAudio } from './mono-audio.ts';

/** 60 dB below full scale: no speech is so quiet, the noise of a microphone may be. */
const silentPeak = 0.001;
/** Of the channels' power that their mix still has, below which they cancelled each other: 20 dB. */
const cancelledShare = 0.01;
/** How many samples in a row at the very top are no chance. */
const clippedRun = 3;
/** Share of such samples from which words suffer. */
const clippedShare = 0.001;
/** Clipping happens at or near full scale. */
const clippingPeak = 0.9;

/** What is likely wrong with a recording before anybody listens to it, a sentence each. */
export function recordingHints({ samples, channelPower }: MixedAudio): readonly string[] {
  if (samples.length === 0) return ['it holds no audio at all'];
  const scale = samples instanceof Int16Array ? 32_768 : 1;
  const { peak, power } = levelsOf(samples, scale);
  if (channelPower !== null && channelPower > silentPeak ** 2 && power < cancelledShare * channelPower) {
    return [
      'its channels cancel each other (opposite phase): take one of them, with: ffmpeg -i in.wav -af "pan=mono|c0=c0" out.wav',
    ];
  }
  if (peak === 0) return ['it holds nothing but digital silence: was the microphone muted?'];
  if (peak < silentPeak) {
    return [
      `it is all but silent, its loudest sample at ${(20 * Math.log10(peak)).toFixed(0)} dBFS: was it the right microphone?`,
    ];
  }
  const clipped = clippedSamples(samples, peak * scale) / samples.length;
  if (peak < clippingPeak || clipped < clippedShare) return [];
  return [
    `it is clipped (${(100 * clipped).toFixed(1)} % of its samples): words may be misheard; record it with less gain`,
  ];
}

/** @returns of full scale 1: the loudest sample and the mean square */
function levelsOf(samples: Int16Array | Float32Array, scale: number): { peak: number; power: number } {
  let peak = 0;
  let squares = 0;
  for (const sample of samples) {
    peak = Math.max(peak, Math.abs(sample));
    squares += sample * sample;
  }
  return { peak: peak / scale, power: squares / (samples.length * scale * scale) };
}

/** Samples that stand in a row at the top or the bottom. */
function clippedSamples(samples: Int16Array | Float32Array, peak: number): number {
  const threshold = 0.999 * peak;
  let clipped = 0;
  let run = 0;
  for (const sample of samples) {
    run = Math.abs(sample) >= threshold ? run + 1 : 0;
    if (run === clippedRun) clipped += clippedRun;
    else if (run > clippedRun) clipped += 1;
  }
  return clipped;
}
