import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ModelRegistry } from '#theo/models/registry.js';

let modelsDir = '';
let embeddedDir = '';
beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), 'theo-models-'));
  embeddedDir = mkdtempSync(join(tmpdir(), 'theo-embedded-'));
  install('whisper-base', {}, ggml, embeddedDir);
});
afterEach(() => {
  rmSync(modelsDir, { recursive: true });
  rmSync(embeddedDir, { recursive: true });
});

/** How weights in ggml format begin. */
const ggml = 'lmgg';

function install(
  folder: string,
  manifest: object = {},
  weights: string | Buffer = ggml,
  dir = modelsDir,
): void {
  mkdirSync(join(dir, folder));
  const document = {
    name: folder,
    version: '2',
    engine: 'whisper.cpp',
    engine_config: { file: 'w.bin' },
    ...manifest,
  };
  writeFileSync(join(dir, folder, 'theo.yaml'), stringify(document));
  writeFileSync(join(dir, folder, 'w.bin'), weights);
}

function open(): Promise<ModelRegistry> {
  return ModelRegistry.open({ modelsDir, embeddedDir });
}

function makePipe(path: string): void {
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

function names(registry: ModelRegistry): readonly string[] {
  return registry.list().map(({ manifest }) => manifest.name);
}

test("the package's own model is whisper-base, and there without a folder of models", async () => {
  const registry = await ModelRegistry.open({ modelsDir: join(modelsDir, 'none') });
  expect(names(registry)).toEqual(['whisper-base']);
  expect(registry.problems).toEqual([]);
  expect(registry.find('whisper-base')).toMatchObject({ origin: 'embedded' });
  expect(registry.find('whisper-base')?.weightsPath).toMatch(/models\/whisper-base\/whisper-base-q8_0\.bin$/);
});

test('installed models stand beside it, in the order of their names', async () => {
  install('whisper-tiny', {}, `${ggml}...`);
  install('another');
  const registry = await open();
  expect(names(registry)).toEqual(['another', 'whisper-base', 'whisper-tiny']);
  expect(registry.find('whisper-tiny')).toMatchObject({
    origin: 'installed',
    folder: join(modelsDir, 'whisper-tiny'),
    weightsPath: join(modelsDir, 'whisper-tiny', 'w.bin'),
    weightsBytes: 7,
  });
});

test.each(['whisper-tiny', 'faster-whisper-tiny', 'tiny'])(
  'a model that lies there as %s is found by each of its names',
  async (folder) => {
    install(folder);
    const registry = await open();
    for (const name of ['whisper-tiny', 'faster-whisper-tiny', 'tiny'])
      expect(registry.find(name)?.manifest.name).toBe(folder);
  },
);

test('of several with the same names the exact one goes first', async () => {
  install('whisper-tiny');
  install('tiny');
  install('faster-whisper-tiny');
  const registry = await open();
  for (const name of ['whisper-tiny', 'faster-whisper-tiny', 'tiny'])
    expect(registry.find(name)?.manifest.name).toBe(name);
});

test('an installed model hides the embedded one of its name', async () => {
  install('whisper-base');
  const registry = await open();
  expect(names(registry)).toEqual(['whisper-base']);
  expect(registry.find('whisper-base')?.origin).toBe('installed');
});

/** How weights of a `ftype` begin; 2007 is q8_0, 1 f16. */
function weightsOfType(fileType: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write(ggml, 'latin1');
  bytes.writeInt32LE(fileType, 44);
  return bytes;
}

describe('variants', () => {
  test.each([
    ['whisper-tiny:q5_1', 'whisper-tiny-q5_1'],
    ['tiny:Q5_1', 'whisper-tiny-q5_1'],
    ['faster-whisper-tiny:q5_1', 'whisper-tiny-q5_1'],
    ['openai/whisper-tiny:q5_1', 'whisper-tiny-q5_1'],
    ['whisper-tiny-q5_1', 'whisper-tiny-q5_1'],
    // Of the model itself its weights tell.
    ['whisper-tiny:q8_0', 'whisper-tiny'],
    ['whisper-tiny-q8_0', 'whisper-tiny'],
    ['tiny', 'whisper-tiny'],
    ['mine:q8_0', 'mine'],
    ['turbo', 'whisper-large-v3-turbo'],
    ['whisper-turbo:f16', 'whisper-large-v3-turbo'],
  ])('%s is %s', async (name, expected) => {
    install('whisper-tiny', {}, weightsOfType(2_007));
    install('whisper-tiny-q5_1', {}, weightsOfType(2_009));
    install('mine', {}, weightsOfType(2_007));
    install('whisper-large-v3-turbo', {}, weightsOfType(1));
    expect((await open()).find(name)?.manifest.name).toBe(expected);
  });

  test.each([
    'whisper-tiny:q8_0',
    'whisper-tiny:f32',
    'whisper-tiny-q8_0',
    'mine:',
    'mine:nope',
    'turbo:f16',
  ])('%s is nothing where the weights are in f16, or not known', async (name) => {
    install('whisper-tiny', {}, weightsOfType(1));
    install('mine');
    expect((await open()).find(name)).toBeUndefined();
  });

  test("a model of one's own that is called turbo goes before the word for the newest", async () => {
    install('turbo');
    install('whisper-large-v3-turbo');
    expect((await open()).find('turbo')?.manifest.name).toBe('turbo');
  });
});

test.each(['', '..', '../whisper-base', 'nope', 'whisper-', '__proto__', 'constructor'])(
  '%j finds nothing',
  async (name) => {
    const registry = await open();
    expect(registry.find(name)).toBeUndefined();
  },
);

describe('the model to use', () => {
  test.each<[what: string, installed: readonly string[], name: string | null, chosen: string]>([
    ['nothing chosen, none installed', [], null, 'whisper-base'],
    ['nothing chosen, one installed', ['mine'], null, 'mine'],
    ['nothing chosen, several installed', ['mine', 'other'], null, 'whisper-base'],
    ['one chosen beside another', ['mine'], 'whisper-base', 'whisper-base'],
    ['one chosen of several', ['mine', 'other'], 'other', 'other'],
    ['the embedded one by an alias', ['mine'], 'base', 'whisper-base'],
    ['the embedded one by another', [], 'faster-whisper-base', 'whisper-base'],
  ])('%s', async (_, installed, name, chosen) => {
    for (const folder of installed) install(folder);
    expect((await open()).choose(name).manifest.name).toBe(chosen);
  });

  test('is the installed whisper-base rather than the embedded one', async () => {
    install('whisper-base');
    install('mine');
    expect((await open()).choose(null).origin).toBe('installed');
  });

  test('does not count one that is broken', async () => {
    install('broken', { engine: 'x' });
    install('mine');
    expect((await open()).choose(null).manifest.name).toBe('mine');
  });

  test('that does not load is left out, and what nobody asked for gives way to the next', async () => {
    install('mine');
    const registry = await open();
    const mine = registry.choose(null);
    registry.leaveOut(mine, new Error('mine/w.bin: ends inside a tensor'));
    expect(registry.choose(null).manifest.name).toBe('whisper-base');
    expect(() => registry.choose('mine')).toThrow('mine/w.bin: ends inside a tensor');
    expect(registry.problems.map(({ code }) => code)).toEqual(['weights_damaged']);
  });

  test('is the embedded one where an installed one of its name does not load', async () => {
    install('whisper-base');
    const registry = await open();
    registry.leaveOut(registry.choose(null), new Error('damaged'));
    expect(registry.choose(null).origin).toBe('embedded');
  });

  test('that does not exist: says which do', async () => {
    install('mine');
    const registry = await open();
    expect(() => registry.choose('nope')).toThrow('no model "nope" (available: mine, whisper-base)');
    expect(() => registry.choose('nope')).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });

  test.each([
    ['small', '"theo pull whisper-small" fetches it, 264 MB'],
    ['whisper-large-v3:q5_0', '"theo pull whisper-large-v3-q5_0" fetches it, 1.1 GB'],
    ['mime', 'did you mean "mine"?'],
    ['whisper-smal', 'did you mean "whisper-small"?'],
  ])('that does not exist: %s: %s', async (name, told) => {
    install('mine');
    const registry = await open();
    expect(() => registry.choose(name)).toThrow(told);
    expect(() => registry.choose(name)).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });

  test('that is broken: says what is wrong with it', async () => {
    install('mine', { engine: 'x' });
    const registry = await open();
    expect(() => registry.choose('mine')).toThrow(/mine\/theo\.yaml: engine: /);
  });

  test('is missing from the package: says where it belongs and what to do, unless another is used', async () => {
    rmSync(join(embeddedDir, 'whisper-base'), { recursive: true });
    const registry = await open();
    for (const name of [null, 'whisper-base', 'base'])
      expect(() => registry.choose(name)).toThrow(
        expect.objectContaining({ code: 'embedded_model_missing' }),
      );
    expect(() => registry.choose(null)).toThrow(embeddedDir);
    expect(() => registry.choose(null)).toThrow('install theo-openvoice again');
    install('mine');
    await registry.refresh();
    expect(registry.choose(null).manifest.name).toBe('mine');
  });

  test.each([
    ['are missing', 'weights_missing', (weights: string) => rmSync(weights)],
    [
      'were not fetched',
      'weights_damaged',
      (weights: string) =>
        writeFileSync(weights, 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
    ],
  ])('has weights that %s: says where and what to do', async (_, code, damage) => {
    damage(join(embeddedDir, 'whisper-base', 'w.bin'));
    const registry = await open();
    expect(() => registry.choose(null)).toThrow(expect.objectContaining({ code }));
    expect(() => registry.choose(null)).toThrow(join(embeddedDir, 'whisper-base', 'w.bin'));
    expect(() => registry.choose(null)).toThrow(/install theo-openvoice again|git lfs pull/);
    expect(registry.problems).toHaveLength(1);
  });
});

test('models come and go with a refresh', async () => {
  install('whisper-tiny');
  const registry = await open();
  rmSync(join(modelsDir, 'whisper-tiny'), { recursive: true });
  install('whisper-small');
  await registry.refresh();
  expect(names(registry)).toEqual(['whisper-base', 'whisper-small']);
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
      'weights that are a web page',
      () => install('a', {}, '<!DOCTYPE html>'),
      'weights_damaged',
      /a\/w\.bin: not a whisper\.cpp model .* but a web page: the download failed/,
    ],
    ['weights that are empty', () => install('a', {}, ''), 'weights_damaged', /a\/w\.bin: the file is empty/],
    [
      'weights of CTranslate2',
      () => install('a', {}, '\x06\0\0\0\x0c\0WhisperSpec\0'),
      'weights_damaged',
      /a\/w\.bin: a CTranslate2 model: .*"theo import FOLDER"/,
    ],
    [
      'a manifest that is a pipe',
      () => {
        mkdirSync(join(modelsDir, 'a'));
        makePipe(join(modelsDir, 'a', 'theo.yaml'));
      },
      'manifest_unreadable',
      /a\/theo\.yaml: cannot be read: it is a pipe, not a file/,
    ],
    [
      'weights that are a pipe',
      () => {
        install('a');
        rmSync(join(modelsDir, 'a', 'w.bin'));
        makePipe(join(modelsDir, 'a', 'w.bin'));
      },
      'weights_missing',
      /a\/w\.bin cannot be read \(it is a pipe, not a file\)/,
    ],
    [
      'a manifest that is a link to nothing',
      () => {
        mkdirSync(join(modelsDir, 'a'));
        symlinkSync('gone', join(modelsDir, 'a', 'theo.yaml'));
      },
      'manifest_unreadable',
      /a\/theo\.yaml: cannot be read: no such file/,
    ],
    [
      'weights without a manifest',
      () => {
        mkdirSync(join(modelsDir, 'a'));
        writeFileSync(join(modelsDir, 'a', 'ggml-small.bin'), ggml);
      },
      'manifest_missing',
      /a\/ggml-small\.bin: weights without a theo\.yaml: put it beside a theo\.yaml with name, version/,
    ],
    [
      "a folder of faster-whisper's",
      () => {
        mkdirSync(join(modelsDir, 'a'));
        for (const name of ['model.bin', 'config.json', 'vocabulary.txt'])
          writeFileSync(join(modelsDir, 'a', name), '');
      },
      'manifest_missing',
      /a\/model\.bin: weights without a theo\.yaml: .*"theo import .*\/a" makes one/,
    ],
    [
      'weights that lie loose',
      () => writeFileSync(join(modelsDir, 'ggml-small.bin'), ggml),
      'manifest_missing',
      /ggml-small\.bin: weights without a theo\.yaml: put it into a folder/,
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
    const registry = await open();
    expect(names(registry)).toEqual(['whisper-base', 'whisper-tiny']);
    expect(registry.problems).toHaveLength(1);
    expect(registry.problems[0]?.code).toBe(code);
    expect(registry.problems[0]?.message).toMatch(message);
  });

  test('a model that lacks its manifest is told of who asks for it', async () => {
    mkdirSync(join(modelsDir, 'mine'));
    writeFileSync(join(modelsDir, 'mine', 'w.bin'), ggml);
    const registry = await open();
    expect(() => registry.choose('mine')).toThrow('weights without a theo.yaml');
  });

  test('other files, folders without a manifest and dangling links are passed over', async () => {
    writeFileSync(join(modelsDir, 'notes.txt'), '');
    mkdirSync(join(modelsDir, 'empty'));
    symlinkSync(join(modelsDir, 'gone'), join(modelsDir, 'link'));
    const registry = await open();
    expect(names(registry)).toEqual(['whisper-base']);
    expect(registry.problems).toEqual([]);
  });
});
