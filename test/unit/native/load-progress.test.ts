import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadNative } from '#theo/native.js';

const weights = resolve('test/fixtures/models/theo-demo/theo-demo-q8_0.bin');
const options = { useGpu: false, int8: true, prepareSilence: true };
const addon = loadNative();

let folder = '';
/** Not yet loaded in this process: what is loaded already is given at once. */
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'theo-progress-'));
  path = join(folder, 'model.bin');
  copyFileSync(weights, path);
});
afterEach(() => rmSync(folder, { recursive: true }));

it('everything is read when a model is loaded, nothing before', async () => {
  const progress = new addon.LoadProgress();
  expect(progress.fraction).toBe(0);
  const model = await addon.loadModel(path, { ...options, progress });
  expect(progress.fraction).toBe(1);
  model.close();
});

it('a loading that is stopped says so, and the same file can be loaded afterwards', async () => {
  const progress = new addon.LoadProgress();
  const loading = addon.loadModel(path, { ...options, progress });
  progress.cancel();
  progress.cancel();
  await expect(loading).rejects.toMatchObject({
    code: 'load_cancelled',
    message: expect.stringContaining(path),
  });
  const model = await addon.loadModel(path, options);
  expect(model.audioContext).toBe(1_500);
  model.close();
});

it('takes nothing else for a progress', () => {
  expect(() => addon.loadModel(path, { ...options, progress: {} as never })).toThrow(
    'progress must be a LoadProgress',
  );
});
