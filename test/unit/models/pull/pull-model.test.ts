import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resolveModel } from '#theo/models/catalogue/catalogue.js';
import { planPull } from '#theo/models/pull/plan.js';
import { type PullOptions, type PullProgress, pullModel } from '#theo/models/pull/pull-model.js';
import { pullSettings } from '#theo/models/pull/settings.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { StandInHub, sha256Of, unmeasured } from '../../../support/stand-in-hub.ts';

const weightsPath = 'test/fixtures/models/theo-demo/theo-demo-q8_0.bin';
const weights = readFileSync(weightsPath);
const filePath = '/someone/whisper-demo/resolve/main/ggml-demo-q8_0.bin';

// Every test writes and reads a model of 11 MB several times.
vi.setConfig({ testTimeout: 60_000 });

let root = '';
let modelsDir = '';
let hub: StandInHub;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'theo-pull-'));
  modelsDir = join(root, 'deep', 'models');
  hub = await StandInHub.start();
  hub.put(filePath, weights);
});
afterEach(async () => {
  await hub.close();
  rmSync(root, { recursive: true });
});

function pull(options: Partial<PullOptions> = {}): ReturnType<typeof pullModel> {
  const settings = pullSettings({ HF_ENDPOINT: hub.url }, root);
  return pullModel({ wanted: `${hub.url}${filePath}`, modelsDir, settings, ...options });
}

describe('a model from an address', () => {
  test('is installed under the name of its file, and works', async () => {
    const progress: PullProgress[] = [];
    const model = await pull({ onProgress: (event) => progress.push(event) });
    expect(model).toEqual({
      name: 'demo-q8_0',
      folder: join(modelsDir, 'demo-q8_0'),
      weightsPath: join(modelsDir, 'demo-q8_0', 'ggml-demo-q8_0.bin'),
      weightsBytes: weights.length,
      sha256: sha256Of(weights),
      isNew: true,
      source: `${hub.url}${filePath}`,
      licence: null,
      author: null,
    });
    expect(readFileSync(model.weightsPath).equals(weights)).toBe(true);
    expect(readdirSync(modelsDir)).toEqual(['demo-q8_0']);
    const registry = await ModelRegistry.open({ modelsDir, embeddedDir: join(root, 'none') });
    expect(registry.problems).toEqual([]);
    expect(registry.choose('demo-q8_0').manifest.description).toContain(`From ${hub.url}${filePath}`);
    expect(progress.at(-1)).toMatchObject({
      name: 'demo-q8_0',
      kind: 'downloading',
      doneBytes: weights.length,
    });
  });

  test('that is installed already is only looked at: nobody is asked', async () => {
    await pull();
    hub.seen.splice(0);
    expect(await pull()).toMatchObject({ isNew: false, sha256: sha256Of(weights) });
    expect(
      await pull({ wanted: `${hub.storeUrl}/elsewhere`, name: 'demo-q8_0', sha256: sha256Of(weights) }),
    ).toMatchObject({ isNew: false });
    expect(hub.seen).toEqual([]);
  });

  test('with the name of another is refused unless it may replace it', async () => {
    const { folder } = await pull();
    const other = '/someone/other/resolve/main/ggml-demo-q8_0.bin';
    hub.put(other, weights);
    await expect(pull({ wanted: `${hub.url}${other}` })).rejects.toMatchObject({
      code: 'target_exists',
      message: expect.stringContaining('--force'),
    });
    writeFileSync(join(folder, 'extra'), '');
    expect((await pull({ wanted: `${hub.url}${other}`, force: true })).isNew).toBe(true);
    expect(readdirSync(folder)).not.toContain('extra');
  });

  test('whose installed weights are no longer what came is not taken for installed', async () => {
    const { weightsPath: installed } = await pull();
    const damaged = Buffer.from(weights);
    damaged.writeUInt8((damaged[5_000_000] ?? 0) ^ 1, 5_000_000);
    writeFileSync(installed, damaged);
    await expect(pull()).rejects.toMatchObject({ code: 'target_exists' });
    await pull({ force: true });
    expect(readFileSync(installed).equals(weights)).toBe(true);
  });

  test('that is not what --sha256 says: both are told', async () => {
    const sha256 = 'ab'.repeat(32);
    await expect(pull({ sha256 })).rejects.toMatchObject({
      code: 'sha256_mismatch',
      message: expect.stringMatching(new RegExp(`${sha256Of(weights)}.*${sha256}`)),
    });
    await expect(pull({ wanted: `${hub.storeUrl}${filePath}`, sha256 })).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`${sha256Of(weights)}.*${sha256}`)),
    });
    expect(readdirSync(modelsDir)).toEqual([]);
  });

  test.each<[string, (whole: Buffer) => Buffer, string]>([
    ['that ends early', (whole) => whole.subarray(0, 9_000_000), 'ends inside'],
    ['with an absurd header', (whole) => Buffer.from(whole).fill(0x7f, 4, 40), 'not of a Whisper model'],
    ['that is no model', () => Buffer.from('PK\x03\x04 something else'), 'wrong magic number'],
  ])('%s is no model: nothing of it is left', async (_what, change, message) => {
    hub.storeMoods.push(unmeasured(change));
    const address = `${hub.storeUrl}${filePath}`;
    await expect(pull({ wanted: address })).rejects.toMatchObject({
      code: 'not_a_model',
      message: expect.stringMatching(new RegExp(`^${address}: .*${message}`)),
    });
    expect(readdirSync(modelsDir)).toEqual([]);
  });

  test('two pulls at once are one', async () => {
    const kinds = new Set<string>();
    const pulls = [1, 2, 3].map(() => pull({ onProgress: ({ kind }) => kinds.add(kind) }));
    expect((await Promise.all(pulls)).filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(hub.rangesAsked).toEqual(['']);
    expect([...kinds]).toContain('waiting');
    expect(readdirSync(modelsDir)).toEqual(['demo-q8_0']);
  });

  test('a pull that was killed after it had installed the model does the model no harm', async () => {
    const { weightsPath: installed, folder } = await pull();
    // Its part is still there: the same file under two names.
    const left = join(modelsDir, '.theo-pull-demo-q8_0');
    mkdirSync(left);
    linkSync(installed, join(left, 'weights.partial'));
    const broken = '/someone/broken/resolve/main/ggml-demo-q8_0.bin';
    hub.put(broken, weights.subarray(0, 5_000_000));
    await expect(pull({ wanted: `${hub.url}${broken}`, force: true })).rejects.toMatchObject({
      code: 'not_a_model',
    });
    expect(readFileSync(installed).equals(weights)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(3);
    expect(existsSync(left)).toBe(false);
  });
});

