import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ImportedModel, type ImportOptions, importModel } from '#theo/models/import/import-model.js';
import { parseManifest } from '#theo/models/manifest.js';
import { loadNative } from '#theo/native.js';
import { readGgmlModel, weightsOf } from '../../../support/ggml-model.ts';
import {
  checkpointTensors,
  encodeSafetensors,
  writeCheckpoint,
} from '../../../support/hugging-face-folder.ts';
import { soundVariables, useImportFolders } from '../../../support/model-import.ts';
import {
  openAiCheckpoint,
  openAiDims,
  openAiTensors,
  smallSizes,
} from '../../../support/openai-checkpoint.ts';
import { type Picklable, pytorchFile } from '../../../support/pytorch-file.ts';

const folders = useImportFolders();

function importOf(source: string, options: Partial<ImportOptions> = {}): Promise<ImportedModel> {
  return importModel({ source, modelsDir: folders.modelsDir, addon: loadNative(), ...options });
}

function write(name: string, bytes: Buffer): string {
  const path = join(folders.root, name);
  writeFileSync(path, bytes);
  return path;
}

it("OpenAI's checkpoint becomes a model of its weights, with the vocabulary that comes along", async () => {
  const tensors = openAiTensors(smallSizes);
  const model = await importOf(write('base.pt', openAiCheckpoint(tensors)));
  expect(model).toMatchObject({ name: 'whisper-base', quantization: 'f16' });
  expect(model.languages).toHaveLength(99);
  const ggml = readGgmlModel(model.weightsPath);
  expect(ggml.tensors.size).toBe(tensors.size);
  for (const [name, { bytes }] of tensors) {
    const written = ggml.tensors.get(name);
    expect(written && Buffer.from(weightsOf(written).buffer).equals(bytes), name).toBe(true);
  }
  // Of OpenAI's multilingual vocabulary.
  expect(ggml.tokens).toHaveLength(50_257);
  expect([0, 13, 1_002, 50_255].map((token) => ggml.tokens[token]?.toString())).toEqual([
    '!',
    '.',
    ' world',
    '场',
  ]);
  const manifest = parseManifest(readFileSync(join(model.folder, 'theo.yaml'), 'utf8'), 'theo.yaml');
  expect(manifest.description).toContain('OpenAI checkpoint base.pt');
  const loaded = await loadNative().loadModel(model.weightsPath, {
    useGpu: false,
    int8: true,
    prepareSilence: false,
  });
  expect(loaded.isMultilingual).toBe(true);
  loaded.close();
});

it('an English one gets the English vocabulary, and a name of its own keeps it', async () => {
  const sizes = { ...smallSizes, vocabulary: 51_864 };
  const file = openAiCheckpoint(openAiTensors(sizes), openAiDims(sizes));
  const model = await importOf(write('my model.pt', file));
  expect(model).toMatchObject({ name: 'my-model', languages: ['en'] });
  const { tokens } = readGgmlModel(model.weightsPath);
  expect([0, 13, 1_000, 50_256].map((token) => tokens[token]?.toString())).toEqual([
    '!',
    '.',
    'ale',
    '<|endoftext|>',
  ]);
});

it('a fine-tuned one that is the dictionary of tensors alone is imported, too', async () => {
  // Heads are as wide as all of OpenAI's where nothing is said of them.
  const tensors = openAiTensors({ ...smallSizes, state: 64 });
  const model = await importOf(write('tuned.pt', pytorchFile(tensors)));
  expect(model.name).toBe('tuned');
});

it('sizes that the tensors do not have are refused', async () => {
  const dims = openAiDims(smallSizes).set('n_audio_layer', 2);
  const path = write('base.pt', openAiCheckpoint(openAiTensors(smallSizes), dims));
  expect(await folders.failureOf(path)).toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining('states n_audio_layer 2, but the tensors are those of 1'),
  });
  folders.expectNothingInstalled();
});

it('a pickle that would run something runs nothing and is refused', async () => {
  const marker = join(folders.root, 'ran');
  const command = Buffer.from(`touch ${marker}`);
  const evil = Buffer.concat([
    Buffer.from('cos\nsystem\nX', 'latin1'),
    Buffer.from([command.length, 0, 0, 0]),
    command,
    Buffer.from('\x85R', 'latin1'),
  ]);
  // In the place of the first tensor's call.
  const file = openAiCheckpoint();
  const at = file.indexOf('ctorch._utils');
  const path = write('evil.pt', Buffer.concat([file.subarray(0, at), evil, file.subarray(at + evil.length)]));
  expect(await folders.failureOf(path)).toMatchObject({ code: 'weights_malformed' });
  expect(() => readFileSync(marker)).toThrow('ENOENT');
});

it("Hugging Face's pytorch_model.bin gives the bytes of the same weights in safetensors", async () => {
  const tensors = checkpointTensors(soundVariables);
  const folder = join(folders.root, 'tuned');
  writeCheckpoint(folder, { 'model.safetensors': encodeSafetensors(tensors) });
  const expected = await importOf(folder, { name: 'expected' });
  const pickled = join(folders.root, 'pickled');
  const root = new Map<string, Picklable>(
    Array.from(tensors, ([name, { shape, data }]) => [
      name,
      { shape, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength) },
    ]),
  );
  writeCheckpoint(pickled, { 'pytorch_model.bin': pytorchFile(root) });
  const model = await importOf(pickled);
  expect(model).toMatchObject({ name: 'pickled', weightsSha256: expected.weightsSha256 });
});
