import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelImportErrorCode } from '#theo/models/import/errors.js';
import { importModel } from '#theo/models/import/import-model.js';
import { loadNative } from '#theo/native.js';
import {
  type Encoding,
  encodeModel,
  multilingual,
  type SyntheticVariable,
  type Variables,
  whisperVariables,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';
import { soundVariables, useImportFolders } from '../../../support/model-import.ts';

const folders = useImportFolders();

describe('a tensor', () => {
  type Change = Readonly<Record<string, SyntheticVariable | undefined>>;
  const changedSizes = (sizes: Partial<typeof multilingual>): Variables =>
    whisperVariables({ ...multilingual, ...sizes });
  const filled = (name: string, ...values: readonly (readonly [index: number, value: number])[]): Change => {
    const { shape, data } = soundVariables.get(name) ?? { shape: [], data: new Float32Array() };
    const changed = data.slice();
    for (const [index, value] of values) changed[index] = value;
    return { [name]: { shape, data: changed } };
  };
  const shaped = (name: string, ...shape: readonly number[]): Change => ({
    [name]: { shape, data: new Float32Array(shape.reduce((product, dimension) => product * dimension, 1)) },
  });
  const selfKeys = 'encoder/layer_0/self_attention/linear_0/bias';

  test.each<[string, Variables | Change, ModelImportErrorCode, RegExp, Encoding?]>([
    [
      'that is missing',
      { 'decoder/layer_0/ffn/linear_1/bias': undefined },
      'tensor_missing',
      /"decoder\/layer_0\/ffn\/linear_1\/bias" is missing$/,
    ],
    [
      'that tells the sizes and is missing',
      { 'decoder/embeddings/weight': undefined },
      'tensor_missing',
      /"decoder\/embeddings\/weight" is missing$/,
      { aliases: [] },
    ],
    [
      'of whose layer nothing else is there',
      shaped('encoder/layer_7/ffn/x', 1),
      'tensor_missing',
      /encoder\/layer_1\//,
    ],
    ['too many', shaped('encoder/extra', 3), 'tensor_unexpected', /"encoder\/extra" is none of Whisper's/],
    [
      'for the output that is not the embeddings',
      shaped('decoder/projection/weight', 51_865, 16),
      'tensor_unexpected',
      /"decoder\/projection\/weight" is not the embeddings'/,
      { aliases: [] },
    ],
    ['of wrong shape', shaped('encoder/conv2/bias', 9), 'tensor_shape', /is \[9\], expected \[16\]$/],
    [
      'of wrong rank',
      shaped('encoder/conv1/weight', 16, 80),
      'tensor_shape',
      /is \[16, 80\], expected 3 dimensions$/,
    ],
    [
      'as wide as no other',
      shaped('encoder/position_encodings/encodings', 50, 8),
      'tensor_shape',
      /is \[50, 8\], expected \[50, 16\]$/,
    ],
    ['of 16-bit integers', {}, 'tensor_type', /is of int16: convert the model again/, { type: 'int16' }],
    [
      'of a vocabulary that is none of Whisper',
      changedSizes({ vocabulary: 51_900 }),
      'dimensions_unsupported',
      /51900 tokens/,
    ],
    [
      'of too long a context',
      changedSizes({ audioContext: 1_501 }),
      'dimensions_unsupported',
      /audio context is 1501/,
    ],
    ['of no layers', changedSizes({ layers: 0 }), 'dimensions_unsupported', /number of encoder layers is 0/],
    [
      'of too many layers',
      changedSizes({ layers: 65 }),
      'dimensions_unsupported',
      /number of encoder layers is 65, expected 1 to 64/,
    ],
    [
      'of heads that are not a whole number of steps wide',
      changedSizes({ state: 24 }),
      'dimensions_unsupported',
      /encoder heads are 24 wide, expected a multiple of 16: the engine cannot run it$/,
    ],
    [
      "of such heads in the decoder's layers",
      changedSizes({ state: 48 }),
      'dimensions_unsupported',
      /decoder heads are 24 wide, expected a multiple of 16/,
      { textHeads: 2 },
    ],
    [
      'of no state',
      shaped('decoder/embeddings/weight', 51_865, 0),
      'dimensions_unsupported',
      /the hidden state is 0/,
    ],
    [
      'with what is not a number',
      filled('decoder/embeddings/weight', [400_000, Number.NaN]),
      'weight_not_finite',
      /decoder\/embeddings\/weight holds NaN: the weights are damaged$/,
    ],
    [
      'with what is not a number, in 16 bits',
      filled('encoder/conv1/weight', [3, Number.POSITIVE_INFINITY]),
      'weight_not_finite',
      /encoder\/conv1\/weight holds NaN/,
      { type: 'float16' },
    ],
    [
      'with infinity where 32 bits are kept',
      filled('encoder/layer_norm/beta', [0, Number.NEGATIVE_INFINITY]),
      'weight_not_finite',
      /encoder\/layer_norm\/beta holds -Infinity/,
    ],
    [
      'with more than 16 bits hold',
      filled('encoder/conv2/weight', [0, 65_536]),
      'weight_too_large',
      /encoder\/conv2\/weight holds 65536/,
    ],
    [
      "with the encoder's key biases",
      filled(selfKeys, [16, 0.5]),
      'key_bias_not_zero',
      /key biases in "encoder\/layer_0/,
    ],
    [
      "with the decoder's",
      filled('decoder/layer_0/self_attention/linear_0/bias', [31, 0.5]),
      'key_bias_not_zero',
      /"decoder\/layer_0\/self_attention/,
    ],
    [
      "with those of the decoder's view of the audio",
      filled('decoder/layer_0/attention/linear_1/bias', [15, 0.5]),
      'key_bias_not_zero',
      /"decoder\/layer_0\/attention\/linear_1/,
    ],
  ])('%s', async (_what, change, code, message, encoding) => {
    const variables = change instanceof Map ? change : changed(change);
    const folder = writeFolder(join(folders.root, 'source'), encodeModel(variables, encoding));
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });

  function changed(change: Change): Variables {
    const variables: Variables = new Map(soundVariables);
    for (const [name, variable] of Object.entries(change)) {
      if (variable) variables.set(name, variable);
      else variables.delete(name);
    }
    return variables;
  }

  test('biases beside the keys may have any value', async () => {
    const folder = writeFolder(
      join(folders.root, 'source'),
      encodeModel(changed(filled(selfKeys, [15, 2], [32, 2]))),
    );
    expect(
      (await importModel({ source: folder, modelsDir: folders.modelsDir, addon: loadNative() })).name,
    ).toBe('source');
  });

  test('of 8 bits without its scale, or with a scale of zero', async () => {
    const noScale = encodeModel(changed(shaped('encoder/conv1/weight_scale', 0)), { type: 'int8' });
    const options = { quantization: 'f16' } as const;
    expect(
      await folders.failureOf(writeFolder(join(folders.root, 'source'), noScale), options),
    ).toMatchObject({
      code: 'weights_malformed',
    });

    const file = encodeModel(soundVariables, { type: 'int8' });
    const scale =
      file.indexOf('encoder/conv1/weight_scale\0') + 'encoder/conv1/weight_scale\0'.length + 1 + 4 + 1 + 4;
    file.writeFloatLE(0, scale);
    expect(await folders.failureOf(writeFolder(join(folders.root, 'source'), file), options)).toMatchObject({
      code: 'weight_not_finite',
    });

    const renamed = Buffer.from(
      file.toString('latin1').replace('conv1/weight_scale', 'conv1/weight_scalp'),
      'latin1',
    );
    expect(
      await folders.failureOf(writeFolder(join(folders.root, 'source'), renamed), options),
    ).toMatchObject({
      code: 'tensor_missing',
      message: expect.stringContaining('"encoder/conv1/weight_scale" is missing'),
    });
  });
});