describe('a model of the catalogue', () => {
  const model = resolveModel('whisper-tiny:q5_1');
  if (model?.source.kind !== 'hub') throw new Error('whisper-tiny is on the hub');
  const { repo, revision, file } = model.source;
  const path = `/${repo}/resolve/${revision}/${file}`;

  test.each(['whisper-tiny:q5_1', 'tiny-q5_1', 'openai/whisper-tiny:q5_1'])(
    'is fetched from its place by the name %s, and has to be what the catalogue says',
    async (wanted) => {
      hub.put(path, weights);
      await expect(pull({ wanted })).rejects.toMatchObject({
        code: 'size_mismatch',
        message: expect.stringContaining(`has ${weights.length} bytes, expected ${model.bytes}`),
      });
      expect(hub.seen.map((seen) => seen.path)).toEqual([path, path]);
    },
  );

  test('comes from the mirror where there is one, and the hub is not asked', async () => {
    const mirror = await StandInHub.start();
    mirror.put(`/theo${path}`, weights);
    const settings = pullSettings(
      { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_x', THEO_MODEL_MIRROR: `${mirror.url}/theo/` },
      root,
    );
    await expect(pull({ wanted: 'whisper-tiny:q5_1', settings })).rejects.toMatchObject({
      code: 'size_mismatch',
    });
    expect(mirror.seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
    expect(hub.seen).toEqual([]);
    await mirror.close();
  });

  test('is not another than the one of that SHA-256', async () => {
    await expect(pull({ wanted: 'whisper-tiny', sha256: 'ab'.repeat(32) })).rejects.toMatchObject({
      code: 'sha256_mismatch',
    });
  });

  test('that is none: what may have been meant', async () => {
    await expect(pull({ wanted: 'whisper-tinny' })).rejects.toMatchObject({
      code: 'not_in_catalogue',
      message: expect.stringContaining('whisper-tiny'),
    });
  });
});

describe('a model in a file', () => {
  test('is copied, and the copy is what is checked', async () => {
    const model = await pull({ wanted: weightsPath, name: 'mine', sha256: sha256Of(weights) });
    expect(readFileSync(model.weightsPath).equals(weights)).toBe(true);
    expect(await pull({ wanted: weightsPath, name: 'mine' })).toMatchObject({ isNew: false });
    expect(readdirSync(modelsDir)).toEqual(['mine']);
  });

  test.each<[string, () => string, string, string]>([
    ['a file that is not there', () => './nowhere.bin', 'source_unreadable', 'no such file'],
    ['a folder', () => root, 'source_unreadable', 'it is a folder'],
    ['something else', () => 'README.md', 'not_a_model', 'README.md: not a whisper.cpp model'],
    [
      'a part of one',
      () => {
        writeFileSync(join(root, 'part.bin'), weights.subarray(0, 9_000_000));
        return join(root, 'part.bin');
      },
      'not_a_model',
      'it was not copied or downloaded whole',
    ],
  ])('%s is none', async (_what, wanted, code, message) => {
    await expect(pull({ wanted: wanted() })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(existsSync(modelsDir) ? readdirSync(modelsDir) : []).toEqual([]);
  });

  test('that is not what --sha256 says: both are told', async () => {
    const sha256 = 'ab'.repeat(32);
    await expect(pull({ wanted: weightsPath, sha256 })).rejects.toMatchObject({
      code: 'sha256_mismatch',
      message: expect.stringMatching(new RegExp(`${sha256Of(weights)}.*${sha256}`)),
    });
    expect(readdirSync(modelsDir)).toEqual([]);
  });
});

test.each([
  ['/a/b/resolve/main/ggml-small.en-q5_1.bin', 'whisper-small.en-q5_1'],
  ['/a/distil-ptbr-ggml/resolve/main/ggml-model.bin', 'distil-ptbr-ggml'],
  ['/a/b/resolve/main/faster-whisper-x.bin', 'whisper-x'],
  ['/My%20model%20(2).bin', 'My-model-2-'],
  ['/100%-mine.bin', '100--mine'],
])('%s is installed as %s', async (path, name) => {
  const plan = await planPull({ wanted: `https://huggingface.co${path}` }, pullSettings({}, root));
  expect(plan.name).toBe(name);
});
