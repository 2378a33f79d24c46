import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelImportErrorCode } from '#theo/models/import/errors.js';
import { type ImportedModel, importModel } from '#theo/models/import/import-model.js';
import { loadNative } from '#theo/native.js';
import {
  encodeModel,
  multilingual,
  type SyntheticVariable,
  type Variables,
  whisperVariables,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';
import { readGgmlModel, weightsOf } from '../../../support/ggml-model.ts';
import {
  checkpointTensors,
  encodeSafetensors,
  writeCheckpoint,
} from '../../../support/hugging-face-folder.ts';
import { useImportFolders } from '../../../support/model-import.ts';

const folders = useImportFolders();
const variables = whisperVariables(multilingual);
const tensors = checkpointTensors(variables);
const query = 'model.encoder.layers.0.self_attn.q_proj';
const output = 'model.decoder.layers.0.fc2';

const sound = { peft_type: 'LORA', r: 2, lora_alpha: 8, base_model_name_or_path: 'openai/whisper-tiny' };

/** Small multiples of 1/64, as all weights here. */
function factor(seed: number, ...shape: readonly [rows: number, columns: number]): SyntheticVariable {
  const data = Float32Array.from(
    { length: shape[0] * shape[1] },
    (_, index) => (((index + 1) * seed) % 7) / 64,
  );
  return { shape, data };
}

function factors(rank = 2): Variables {
  return new Map([
    [`base_model.model.${query}.lora_A.weight`, factor(3, rank, 16)],
    [`base_model.model.${query}.lora_B.weight`, factor(5, 16, rank)],
    [`base_model.model.${output}.lora_A.weight`, factor(2, rank, 64)],
    [`base_model.model.${output}.lora_B.weight`, factor(4, 16, rank)],
  ]);
}

function base(): string {
  return writeCheckpoint(join(folders.root, 'whisper-tiny'), encodeSafetensors(tensors));
}

function adapter(config: Readonly<Record<string, unknown>> = sound, weights: Variables = factors()): string {
  return writeCheckpoint(
    join(folders.root, 'my-adapter'),
    { 'adapter_model.safetensors': encodeSafetensors(weights) },
    { 'adapter_config.json': JSON.stringify(config) },
  );
}

function importOf(source: string, from: string): Promise<ImportedModel> {
  return importModel({ source, base: from, modelsDir: folders.modelsDir, addon: loadNative(), force: true });
}

/** W + scale * B A, in the 16 bits that the file has. */
function merged(name: string, scale: number, weights = factors()): number[] {
  const own = tensors.get(`${name}.weight`) ?? { shape: [], data: new Float32Array() };
  const a = weights.get(`base_model.model.${name}.lora_A.weight`) ?? factor(1, 1, 1);
  const b = weights.get(`base_model.model.${name}.lora_B.weight`) ?? factor(1, 1, 1);
  const [rank = 0, columns = 0] = a.shape;
  return Array.from(own.data, (weight, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    let sum = 0;
    for (let each = 0; each < rank; each++) {
      sum += (b.data[row * rank + each] ?? 0) * (a.data[each * columns + column] ?? 0);
    }
    return weight + scale * sum;
  });
}

function expectMerged({ weightsPath }: ImportedModel, scale: number, weights = factors()): void {
  const found = readGgmlModel(weightsPath).tensors;
  for (const [name, tensor] of [
    [query, 'encoder.blocks.0.attn.query.weight'],
    [output, 'decoder.blocks.0.mlp.2.weight'],
  ] as const) {
    const stored = found.get(tensor);
    const values = stored ? [...weightsOf(stored)] : [];
    const expected = merged(name, scale, weights);
    expect(values).toHaveLength(expected.length);
    // Half a step of the 16 bits that a weight below 2 has.
    values.forEach((value, index) => {
      expect(Math.abs(value - (expected[index] ?? 0)), `${name} ${index}`).toBeLessThanOrEqual(2 ** -11);
    });
  }
}

describe('a LoRA adapter', () => {
  test('changes the layers that it was trained for, and no others', async () => {
    const model = await importOf(adapter(), base());
    expect(model.name).toBe('my-adapter');
    expectMerged(model, 8 / 2);
    const plain = await importModel({ source: base(), modelsDir: folders.modelsDir, addon: loadNative() });
    const [before, after] = [plain, model].map(({ weightsPath }) => readGgmlModel(weightsPath).tensors);
    const changed = [...(before ?? [])].filter(([name, tensor]) => {
      const other = after?.get(name);
      return !other || weightsOf(tensor).join() !== weightsOf(other).join();
    });
    expect(changed.map(([name]) => name)).toEqual([
      'encoder.blocks.0.attn.query.weight',
      'decoder.blocks.0.mlp.2.weight',
    ]);
  });

  test('says which files it came from, of both', async () => {
    const [from, source] = [base(), adapter()];
    const model = await importOf(source, from);
    expect(model.sources.map(({ path }) => path)).toEqual([
      join(from, 'model.safetensors'),
      join(source, 'adapter_model.safetensors'),
    ]);
    expect(readFileSync(join(model.folder, 'theo.yaml'), 'utf8')).toContain(
      'LoRA adapter my-adapter on the Hugging Face checkpoint whisper-tiny',
    );
  });

  test('with rsLoRA is scaled by the root of its rank', async () => {
    const weights = factors(4);
    const config = { ...sound, r: 4, use_rslora: true };
    expectMerged(await importOf(adapter(config, weights), base()), 8 / 2, weights);
  });

  test('with ranks of their own for some layers', async () => {
    const weights = new Map([...factors(2)].map(([name, each]) => [name, each] as const));
    weights.set(`base_model.model.${query}.lora_A.weight`, factor(3, 1, 16));
    weights.set(`base_model.model.${query}.lora_B.weight`, factor(5, 16, 1));
    const { weightsPath } = await importOf(
      adapter({ ...sound, rank_pattern: { q_proj: 1 } }, weights),
      base(),
    );
    const found = readGgmlModel(weightsPath).tensors.get('encoder.blocks.0.attn.query.weight');
    const worst = (found ? [...weightsOf(found)] : [Number.NaN]).map((value, index) =>
      Math.abs(value - (merged(query, 8, weights)[index] ?? 0)),
    );
    expect(Math.max(...worst)).toBeLessThanOrEqual(2 ** -11);
  });

  test('is merged into a faster-whisper folder as well', async () => {
    const folder = writeFolder(join(folders.root, 'faster-whisper-tiny'), encodeModel(variables));
    expectMerged(await importOf(adapter(), folder), 8 / 2);
  });
});

describe('an adapter that cannot be merged', () => {
  test.each<[string, Readonly<Record<string, unknown>>, Variables, ModelImportErrorCode, RegExp]>([
    [
      'another kind',
      { ...sound, peft_type: 'ADALORA' },
      factors(),
      'adapter_unsupported',
      /"ADALORA", .*merge_and_unload/,
    ],
    ['DoRA', { ...sound, use_dora: true }, factors(), 'adapter_unsupported', /with use_dora true/],
    ['biases', { ...sound, bias: 'all' }, factors(), 'adapter_unsupported', /with bias "all"/],
    [
      'PiSSA',
      { ...sound, init_lora_weights: 'pissa' },
      factors(),
      'adapter_unsupported',
      /init_lora_weights "pissa"/,
    ],
    [
      'scales of their own',
      { ...sound, alpha_pattern: { q_proj: 2 } },
      factors(),
      'adapter_unsupported',
      /alpha_pattern/,
    ],
    [
      'whole modules',
      { ...sound, modules_to_save: ['proj_out'] },
      factors(),
      'adapter_unsupported',
      /modules_to_save/,
    ],
    ['no rank', { ...sound, r: 0 }, factors(), 'config_invalid', /adapter_config\.json: r: /],
    [
      'another rank than it says',
      { ...sound, r: 4 },
      factors(),
      'tensor_shape',
      /are not of rank 4 .*right base\?$/,
    ],
    [
      'one factor of two',
      sound,
      new Map([...factors()].slice(0, 3)),
      'tensor_missing',
      /fc2 has one factor of two$/,
    ],
    ['nothing', sound, new Map(), 'tensor_missing', /changes no layer$/],
    [
      'a layer that the base does not have',
      sound,
      new Map([...factors()].map(([name, each]) => [name.replace('layers.0', 'layers.7'), each])),
      'adapter_unsupported',
      /layers\.7\..* belongs to no linear layer/,
    ],
    [
      'what is not a number',
      sound,
      new Map([
        ...factors(),
        [
          `base_model.model.${query}.lora_B.weight`,
          { shape: [16, 2], data: new Float32Array(32).fill(Number.NaN) },
        ],
      ]),
      'weight_not_finite',
      /lora_B\.weight holds NaN/,
    ],
    [
      'what becomes too large',
      { ...sound, lora_alpha: 1e6 },
      new Map([
        ...factors(),
        [`base_model.model.${query}.lora_B.weight`, { shape: [16, 2], data: new Float32Array(32).fill(1e4) }],
      ]),
      'weight_too_large',
      /attn\.query\.weight, merged, holds/,
    ],
  ])('has %s', async (_what, config, weights, code, message) => {
    const outcome = await folders.failureOf(adapter(config, weights), { base: base() });
    expect(outcome).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });

  test('has no base: the one that it was trained on is named', async () => {
    expect(await folders.failureOf(adapter())).toEqual({
      code: 'base_missing',
      message: expect.stringMatching(/a LoRA adapter of "openai\/whisper-tiny": .* with --base$/),
    });
  });

  test('has another adapter for its base, or is a whole model', async () => {
    const own = adapter();
    expect(await folders.failureOf(own, { base: own })).toMatchObject({ code: 'base_unsuitable' });
    expect(await folders.failureOf(base(), { base: own })).toMatchObject({ code: 'base_unsuitable' });
  });

  test('has no configuration', async () => {
    const folder = adapter();
    rmSync(join(folder, 'adapter_config.json'));
    expect(await folders.failureOf(folder, { base: base() })).toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/adapter_config\.json: no such file/),
    });
  });
});
