import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelImportErrorCode } from '#theo/models/import/errors.js';
import { type ImportedModel, type ImportOptions, importModel } from '#theo/models/import/import-model.js';
import { parseManifest } from '#theo/models/manifest.js';
import { loadNative } from '#theo/native.js';
import {
  encodeModel,
  multilingual,
  type SyntheticVariable,
  type Variables,
  vocabularyTokens,
  whisperVariables,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';
import { readGgmlModel, weightsOf } from '../../../support/ggml-model.ts';
import {
  checkpointFiles,
  checkpointTensors,
  encodePyTorch,
  encodeSafetensors,
  inParts,
  withHeader,
  writeCheckpoint,
} from '../../../support/hugging-face-folder.ts';
import { useImportFolders } from '../../../support/model-import.ts';

const folders = useImportFolders();
const variables = whisperVariables(multilingual);
const tensors = checkpointTensors(variables);
const soundFile = encodeSafetensors(tensors, 'F16');

function source(): string {
  return join(folders.root, 'my-fine-tune');
}

function importOf(path: string, options: Partial<ImportOptions> = {}): Promise<ImportedModel> {
  return importModel({
    source: path,
    modelsDir: folders.modelsDir,
    addon: loadNative(),
    force: true,
    ...options,
  });
}

/** What the same weights give out of a faster-whisper folder. */
async function referenceSha256(of = variables, files?: Readonly<Record<string, string>>): Promise<string> {
  const folder = writeFolder(join(folders.root, 'reference'), encodeModel(of), files);
  return (await importOf(folder)).weightsSha256;
}

function manifestOf({ folder }: ImportedModel): ReturnType<typeof parseManifest> {
  return parseManifest(readFileSync(join(folder, 'theo.yaml'), 'utf8'), 'theo.yaml');
}

describe('a Hugging Face checkpoint gives the bytes of the same weights in a faster-whisper folder', () => {
  test('in 32 and 16 bits of either kind', async () => {
    const expected = await referenceSha256();
    for (const type of ['F32', 'F16', 'BF16'] as const) {
      const folder = writeCheckpoint(source(), encodeSafetensors(tensors, type));
      expect((await importOf(folder)).weightsSha256, type).toBe(expected);
    }
  });

  test('in several files, which are all told of', async () => {
    const folder = writeCheckpoint(source(), inParts(tensors, 3));
    const { weightsSha256, sources, folder: target } = await importOf(folder);
    expect(weightsSha256).toBe(await referenceSha256());
    expect(sources.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((part) => join(folder, `model-0000${part}-of-00003.safetensors`)),
    );
    const yaml = readFileSync(join(target, 'theo.yaml'), 'utf8');
    expect(yaml).toContain('Hugging Face checkpoint my-fine-tune');
    for (const { sha256 } of sources) expect(yaml).toContain(sha256);
  });

  test('without "model." before the names, with zeros for key biases, and with the output stored as well', async () => {
    const own = checkpointTensors(variables, '');
    own.set('decoder.layers.0.self_attn.k_proj.bias', { shape: [16], data: new Float32Array(16) });
    const embeddings = own.get('decoder.embed_tokens.weight');
    if (embeddings) own.set('proj_out.weight', embeddings);
    const folder = writeCheckpoint(source(), encodeSafetensors(own));
    expect((await importOf(folder)).weightsSha256).toBe(await referenceSha256());
  });

  test('out of a cache, whose snapshots are links, beside what training leaves there', async () => {
    const snapshot = join(folders.root, 'models--somebody--my-fine-tune', 'snapshots', '0123abcd');
    const blobs = join(folders.root, 'blobs');
    for (const folder of [snapshot, blobs]) mkdirSync(folder, { recursive: true });
    const files = { ...checkpointFiles(), 'model.safetensors': soundFile };
    for (const [index, [name, contents]] of Object.entries(files).entries()) {
      writeFileSync(join(blobs, String(index)), contents);
      symlinkSync(join(blobs, String(index)), join(snapshot, name));
    }
    for (const name of ['optimizer.pt', 'training_args.bin', 'pytorch_model.bin', 'rng_state.pth']) {
      writeFileSync(join(snapshot, name), 'x');
    }
    const { name, weightsSha256 } = await importOf(snapshot);
    expect([name, weightsSha256]).toEqual(['my-fine-tune', await referenceSha256()]);
  });

  test('by the path of its file, whatever that is called', async () => {
    const folder = writeCheckpoint(source(), { 'model.fp16.safetensors': soundFile });
    const { name, weightsSha256 } = await importOf(join(folder, 'model.fp16.safetensors'));
    expect([name, weightsSha256]).toEqual(['my-fine-tune', await referenceSha256()]);
  });

  test('as PyTorch pickled it, in one file or in several', async () => {
    const { weightsSha256 } = await importOf(
      writeCheckpoint(join(folders.root, 'one'), { 'pytorch_model.bin': encodePyTorch(tensors) }),
    );
    const halves = [0, 1].map((half) => new Map([...tensors].filter((_, index) => index % 2 === half)));
    const names = ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'];
    const places = halves.flatMap((half, index) => [...half.keys()].map((name) => [name, names[index]]));
    const folder = writeCheckpoint(join(folders.root, 'two'), {
      ...Object.fromEntries(names.map((name, index) => [name, encodePyTorch(halves[index] ?? new Map())])),
      'pytorch_model.bin.index.json': JSON.stringify({ weight_map: Object.fromEntries(places) }),
    });
    const expected = await referenceSha256();
    expect([weightsSha256, (await importOf(folder)).weightsSha256]).toEqual([expected, expected]);
  });

  test('without a tokenizer: the model has the one that OpenAI trained it with', async () => {
    const { 'config.json': config = '' } = checkpointFiles();
    const folder = writeCheckpoint(source(), soundFile, { 'config.json': config });
    const { tokens } = readGgmlModel((await importOf(folder)).weightsPath);
    expect(tokens[2_425]?.toString()).toBe(' Hello');
  });

  test('with a tokenizer in its older form, of two files', async () => {
    const { 'config.json': config = '' } = checkpointFiles();
    const entries = vocabularyTokens(multilingual.vocabulary).map((token, id) => [token, id] as const);
    const folder = writeCheckpoint(source(), soundFile, {
      'config.json': config,
      'vocab.json': JSON.stringify(Object.fromEntries(entries.slice(0, 50_257).reverse())),
      'added_tokens.json': JSON.stringify(Object.fromEntries(entries.slice(50_257, 50_364))),
    });
    expect((await importOf(folder)).weightsSha256).toBe(await referenceSha256());
  });

  test("with large-v3's 128 mels and its language", async () => {
    const sizes = { ...multilingual, vocabulary: 51_866, mels: 128 };
    const own = whisperVariables(sizes);
    const folder = writeCheckpoint(
      source(),
      encodeSafetensors(checkpointTensors(own), 'BF16'),
      checkpointFiles(sizes),
    );
    const model = await importOf(folder);
    const files = { 'vocabulary.json': JSON.stringify(vocabularyTokens(sizes.vocabulary)) };
    expect(model.weightsSha256).toBe(await referenceSha256(own, files));
    expect(model.languages.at(-1)).toBe('yue');
  });

  test('and a weight that was trained further arrives where it belongs', async () => {
    const name = 'model.decoder.layers.0.encoder_attn.v_proj.weight';
    const { shape = [], data = new Float32Array() } = tensors.get(name) ?? {};
    const trained = new Map(tensors).set(name, { shape, data: data.map((weight) => weight * 2) });
    const { weightsPath } = await importOf(writeCheckpoint(source(), encodeSafetensors(trained)));
    const found = readGgmlModel(weightsPath).tensors.get('decoder.blocks.0.cross_attn.value.weight');
    expect(found && [...weightsOf(found)]).toEqual([...data.map((weight) => weight * 2)]);
  });
});

describe('the manifest of a checkpoint', () => {
  const json = JSON.stringify;

  test('has languages, heads and suppressed tokens of generation_config.json', async () => {
    const folder = writeCheckpoint(source(), soundFile, {
      ...checkpointFiles(multilingual, { suppress_tokens: [9] }),
      'generation_config.json': json({
        alignment_heads: [[0, 0]],
        lang_to_id: { '<|pt|>': 50_267, '<|en|>': 50_259 },
        suppress_tokens: [7, 2],
      }),
      'preprocessor_config.json': json({
        feature_size: 80,
        sampling_rate: 16_000,
        n_fft: 400,
        hop_length: 160,
      }),
    });
    const model = await importOf(folder);
    expect(manifestOf(model)).toMatchObject({
      capabilities: { languages: ['en', 'pt'] },
      engineConfig: { suppressTokens: [2, 7] },
    });
    expect(readFileSync(join(model.folder, 'theo.yaml'), 'utf8')).toContain('alignment_heads: [[0, 0]]');
  });

  test('has the suppressed tokens of config.json where there are no others, and all languages', async () => {
    const files = checkpointFiles(multilingual, { suppress_tokens: [9, 1] });
    const model = await importOf(writeCheckpoint(source(), soundFile, files));
    expect(manifestOf(model).engineConfig.suppressTokens).toEqual([1, 9]);
    expect(model.languages).toHaveLength(99);
  });
});

describe('a checkpoint that is damaged or none', () => {
  const json = JSON.stringify;
  const header = (change: Parameters<typeof encodeSafetensors>[2]): Buffer =>
    encodeSafetensors(tensors, 'F16', change);
  const entry = 'model.encoder.conv1.bias';
  const changed = (fields: Readonly<Record<string, unknown>>): Buffer =>
    header((all) => ({ ...all, [entry]: { ...all[entry], ...fields } }));
  const huge = Buffer.from(soundFile);
  huge.writeBigUInt64LE(2n ** 63n);

  test.each<[string, Buffer, ModelImportErrorCode, RegExp]>([
    ['empty', Buffer.alloc(0), 'not_safetensors', /not a safetensors file$/],
    ['of ggml', Buffer.from('lmgg\x01\x02\x03\x04    '), 'not_safetensors', /but a ggml model/],
    [
      'not fetched by Git LFS',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0'),
      'not_safetensors',
      /git lfs pull/,
    ],
    ['with a header without end', huge, 'weights_malformed', /the header has 9223372036854775808 bytes/],
    ['cut in its header', soundFile.subarray(0, 500), 'weights_truncated', /ends inside its header/],
    ['cut in its weights', soundFile.subarray(0, -3), 'weights_truncated', /not copied whole$/],
    ['with bytes behind', Buffer.concat([soundFile, Buffer.alloc(3)]), 'weights_malformed', /3 bytes follow/],
    ['with a header of no JSON', withHeader('{"a'), 'weights_malformed', /not JSON/],
    ['with a tensor of no type', changed({ dtype: 'F7' }), 'weights_malformed', /unknown type "F7"/],
    ['of a type from Object', changed({ dtype: 'toString' }), 'weights_malformed', /unknown type "toString"/],
    ['with a tensor of no shape', changed({ shape: [-1] }), 'weights_malformed', /shape\.0/],
    ['of five dimensions', changed({ shape: [1, 1, 1, 1, 16] }), 'weights_malformed', /: shape/],
    [
      'with bytes that its shape does not need',
      changed({ shape: [8] }),
      'weights_malformed',
      /has 32 bytes, not 16/,
    ],
    [
      'with tensors one over the other',
      header((all) => ({ ...all, [entry]: { ...all[entry], data_offsets: [0, 32] } })),
      'weights_malformed',
      /tensors overlap or leave a gap/,
    ],
    [
      'with a tensor left out of the header',
      header(({ [entry]: _left, ...others }) => others),
      'weights_malformed',
      /tensors overlap or leave a gap/,
    ],
    [
      'of 8-bit integers',
      withHeader(
        json({ 'model.decoder.embed_tokens.weight': { dtype: 'I8', shape: [2], data_offsets: [0, 2] } }),
        Buffer.alloc(2),
      ),
      'tensor_shape',
      /expected 2 dimensions/,
    ],
  ])('a file %s', async (_what, bytes, code, message) => {
    const folder = writeCheckpoint(source(), bytes);
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });

  test.each<[string, (all: Variables) => unknown, ModelImportErrorCode, RegExp]>([
    [
      'a tensor missing',
      (all) => all.delete(entry),
      'tensor_missing',
      /"model\.encoder\.conv1\.bias" is missing$/,
    ],
    [
      'a tensor too many',
      (all) => all.set('projector.weight', { shape: [2, 2], data: new Float32Array(4) }),
      'tensor_unexpected',
      /"projector\.weight" is none of Whisper's/,
    ],
    [
      'an output of its own',
      (all) => all.set('proj_out.weight', { shape: [51_865, 16], data: new Float32Array(51_865 * 16) }),
      'tensor_unexpected',
      /"proj_out\.weight" is not the embeddings'/,
    ],
    [
      'what is not a number',
      (all) => all.set(entry, { shape: [16], data: new Float32Array(16).fill(Number.NaN) }),
      'weight_not_finite',
      /conv1\.bias holds NaN/,
    ],
    [
      'key biases',
      (all) =>
        all.set('model.encoder.layers.0.self_attn.k_proj.bias', {
          shape: [16],
          data: new Float32Array(16).fill(1),
        }),
      'key_bias_not_zero',
      /k_proj\.bias" are not zero/,
    ],
  ])('with %s', async (_what, change, code, message) => {
    const own = new Map<string, SyntheticVariable>(tensors);
    change(own);
    const folder = writeCheckpoint(source(), encodeSafetensors(own));
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });

  test.each<[string, Readonly<Record<string, string>>, ModelImportErrorCode, RegExp]>([
    [
      'of another kind of model',
      checkpointFiles(multilingual, { model_type: 'wav2vec2' }),
      'not_whisper',
      /"wav2vec2"/,
    ],
    [
      'of another size',
      checkpointFiles(multilingual, { encoder_layers: 6 }),
      'config_invalid',
      /encoder_layers is 6, but the weights have 1: they do not belong together$/,
    ],
    [
      'with heads that do not fit',
      checkpointFiles(multilingual, { encoder_attention_heads: 3 }),
      'dimensions_unsupported',
      /3 encoder heads do not divide/,
    ],
    [
      'that computes otherwise',
      checkpointFiles(multilingual, { activation_function: 'relu' }),
      'config_invalid',
      /activation_function/,
    ],
    [
      'with another spectrogram',
      { ...checkpointFiles(), 'preprocessor_config.json': json({ hop_length: 80 }) },
      'config_invalid',
      /hop_length is 80, expected 160/,
    ],
    [
      'with a token that the vocabulary does not have',
      { ...checkpointFiles(), 'generation_config.json': json({ suppress_tokens: [51_865] }) },
      'config_invalid',
      /generation_config\.json: suppress_tokens: the vocabulary has no token 51865$/,
    ],
  ])('a configuration %s', async (_what, files, code, message) => {
    const folder = writeCheckpoint(source(), soundFile, files);
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });

  test('with a name that would write on the terminal: the message is one line without control characters', async () => {
    const name = `\u001b[2J\n${'x'.repeat(5_000)}`;
    const own = new Map(tensors).set(name, { shape: [1], data: new Float32Array(1) });
    const { code, message } = await folders.failureOf(writeCheckpoint(source(), encodeSafetensors(own)));
    expect(code).toBe('tensor_unexpected');
    expect(message).not.toMatch(/\p{Cc}/u);
    expect(message.length).toBeLessThanOrEqual(1_000);
  });

  test('without a config.json', async () => {
    const folder = writeCheckpoint(source(), soundFile);
    rmSync(join(folder, 'config.json'));
    expect(await folders.failureOf(folder)).toEqual({
      code: 'config_invalid',
      message: expect.stringMatching(/config\.json: no such file: copy it/),
    });
  });

  test.each<[string, unknown, ModelImportErrorCode, RegExp]>([
    [
      'a path upwards',
      { a: '../secret.safetensors' },
      'weights_malformed',
      /is no name of a file of weights beside it$/,
    ],
    ['an absolute path', { a: '/etc/passwd' }, 'weights_malformed', /is no name/],
    ['a hidden file', { a: '.x.safetensors' }, 'weights_malformed', /is no name/],
    [
      'a file that is not there',
      { a: 'x.safetensors' },
      'source_unreadable',
      /x\.safetensors: cannot be read \(no such file\)/,
    ],
    ['no list', 7, 'weights_malformed', /no weight_map/],
    [
      'more parts than are plausible',
      Object.fromEntries(Array.from({ length: 129 }, (_, part) => [String(part), `${part}.safetensors`])),
      'weights_malformed',
      /129 parts/,
    ],
    [
      'a tensor that its part does not have',
      {
        ...Object.fromEntries([...tensors.keys()].map((name) => [name, 'part.safetensors'])),
        x: 'part.safetensors',
      },
      'tensor_missing',
      /part\.safetensors: the tensor "x" is missing$/,
    ],
    [
      'not all that its part has',
      { [entry]: 'part.safetensors' },
      'weights_malformed',
      /is not listed for it/,
    ],
  ])('an index with %s', async (_what, places, code, message) => {
    const index = json({ weight_map: places });
    const folder = writeCheckpoint(source(), {
      'model.safetensors.index.json': index,
      'part.safetensors': soundFile,
    });
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });

  test('one part of several: its folder is asked for', async () => {
    const folder = writeCheckpoint(source(), inParts(tensors, 2));
    expect(await folders.failureOf(join(folder, 'model-00001-of-00002.safetensors'))).toEqual({
      code: 'source_unsuitable',
      message: expect.stringMatching(/one part of several; give the folder$/),
    });
  });
});
