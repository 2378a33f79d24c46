import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ImportOptions, importModel } from '#theo/models/import/import-model.js';
import { importedModelName } from '#theo/models/import/model-name.js';
import { openSourceModel } from '#theo/models/import/open-source.js';
import { writeWeightsFile } from '#theo/models/import/weights-file.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { StagingFolder, writing } from '#theo/models/staging-folder.js';
import { loadNative } from '#theo/native.js';
import {
  encodeModel,
  multilingual,
  whisperVariables,
  writeFolder,
} from '../../support/ctranslate2-folder.ts';

const model = encodeModel(whisperVariables(multilingual), { type: 'float16' });

// Every model has a whole vocabulary: megabytes are written and read.
vi.setConfig({ testTimeout: 30_000 });

let root = '';
let modelsDir = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'theo-import-'));
  modelsDir = join(root, 'deep', 'models');
});
afterEach(() => rmSync(root, { recursive: true }));

function run(options: Partial<ImportOptions> = {}): ReturnType<typeof importModel> {
  const folder = writeFolder(join(root, 'faster-whisper-x'), model);
  return importModel({ source: folder, modelsDir, addon: loadNative(), ...options });
}

/** A staging folder's name as a process that has ended left it behind. */
async function abandonedName(): Promise<string> {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const own = await StagingFolder.create(modelsDir);
  await own.discard();
  return basename(own.path).replace(`-${process.pid}-`, `-${pid}-`);
}

describe('the target', () => {
  test('is made with all folders above it, and tells of progress to the last byte', async () => {
    const fractions: number[] = [];
    const { folder } = await run({
      onProgress: ({ phase, doneBytes, totalBytes }) => {
        if (phase === 'writing') fractions.push(doneBytes / totalBytes);
      },
    });
    expect(folder).toBe(join(modelsDir, 'whisper-x'));
    expect(readdirSync(modelsDir)).toEqual(['whisper-x']);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  test('is not overwritten unasked, and replaced as a whole when asked', async () => {
    const { folder } = await run({ description: 'first' });
    writeFileSync(join(folder, 'extra'), '');
    await expect(run()).rejects.toMatchObject({
      code: 'target_exists',
      message: expect.stringContaining('--force'),
    });
    expect(readdirSync(folder)).toContain('extra');

    await run({ force: true, description: 'second' });
    expect(readdirSync(folder).sort()).toEqual(['theo.yaml', 'whisper-x-f16.bin']);
    expect(readFileSync(join(folder, 'theo.yaml'), 'utf8')).toContain('second');
    expect(readdirSync(modelsDir)).toEqual(['whisper-x']);
  });

  test('that is no model is never replaced', async () => {
    mkdirSync(join(modelsDir, 'whisper-x'), { recursive: true });
    writeFileSync(join(modelsDir, 'whisper-x', 'thesis.txt'), '');
    await expect(run({ force: true })).rejects.toMatchObject({
      code: 'target_exists',
      message: expect.stringContaining('is no model'),
    });
    expect(readdirSync(join(modelsDir, 'whisper-x'))).toEqual(['thesis.txt']);
  });

  test('the same source gives the same files', async () => {
    const first = await run();
    const second = await run({ modelsDir: join(root, 'other') });
    expect(second.weightsSha256).toBe(first.weightsSha256);
    const [one, other] = [first, second].map(({ folder }) => readFileSync(join(folder, 'theo.yaml'), 'utf8'));
    expect(other).toBe(one);
  });
});

describe('a staging folder', () => {
  test('of a killed process is no model, and the next import removes it', async () => {
    const name = await abandonedName();
    mkdirSync(join(modelsDir, name));
    writeFileSync(join(modelsDir, name, 'theo.yaml'), 'name: x');
    const registry = await ModelRegistry.open({ modelsDir, embeddedDir: join(root, 'none') });
    expect([registry.list(), registry.problems]).toEqual([[], []]);

    await run();
    expect(readdirSync(modelsDir)).toEqual(['whisper-x']);
  });

  test('of a process that was killed while it replaced a model: the model comes back', async () => {
    const { folder } = await run();
    const name = await abandonedName();
    mkdirSync(join(modelsDir, name));
    rmSync(folder, { recursive: true });
    mkdirSync(join(modelsDir, `${name}.old-whisper-x`));
    writeFileSync(join(modelsDir, `${name}.old-whisper-x`, 'theo.yaml'), 'old');
    await run({ name: 'another' });
    expect(readdirSync(modelsDir).sort()).toEqual(['another', 'whisper-x']);
    expect(readFileSync(join(folder, 'theo.yaml'), 'utf8')).toBe('old');
  });

  test('of a process that runs stays, and so does a young one of another machine', async () => {
    const running = await StagingFolder.create(modelsDir);
    const [foreign, forgotten] = ['.theo-staging-00000000-1-aa', '.theo-staging-00000000-1-bb'];
    for (const name of [foreign, forgotten]) mkdirSync(join(modelsDir, name));
    const yesterday = Date.now() / 1_000 - 25 * 3_600;
    utimesSync(join(modelsDir, forgotten), yesterday, yesterday);
    await run();
    expect(existsSync(running.path)).toBe(true);
    expect(readdirSync(modelsDir).sort()).toEqual([basename(running.path), foreign, 'whisper-x'].sort());
    await running.discard();
  });

  test('tells when the disk is too full, before and while it is written', async () => {
    const staging = await StagingFolder.create(modelsDir);
    await expect(staging.requireSpace(2 ** 60)).rejects.toMatchObject({
      code: 'no_space',
      message: expect.stringMatching(/1152921504607 MB are needed and \d+ MB are free$/),
    });
    const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
    await expect(writing('x', () => Promise.reject(full))).rejects.toMatchObject({ code: 'no_space' });
  });
});

test('a failure while weights are converted is told of the side that failed', async () => {
  const source = await openSourceModel(writeFolder(join(root, 'source'), model));
  const written = join(root, 'weights.bin');
  const options = { type: 'f16', addon: loadNative(), onBytes: () => {} } as const;
  await expect(writeWeightsFile(join(root, 'none', 'x.bin'), source, options)).rejects.toMatchObject({
    code: 'target_unwritable',
    message: expect.stringContaining(join(root, 'none', 'x.bin')),
  });
  // Nothing can be read of a file that is closed, as nothing of a disk that fails.
  await source.close();
  await expect(writeWeightsFile(written, source, options)).rejects.toMatchObject({
    code: 'source_unreadable',
    message: expect.stringContaining(source.files[0]?.path ?? '?'),
  });
});

test.each([
  ['/models/faster-whisper-base', 'whisper-base'],
  ['/models/whisper-tiny.en', 'whisper-tiny.en'],
  ['/models/My model (2)', 'My-model-2-'],
  ['/models/.hidden', 'hidden'],
  [
    '/cache/models--Systran--faster-whisper-large-v3/snapshots/edaa852ec7e145841d8ffdb056a99866b5f0a478',
    'whisper-large-v3',
  ],
  ['/models/…', ''],
])('%s is imported as %s', (folder, name) => {
  expect(importedModelName(folder)).toBe(name);
});
