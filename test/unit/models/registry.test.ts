import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ModelRegistry } from '#theo/models/registry.js';

let modelsDir = '';
beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), 'theo-models-'));
});
afterEach(() => rmSync(modelsDir, { recursive: true }));

function install(folder: string, manifest: object = {}, weights: string | undefined = 'w'): void {
  mkdirSync(join(modelsDir, folder));
  const document = {
    name: folder,
    version: '2',
    engine: 'whisper.cpp',
    engine_config: { file: 'w.bin' },
    ...manifest,
  };
  writeFileSync(join(modelsDir, folder, 'theo.yaml'), stringify(document));
  if (weights !== undefined) writeFileSync(join(modelsDir, folder, 'w.bin'), weights);
}

function names(registry: ModelRegistry): readonly string[] {
  return registry.list().map(({ manifest }) => manifest.name);
}

test('the embedded model is there without a folder of models', async () => {
  const registry = await ModelRegistry.open({ modelsDir: join(modelsDir, 'none') });
  expect(names(registry)).toEqual(['theo-demo']);
  expect(registry.problems).toEqual([]);
  expect(registry.find('theo-demo')).toMatchObject({ origin: 'embedded', weightsBytes: 10_877_159 });
  expect(registry.find('theo-demo')?.weightsPath).toMatch(/models\/theo-demo\/theo-demo-q8_0\.bin$/);
});

test('installed models stand beside it, in the order of their names', async () => {
  install('whisper-tiny', {}, 'weights');
  install('another');
  const registry = await ModelRegistry.open({ modelsDir });
  expect(names(registry)).toEqual(['another', 'theo-demo', 'whisper-tiny']);
  expect(registry.find('whisper-tiny')).toMatchObject({
    origin: 'installed',
    folder: join(modelsDir, 'whisper-tiny'),
    weightsPath: join(modelsDir, 'whisper-tiny', 'w.bin'),
    weightsBytes: 7,
  });
});

test('an alias finds its model, and the exact name goes first', async () => {
  install('whisper-tiny');
  const registry = await ModelRegistry.open({ modelsDir });
  expect(registry.find('faster-whisper-tiny')?.manifest.name).toBe('whisper-tiny');
  install('faster-whisper-tiny');
  await registry.refresh();
  expect(registry.find('faster-whisper-tiny')?.manifest.name).toBe('faster-whisper-tiny');
});

test('an installed model hides the embedded one of its name', async () => {
  install('theo-demo');
  const registry = await ModelRegistry.open({ modelsDir });
  expect(names(registry)).toEqual(['theo-demo']);
  expect(registry.find('theo-demo')?.origin).toBe('installed');
});

test.each(['', '..', '../theo-demo', 'nope', '__proto__', 'constructor'])(
  '%j finds nothing',
  async (name) => {
    const registry = await ModelRegistry.open({ modelsDir });
    expect(registry.find(name)).toBeUndefined();
  },
);

test('models come and go with a refresh', async () => {
  install('whisper-tiny');
  const registry = await ModelRegistry.open({ modelsDir });
  rmSync(join(modelsDir, 'whisper-tiny'), { recursive: true });
  install('whisper-base');
  await registry.refresh();
  expect(names(registry)).toEqual(['theo-demo', 'whisper-base']);
});

describe('what is broken is told and leaves the rest usable', () => {
  test.each([
    [
      'another name than the folder',
      () => install('a', { name: 'b' }),
      'manifest_invalid',
      /a\/theo\.yaml: name: .*"a"/,
    ],
    ['another engine', () => install('a', { engine: 'x' }), 'manifest_invalid', /a\/theo\.yaml: engine: /],
    [
      'weights that are missing',
      () => install('a', { engine_config: { file: 'gone.bin' } }),
      'weights_missing',
      /a\/theo\.yaml: engine_config\.file: .*gone\.bin/,
    ],
    [
      'a folder name that no model can have',
      () => install('a b'),
      'name_invalid',
      /a b: not a valid model name/,
    ],
    [
      'a manifest that is a folder',
      () => mkdirSync(join(modelsDir, 'a', 'theo.yaml'), { recursive: true }),
      'manifest_unreadable',
      /a\/theo\.yaml: /,
    ],
    [
      'a manifest that is huge',
      () => install('a', { description: 'x'.repeat(100_000) }),
      'manifest_too_large',
      /a\/theo\.yaml: larger than 65536 bytes/,
    ],
  ])('%s', async (_, arrange, code, message) => {
    arrange();
    install('whisper-tiny');
    const registry = await ModelRegistry.open({ modelsDir });
    expect(names(registry)).toEqual(['theo-demo', 'whisper-tiny']);
    expect(registry.problems).toHaveLength(1);
    expect(registry.problems[0]?.code).toBe(code);
    expect(registry.problems[0]?.message).toMatch(message);
  });

  test('files, folders without a manifest and dangling links are passed over', async () => {
    writeFileSync(join(modelsDir, 'notes.txt'), '');
    mkdirSync(join(modelsDir, 'empty'));
    symlinkSync(join(modelsDir, 'gone'), join(modelsDir, 'link'));
    const registry = await ModelRegistry.open({ modelsDir });
    expect(names(registry)).toEqual(['theo-demo']);
    expect(registry.problems).toEqual([]);
  });
});
