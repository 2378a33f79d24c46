import { readAudioFile } from '../audio/audio-file.ts';
import type { MonoAudio } from '../audio/mono-audio.ts';
import { toPcm16 } from '../audio/pcm16.ts';
import { StreamingPreprocessor } from '../audio/preprocessor.ts';
import { systemClock } from '../clock.ts';
import { languageProblem } from '../engine/language.ts';
import { ModelEngines } from '../engine/model-engines.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { ModelRegistry } from '../models/registry.ts';
import { loadNative, type NativeAddon, sampleRateHz } from '../native.ts';
import { Metrics } from '../observability/metrics.ts';
import { EvalInputError } from './errors.ts';
import { mapAtOnce } from './map-at-once.ts';
import { type EvalObserver, type EvalPlan, scoredLanguage, spokenLanguage } from './plan.ts';
import type { ClipResult, Run, RunSetup } from './run.ts';
import { scoreText } from './scoring/score.ts';
import { applyVariant } from './variants.ts';

/**
 * Decodes every clip in one piece: through the front end as every recording goes, but not cut at its silences.
 * @param modelsDir a folder with the model, set up for the run.
 * @throws EngineError, AudioFileError; EvalInputError where the model does not know a clip's language
 */
export async function runWhole(
  setup: RunSetup,
  modelsDir: string,
  plan: EvalPlan,
  observer: EvalObserver,
): Promise<Run> {
  const addon = loadNative();
  const engines = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon,
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: setup.atOnce,
    warn: (message) => observer.onWarning(message),
  });
  try {
    const engine = await engines.get(setup.model);
    if (!engine) throw new Error(`the model ${setup.model} cannot be found any more`);
    for (const clip of plan.clips) assertKnown(engine, spokenLanguage(clip, plan));
    const cpuBefore = process.cpuUsage();
    const startMs = performance.now();
    let done = 0;
    const clips = await mapAtOnce(plan.clips, setup.atOnce, async (clip): Promise<ClipResult> => {
      const recording = await readAudioFile(clip.path);
      const samples = frontEnd(applyVariant(recording, setup.variant), addon);
      const decodeStartMs = performance.now();
      const { text, language: detected } = await engine.transcribe(samples, {
        language: spokenLanguage(clip, plan),
        prompt: '',
        hotWords: [],
        task: 'transcribe',
      });
      const decodeMs = performance.now() - decodeStartMs;
      observer.onClip(++done, plan.clips.length);
      const language = scoredLanguage(clip, plan, detected);
      return {
        id: clip.id,
        language,
        seconds: recording.samples.length / recording.sampleRateHz,
        reference: clip.reference,
        text,
        score: scoreText(clip.reference, text, language),
        decodeMs,
        live: null,
      };
    });
    const cpu = process.cpuUsage(cpuBefore);
    return {
      setup,
      clips,
      wallSeconds: (performance.now() - startMs) / 1000,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await engines.close();
  }
}

function assertKnown(engine: SpeechEngine, language: string | null): void {
  const problem = languageProblem(engine, language);
  if (problem !== undefined) {
    throw new EvalInputError('unknown_language', `${problem}: leave its clips out with --languages`);
  }
}

/** The recording at 16 kHz as the front end makes it, without the silence that it pads the last hop with. */
function frontEnd(audio: MonoAudio, addon: NativeAddon): Float32Array {
  const preprocessor = new StreamingPreprocessor(addon, { inputSampleRate: audio.sampleRateHz });
  const hops = [...preprocessor.push(toPcm16(audio.samples)), ...preprocessor.flush()];
  const samples = new Float32Array(Math.round((audio.samples.length * sampleRateHz) / audio.sampleRateHz));
  for (const hop of hops) {
    samples.set(hop.samples.subarray(0, Math.max(0, samples.length - hop.startSample)), hop.startSample);
  }
  return samples;
}
