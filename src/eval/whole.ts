import { StreamingPreprocessor } from '../audio/preprocessor.ts';
import { toPcm16, type WavAudio } from '../audio/wav.ts';
import type { SpeechEngine, Transcript } from '../engine/types.ts';
import { type NativeAddon, sampleRateHz } from '../native.ts';

/** A clip's transcript and how long it took. */
export interface WholeResult {
  readonly transcript: Transcript;
  readonly decodeMs: number;
}

/**
 * Decodes a clip in one piece: through the front end as every recording goes, but not cut at its silences.
 * @param language ISO 639-1, or null to detect.
 * @throws EngineError
 */
export async function transcribeWhole(
  audio: WavAudio,
  parts: { readonly engine: SpeechEngine; readonly addon: NativeAddon; readonly language: string | null },
): Promise<WholeResult> {
  const preprocessor = new StreamingPreprocessor(parts.addon, { inputSampleRate: audio.sampleRateHz });
  const hops = [...preprocessor.push(toPcm16(audio)), ...preprocessor.flush()];
  const samples = new Float32Array(Math.round((audio.samples.length * sampleRateHz) / audio.sampleRateHz));
  for (const hop of hops) {
    samples.set(hop.samples.subarray(0, Math.max(0, samples.length - hop.startSample)), hop.startSample);
  }
  const startMs = performance.now();
  const transcript = await parts.engine.transcribe(samples, {
    language: parts.language,
    prompt: '',
    hotWords: [],
    task: 'transcribe',
  });
  return { transcript, decodeMs: performance.now() - startMs };
}
