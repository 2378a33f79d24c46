import { readAudioFile } from '../audio/audio-file.ts';
import { systemClock } from '../clock.ts';
import { defaultSlots, ModelEngines } from '../engine/model-engines.ts';
import { type InstalledModel, ModelRegistry } from '../models/registry.ts';
import { loadNative } from '../native.ts';
import { Metrics } from '../observability/metrics.ts';
import type { Clip } from './clip-folder.ts';
import { type EngineOverrides, setUpModel } from './model-setup.ts';
import type { ClipResult, Run, RunSetup } from './run.ts';
import { scoreText } from './scoring/score.ts';
import { transcribeWhole } from './whole.ts';

/** Which combinations are run, in this order: models, contexts, variants, modes. */
export interface EvalPlan {
  readonly clips: readonly Clip[];
  readonly models: readonly InstalledModel[];
  readonly audioContexts: readonly RunSetup['audioContext'][];
  /** Threads of one decode; null: as the model's manifest or the engine has it. */
  readonly threads: number | null;
  /** 'given': what the clip's manifest says; 'auto': detected; else ISO 639-1 for all clips. */
  readonly language: string;
  /** Decodes at the same time; 0: chosen from the cores. */
  readonly decodeSlots: number;
}

export interface EvalObserver {
  /** A run has begun. */
  onRun(setup: RunSetup): void;
  /** So many of the run's clips are done. */
  onClip(done: number, of: number): void;
}

/** Runs the plan; each run comes as soon as it is done. @throws EngineError, AudioFileError */
export async function* evaluate(plan: EvalPlan, observer: EvalObserver): AsyncGenerator<Run> {
  for (const model of plan.models) {
    for (const audioContext of plan.audioContexts) {
      const overrides: EngineOverrides = {
        ...(audioContext === 'default' ? {} : { audioContext }),
        ...(plan.threads === null ? {} : { threads: plan.threads }),
      };
      const setup = await setUpModel(model, overrides);
      try {
        const runSetup: RunSetup = {
          mode: 'whole',
          model: model.manifest.name,
          audioContext,
          variant: 'clean',
        };
        observer.onRun(runSetup);
        yield await runWhole(runSetup, setup.modelsDir, plan, observer);
      } finally {
        await setup.close();
      }
    }
  }
}

async function runWhole(
  setup: RunSetup,
  modelsDir: string,
  plan: EvalPlan,
  observer: EvalObserver,
): Promise<Run> {
  const addon = loadNative();
  const decodeSlots = plan.decodeSlots || defaultSlots();
  const engines = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon,
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots,
  });
  try {
    const engine = await engines.get(setup.model);
    if (!engine) throw new Error(`the model ${setup.model} is gone`);
    const cpuBefore = process.cpuUsage();
    let done = 0;
    const clips = await mapAtOnce(plan.clips, decodeSlots, async (clip): Promise<ClipResult> => {
      const audio = await readAudioFile(clip.path);
      const language = languageFor(clip, plan.language);
      const { transcript, decodeMs } = await transcribeWhole(audio, { engine, addon, language });
      observer.onClip(++done, plan.clips.length);
      return resultOf(clip, plan.language, {
        seconds: audio.samples.length / audio.sampleRateHz,
        text: transcript.text,
        detected: transcript.language,
        decodeMs,
      });
    });
    const cpu = process.cpuUsage(cpuBefore);
    return { setup, clips, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
  } finally {
    await engines.close();
  }
}

/** What the engine is told: null to detect. */
function languageFor(clip: Clip, choice: string): string | null {
  if (choice === 'auto') return null;
  return choice === 'given' ? clip.language : choice;
}

function resultOf(
  clip: Clip,
  choice: string,
  heard: {
    readonly seconds: number;
    readonly text: string;
    readonly detected: string;
    readonly decodeMs: number | null;
  },
): ClipResult {
  const named = choice === 'given' || choice === 'auto' ? clip.language : choice;
  const language = named ?? heard.detected;
  return {
    id: clip.id,
    language,
    seconds: heard.seconds,
    reference: clip.reference,
    text: heard.text,
    score: scoreText(clip.reference, heard.text, language),
    decodeMs: heard.decodeMs,
  };
}

/** Maps with at most `limit` calls under way. Results are in the items' order. */
async function mapAtOnce<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
