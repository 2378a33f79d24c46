import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { setUpModel } from '#theo/eval/model-setup.js';
import { type InstalledModel, ModelRegistry } from '#theo/models/registry.js';
import { modelsDir as testModelsDir } from '../../support/models.ts';

async function demoModel(modelsDir = testModelsDir): Promise<InstalledModel> {
  const model = (await ModelRegistry.open({ modelsDir })).find('theo-demo');
  if (!model) throw new Error('there is no theo-demo');
  return model;
}

describe('a model set up for a run', () => {
  it('is the same model with other engine settings', async () => {
    const model = await demoModel();
    const setup = await setUpModel(model, { audioContext: 'full', beamSize: 5, threads: 3 });
    const changed = await demoModel(setup.modelsDir);
    expect(changed.origin).toBe('installed');
    expect(changed.weightsBytes).toBe(model.weightsBytes);
    expect(changed.manifest).toEqual({
      ...model.manifest,
      engineConfig: { ...model.manifest.engineConfig, audioCtx: 'full', beamSize: 5, threads: 3 },
    });
    await setup.close();
    await setup.close();
    expect(existsSync(setup.modelsDir)).toBe(false);
    expect(existsSync(model.weightsPath)).toBe(true);
  });

  it('keeps what it is not told to change', async () => {
    const model = await demoModel();
    const setup = await setUpModel(model, {});
    expect((await demoModel(setup.modelsDir)).manifest).toEqual(model.manifest);
    await setup.close();
  });
});
