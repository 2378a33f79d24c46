import { availableCores, defaultSlots } from '../engine/cores.ts';
import { runLive } from './live-run.ts';
import { setUpModel } from './model-setup.ts';
import { assertLanguagesKnown, type EvalObserver, type EvalPlan } from './plan.ts';
import type { Run, RunSetup } from './run.ts';
import { runWhole } from './whole-run.ts';

/** Runs the plan; each run comes as soon as it is done. @throws EngineError, AudioFileError, TheoClientError */
export async function* evaluate(plan: EvalPlan, observer: EvalObserver): AsyncGenerator<Run> {
  assertLanguagesKnown(plan);
  for (const model of plan.models) {
    for (const { audioContext, beamSize } of searches(plan)) {
      const folder = await setUpModel(model, {
        ...(audioContext === 'default' ? {} : { audioContext }),
        ...(beamSize === 'default' ? {} : { beamSize }),
        ...(plan.threads === null ? {} : { threads: plan.threads }),
      });
      try {
        for (const variant of plan.variants) {
          for (const mode of plan.modes) {
            const atOnce =
              mode === 'live' ? plan.talkers : plan.decodeSlots || defaultSlots(availableCores());
            const name = model.manifest.name;
            const setup: RunSetup = { mode, model: name, audioContext, beamSize, variant, atOnce };
            observer.onRun(setup);
            const run = mode === 'live' ? runLive : runWhole;
            yield await run(setup, folder.modelsDir, plan, observer);
          }
        }
      } finally {
        await folder.close();
      }
    }
  }
}

function searches({
  audioContexts,
  beamSizes,
}: EvalPlan): readonly Pick<RunSetup, 'audioContext' | 'beamSize'>[] {
  return audioContexts.flatMap((audioContext) => beamSizes.map((beamSize) => ({ audioContext, beamSize })));
}
