import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type ImportedModel, importModel } from '#theo/models/import/import-model.js';
import { melFilters } from '#theo/models/import/mel-filters.js';
import { parseManifest } from '#theo/models/manifest.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative, type NativeWeightType } from '#theo/native.js';
import {
  type Encoding,
  encodeModel,
  multilingual,
  type Variables,
  vocabularyTokens,
  whisperVariables,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';
import { decodeAlone, plainRequest } from '../../../support/decode-request.ts';
import { readGgmlModel, weightsOf } from '../../../support/ggml-model.ts';

// Every model has a whole vocabulary: megabytes are written and read.
vi.setConfig({ testTimeout: 30_000 });

const addon = loadNative();
const root = mkdtempSync(join(tmpdir(), 'theo-import-'));
const modelsDir = join(root, 'models');
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;

async function importOf(
  variables: Variables,
  options: {
    readonly encoding?: Encoding;
    readonly files?: Readonly<Record<string, string>>;
    readonly quantization?: NativeWeightType;
    readonly name?: string;
  } = {},
): Promise<ImportedModel> {
  const folder = writeFolder(
    join(root, `faster-whisper-${folders++}`),
    encodeModel(variables, options.encoding),
    options.files,
  );
  const { name, quantization } = options;
  return importModel({ source: folder, modelsDir, addon, name, quantization });
}

/** Rows of a variable. */
function rowsOf(variables: Variables, name: string, first: number, count: number): number[] {
  const { shape, data } = variables.get(name) ?? { shape: [], data: new Float32Array() };
  const length = data.length / (shape[0] ?? 1);
  return [...data.subarray(first * length, (first + count) * length)];
}

describe('the weights', () => {
  const variables = whisperVariables({ ...multilingual, layers: 2 });

  test('lie in the order, shapes and types of whisper.cpp', async () => {
    const { weightsPath } = await importOf(variables);
    const { header, filters, tokens, tensors } = readGgmlModel(weightsPath);
    expect(header).toEqual([51_865, 50, 16, 1, 2, 448, 16, 1, 2, 80, 1]);
    expect(filters).toEqual(melFilters(80));
    expect(tokens).toHaveLength(50_257);

    const names = [...tensors.keys()];
    expect(names).toHaveLength(5 + 15 * 2 + 2 + 2 + 24 * 2 + 2);
    expect(names.slice(0, 8)).toEqual([
      'encoder.positional_embedding',
      'encoder.conv1.weight',
      'encoder.conv1.bias',
      'encoder.conv2.weight',
      'encoder.conv2.bias',
      'encoder.blocks.0.attn.query.weight',
      'encoder.blocks.0.attn.query.bias',
      'encoder.blocks.0.attn.key.weight',
    ]);
    expect(tensors.get('encoder.conv1.weight')).toMatchObject({ dimensions: [3, 80, 16], type: 1 });
    expect(tensors.get('encoder.conv1.bias')).toMatchObject({ dimensions: [1, 16], type: 0 });
    expect(tensors.get('encoder.positional_embedding')).toMatchObject({ dimensions: [16, 50], type: 0 });
    expect(tensors.get('decoder.token_embedding.weight')).toMatchObject({
      dimensions: [16, 51_865],
      type: 1,
    });
    expect(tensors.get('decoder.blocks.1.mlp.0.weight')).toMatchObject({ dimensions: [16, 64], type: 1 });
    expect(tensors.get('decoder.blocks.1.mlp.0.bias')).toMatchObject({ dimensions: [64], type: 0 });
  });

  test.each([
    ['encoder.blocks.1.attn.query.weight', 'encoder/layer_1/self_attention/linear_0/weight', 0, 16],
    ['encoder.blocks.1.attn.key.weight', 'encoder/layer_1/self_attention/linear_0/weight', 16, 16],
    ['encoder.blocks.1.attn.value.weight', 'encoder/layer_1/self_attention/linear_0/weight', 32, 16],
    ['encoder.blocks.1.attn.value.bias', 'encoder/layer_1/self_attention/linear_0/bias', 32, 16],
    ['decoder.blocks.0.cross_attn.query.weight', 'decoder/layer_0/attention/linear_0/weight', 0, 16],
    ['decoder.blocks.0.cross_attn.key.weight', 'decoder/layer_0/attention/linear_1/weight', 0, 16],
    ['decoder.blocks.0.cross_attn.value.weight', 'decoder/layer_0/attention/linear_1/weight', 16, 16],
    ['decoder.blocks.0.cross_attn.out.bias', 'decoder/layer_0/attention/linear_2/bias', 0, 16],
    ['decoder.blocks.0.mlp.2.weight', 'decoder/layer_0/ffn/linear_1/weight', 0, 16],
    ['decoder.blocks.0.mlp_ln.weight', 'decoder/layer_0/ffn/layer_norm/gamma', 0, 16],
    ['encoder.conv2.weight', 'encoder/conv2/weight', 0, 16],
    ['encoder.ln_post.bias', 'encoder/layer_norm/beta', 0, 16],
    ['decoder.ln.weight', 'decoder/layer_norm/gamma', 0, 16],
  ])('%s is %s from row %i on', async (tensor, variable, first, count) => {
    const name = 'rows';
    const model =
      (await ModelRegistry.open({ modelsDir })).find(name) ?? (await importOf(variables, { name }));
    const found = readGgmlModel(model.weightsPath).tensors.get(tensor);
    expect(found && [...weightsOf(found)]).toEqual(rowsOf(variables, variable, first, count));
  });

  test('are the same from 32 and 16 bits of either kind, and from file versions 2 to 6', async () => {
    const encodings: readonly Encoding[] = [
      { type: 'float32' },
      { type: 'float16' },
      { type: 'bfloat16' },
      { version: 5 },
      { version: 4 },
      { version: 3 },
      { version: 2 },
    ];
    const imported = await Promise.all(encodings.map((encoding) => importOf(variables, { encoding })));
    expect(new Set(imported.map(({ weightsSha256 }) => weightsSha256)).size).toBe(1);
  });

  test('16-bit floats of every size keep their value', async () => {
    const changed = new Map(variables);
    const exact = [65_504, 2 ** -14, 2 ** -24, 1_023 * 2 ** -24, 1, 1.5, 2 ** -15, 0].flatMap((each) => [
      each,
      -each,
    ]);
    changed.set('decoder/layer_norm/gamma', { shape: [16], data: Float32Array.from(exact) });
    const { weightsPath } = await importOf(changed, { encoding: { type: 'float16' } });
    const found = readGgmlModel(weightsPath).tensors.get('decoder.ln.weight');
    expect(found && [...weightsOf(found)]).toEqual(exact);
  });

  test('of 8 bits are what their scale makes of them', async () => {
    const exact = readGgmlModel((await importOf(variables)).weightsPath).tensors;
    const encoding = { type: 'int8' } as const;
    const { weightsPath } = await importOf(variables, { encoding, quantization: 'f16' });
    const coarse = readGgmlModel(weightsPath).tensors;
    expect([...coarse.keys()]).toEqual([...exact.keys()]);
    for (const [name, tensor] of exact) {
      const expected = weightsOf(tensor);
      const found = weightsOf(coarse.get(name) ?? tensor);
      // Half a step of 1/127 of a row's largest weight, and 16 bits.
      const worst = expected.reduce(
        (max, weight, index) => Math.max(max, Math.abs(weight - (found[index] ?? 0))),
        0,
      );
      expect(worst, name).toBeLessThan(0.5 / 127 + 0.0005);
    }
  });

  test('an alias stands for its variable, whichever of the two names is stored', async () => {
    const renamed: Variables = new Map(
      [...variables].map(([name, each]) => [
        name === 'decoder/embeddings/weight' ? 'decoder/projection/weight' : name,
        each,
      ]),
    );
    const aliases = [['decoder/embeddings/weight', 'decoder/projection/weight']] as const;
    const { weightsSha256 } = await importOf(renamed, { encoding: { aliases } });
    expect(weightsSha256).toBe((await importOf(variables)).weightsSha256);
  });
});

describe('the file', () => {
  test.each([
    ['f16', 32],
    ['q8_0', 32],
    ['q5_1', 32],
    ['q4_0', 32],
    ['q6_k', 256],
  ] as const)('in %s loads and decodes', async (quantization, state) => {
    const variables = whisperVariables({ ...multilingual, state });
    const imported = await importOf(variables, { quantization });
    expect(statSync(imported.weightsPath).size).toBe(imported.weightsBytes);
    const model = await addon.loadModel(imported.weightsPath, {
      useGpu: false,
      int8: true,
      prepareSilence: false,
    });
    const slot = new addon.DecodeSlot(model);
    const result = await decodeAlone(slot, {
      ...plainRequest,
      samples: new Float32Array(16_000),
      language: 'pt',
      maxTokens: 4,
    });
    expect(result.outcome).toBe('done');
    expect([model.isMultilingual, model.audioContext, model.vocabularySize]).toEqual([true, 50, 51_865]);
    slot.close();
    model.close();
  });
});

describe('the vocabulary', () => {
  const variables = whisperVariables(multilingual);
  const tokens = vocabularyTokens(multilingual.vocabulary);

  test('stands in the file as the bytes that its letters stand for', async () => {
    const { tokens: bytes } = readGgmlModel((await importOf(variables)).weightsPath);
    expect(bytes.slice(0, 256).map((token) => [...token])).toEqual(
      Array.from({ length: 256 }, (_, byte) => [byte]),
    );
    expect(bytes[1_000]?.toString()).toBe('bmm');
    expect(bytes[50_256]).toHaveLength(0);
  });

  test('is the same from a list of JSON, lines with Windows ends and a tokenizer', async () => {
    const entries = tokens.map((token, number) => [token, number] as const);
    const tokenizer = {
      model: { vocab: Object.fromEntries(entries.slice(0, 50_257)) },
      added_tokens: entries.slice(50_257, 50_364).map(([content, id]) => ({ id, content })),
    };
    const files: readonly Readonly<Record<string, string>>[] = [
      { 'vocabulary.txt': tokens.join('\n') },
      { 'vocabulary.txt': `${tokens.join('\r\n')}\r\n` },
      { 'vocabulary.json': JSON.stringify(tokens) },
      { 'tokenizer.json': JSON.stringify(tokenizer) },
    ];
    const imported = await Promise.all(files.map((each) => importOf(variables, { files: each })));
    expect(new Set(imported.map(({ weightsSha256 }) => weightsSha256)).size).toBe(1);
  });
});

describe('the manifest', () => {
  const vocabulary = { 'vocabulary.txt': vocabularyTokens(51_865).join('\n') };

  test('says what the model can do, where its decoder follows the audio and where it came from', async () => {
    const config = JSON.stringify({
      alignment_heads: [[0, 0]],
      lang_ids: [50_267, 50_259],
      suppress_ids: [50_258, 1, 220, 1],
    });
    const model = await importOf(whisperVariables(multilingual), {
      files: { ...vocabulary, 'config.json': config },
      name: 'portuguese',
    });
    const yaml = readFileSync(join(model.folder, 'theo.yaml'), 'utf8');
    expect(yaml).toContain('alignment_heads: [[0, 0]]');
    expect(parseManifest(yaml, 'theo.yaml')).toMatchObject({
      name: 'portuguese',
      version: '1.0.0',
      engine: 'whisper.cpp',
      capabilities: {
        languages: ['en', 'pt'],
        translation: true,
        languageDetection: true,
        initialPrompt: true,
        hotWords: true,
      },
      engineConfig: { file: 'portuguese-f16.bin', audioCtx: 'auto', suppressTokens: [1, 220, 50_258] },
    });
    expect(yaml).toContain(`SHA-256 ${model.sources[0]?.sha256}`);
    expect(readdirSync(model.folder).sort()).toEqual(['portuguese-f16.bin', 'theo.yaml']);
  });

  test('of an English vocabulary: no other language, no translation', async () => {
    const english = { ...multilingual, vocabulary: 51_864 };
    const model = await importOf(whisperVariables(english), {
      files: { 'vocabulary.txt': vocabularyTokens(51_864).join('\n') },
    });
    expect(model.languages).toEqual(['en']);
    const { capabilities } = parseManifest(
      readFileSync(join(model.folder, 'theo.yaml'), 'utf8'),
      'theo.yaml',
    );
    expect(capabilities).toMatchObject({ languages: ['en'], translation: false, languageDetection: false });
  });

  test.each([
    [51_865, 99, 'su'],
    [51_866, 100, 'yue'],
  ])('without a config.json a vocabulary of %i has %i languages', async (size, count, last) => {
    const { languages } = await importOf(whisperVariables({ ...multilingual, vocabulary: size, mels: 128 }), {
      files: { 'vocabulary.json': JSON.stringify(vocabularyTokens(size)) },
    });
    expect([languages.length, languages.at(-1), languages[8]]).toEqual([count, last, 'pt']);
  });

  test('an 8-bit source stays in 8 bits unless told otherwise', async () => {
    const variables = whisperVariables({ ...multilingual, state: 32 });
    expect((await importOf(variables, { encoding: { type: 'int8' } })).quantization).toBe('q8_0');
  });

  test('the registry finds the model', async () => {
    const { name, weightsPath, weightsBytes } = await importOf(whisperVariables(multilingual));
    const registry = await ModelRegistry.open({ modelsDir });
    expect(registry.problems).toEqual([]);
    expect(name).toMatch(/^whisper-\d+$/);
    expect(registry.find(`faster-${name}`)).toMatchObject({ weightsPath, weightsBytes, origin: 'installed' });
  });
});
