import { expect, it } from 'vitest';
import { whatNow } from '#theo/cli/tune.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { modelsDir } from '../../support/models.ts';

const registry = await ModelRegistry.open({ modelsDir });

it('says where the settings were written, and that a running server does not know them yet', () => {
  const told = whatNow(registry.choose('theo-demo'), modelsDir, '/models/theo-demo/theo.yaml');
  expect(told).toBe(
    'theo: written to /models/theo-demo/theo.yaml; a server takes it when it is started anew',
  );
  expect(whatNow(registry.choose('theo-demo'), modelsDir, null)).toBe('theo: nothing was written');
});

it('leaves the model that comes with the package as it is, and says how to keep the settings', () => {
  const told = whatNow(registry.choose('whisper-base'), '/home/ana/.theo/models', null);
  expect(told).toMatch(/nothing was written: whisper-base comes with the package/);
  expect(told).toMatch(
    /\n {2}mkdir -p (\S+) && cp -r \S+\/models\/whisper-base \1\/ && theo tune whisper-base --models-dir \1$/,
  );
});
