import { expect, it, test } from 'vitest';
import { systemClock } from '#theo/clock.js';
import { loadChosen } from '#theo/engine/default-engine.js';
import { logLoading } from '#theo/engine/loading.js';
import { ModelEngines } from '#theo/engine/model-engines.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import { Metrics } from '#theo/observability/metrics.js';
import { model, modelsDir } from '../../support/models.ts';

it('the log has a line for every tenth of a model, and one while it is made ready', () => {
  const lines: string[] = [];
  const observer = logLoading({ info: (line: string) => lines.push(line) } as never);
  for (const fraction of [0.012, 0.03, 0.42, 0.449, 0.9, 1, 1]) observer('large', fraction);
  observer('small', 0.429);
  expect(lines).toEqual([
    'loading large: 1 %',
    'loading large: 42 %',
    'loading large: 90 %',
    'loading large: the weights are read, making it ready',
    'loading small: 42 %',
  ]);
});

test('closing the engines stops the loading of one, and no other is taken in its place', async () => {
  const registry = await ModelRegistry.open({ modelsDir });
  const engines = new ModelEngines({
    registry,
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 1,
    warn: () => {},
  });
  const leftOut: string[] = [];
  const loading = loadChosen(engines, registry, null, ({ message }) => leftOut.push(message));
  const failure = expect(loading).rejects.toMatchObject({ code: 'cancelled' });
  await engines.close();
  await failure;
  expect(leftOut).toEqual([]);
  expect(await engines.get(model)).toBeUndefined();
});
