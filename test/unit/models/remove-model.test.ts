import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ModelRegistry } from '#theo/models/registry.js';
import { type RemovableModel, removableModel, removeModel } from '#theo/models/remove-model.js';

let root = '';
let modelsDir = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'theo-remove-'));
  modelsDir = join(root, 'models');
  mkdirSync(modelsDir);
});
afterEach(() => rmSync(root, { recursive: true }));

function install(name: string, dir = modelsDir): void {
  mkdirSync(join(dir, name), { recursive: true });
  const manifest = { name, version: '1', engine: 'whisper.cpp', engine_config: { file: 'w.bin' } };
  writeFileSync(join(dir, name, 'theo.yaml'), stringify(manifest));
  writeFileSync(join(dir, name, 'w.bin'), `lmgg${'x'.repeat(996)}`);
}

async function removable(name: string): Promise<RemovableModel> {
  return removableModel(name, await ModelRegistry.open({ modelsDir }), modelsDir);
}

test('a model goes with all that is in its folder, and nothing else', async () => {
  install('whisper-tiny');
  install('whisper-tiny.en');
  const model = await removable('faster-whisper-tiny');
  expect(model).toMatchObject({ name: 'whisper-tiny', folder: join(modelsDir, 'whisper-tiny') });
  expect(model.bytes).toBeGreaterThan(1_000);
  expect(readdirSync(modelsDir), 'nothing before it is agreed').toHaveLength(2);
  await removeModel(model);
  expect(readdirSync(modelsDir)).toEqual(['whisper-tiny.en']);
});

test('a broken model can be removed; a folder that is no model cannot', async () => {
  mkdirSync(join(modelsDir, 'broken'));
  writeFileSync(join(modelsDir, 'broken', 'theo.yaml'), 'name: 3');
  mkdirSync(join(modelsDir, 'photos'));
  await removeModel(await removable('broken'));
  await expect(removable('photos')).rejects.toMatchObject({ code: 'model_not_found' });
  expect(readdirSync(modelsDir)).toEqual(['photos']);
});

test('what an unfinished pull has left goes, under any name of the model', async () => {
  const left = join(modelsDir, '.theo-pull-whisper-tiny.en');
  mkdirSync(left);
  writeFileSync(join(left, 'weights.partial'), 'x'.repeat(1000));
  const model = await removable('tiny.en');
  expect(model).toMatchObject({ name: 'the unfinished pull of tiny.en', folder: left });
  await removeModel(model);
  expect(readdirSync(modelsDir)).toEqual([]);
});

test.each(['whisper-base', 'base', 'whisper-base:q8_0'])(
  '%s comes with the package and stays',
  async (name) => {
    await expect(removable(name)).rejects.toMatchObject({
      code: 'model_embedded',
      message: 'whisper-base comes with the package and stays: it is what is used where no other model is',
    });
  },
);

test('an installed whisper-base goes, and the embedded one shows again', async () => {
  install('whisper-base');
  await removeModel(await removable('base'));
  expect((await ModelRegistry.open({ modelsDir })).find('base')).toMatchObject({ origin: 'embedded' });
});

test('of a link to a folder the link goes and the folder stays', async () => {
  install('mine', join(root, 'elsewhere'));
  symlinkSync(join(root, 'elsewhere', 'mine'), join(modelsDir, 'mine'));
  const model = await removable('mine');
  expect(model.bytes, 'next to nothing is freed').toBeLessThan(500);
  await removeModel(model);
  expect(readdirSync(modelsDir)).toEqual([]);
  expect(existsSync(join(root, 'elsewhere', 'mine', 'w.bin'))).toBe(true);
});

test.each(['nope', '../elsewhere', '..', '.', '', '/etc'])(
  '%j is nothing that can be removed',
  async (name) => {
    install('mine');
    install('outside', join(root, 'elsewhere'));
    await expect(removable(name)).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('(installed: mine)'),
    });
  },
);
