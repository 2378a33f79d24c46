import type { WhisperDimensions } from '../whisper/dimensions.ts';
import { type CTranslate2Config, readConfig } from './ctranslate2-config.ts';
import { CTranslate2File } from './ctranslate2-file.ts';
import { ModelImportError } from './errors.ts';
import { readDimensions } from './source-dimensions.ts';
import { findWeights } from './source-folder.ts';
import { readVocabulary } from './vocabulary.ts';
import { readRows } from './weights-reader.ts';
import { absentBiases, type WhisperTensor, whisperTensors } from './whisper-tensors.ts';

/** A model in faster-whisper's form, checked but for its weights' values. */
export interface SourceModel {
  readonly file: CTranslate2File;
  readonly dimensions: WhisperDimensions;
  readonly tensors: readonly WhisperTensor[];
  /** The bytes that each text token stands for. */
  readonly tokens: readonly Buffer[];
  readonly config: CTranslate2Config;
  /** True where its matrices are integers. */
  readonly isQuantized: boolean;
}

/**
 * Opens the model in a folder; its `file` is the caller's to close.
 * @throws ModelImportError
 */
export async function openSourceModel(folder: string): Promise<SourceModel> {
  const file = await CTranslate2File.open(await findWeights(folder));
  try {
    if (file.specification !== 'WhisperSpec') {
      throw new ModelImportError(
        'not_whisper',
        `${file.path}: a CTranslate2 model, but a ${JSON.stringify(file.specification)}, not a "WhisperSpec"`,
      );
    }
    const dimensions = await readDimensions(file);
    const tensors = whisperTensors(dimensions);
    requireTensors(file, tensors);
    const tokens = await readVocabulary(folder, dimensions);
    const config = await readConfig(folder, dimensions);
    await requireZeroKeyBiases(file, dimensions);
    const isQuantized = file.variables.get('decoder/embeddings/weight')?.type === 'int8';
    return { file, dimensions, tensors, tokens, config, isQuantized };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Every tensor has to be there in the shape that the sizes demand, and no other beside them. */
function requireTensors(file: CTranslate2File, tensors: readonly WhisperTensor[]): void {
  const expected = new Set(['decoder/projection/weight', 'decoder/projection/weight_scale']);
  for (const { source } of tensors) {
    const variable = file.variables.get(source.variable);
    if (!variable) {
      throw new ModelImportError(
        'tensor_missing',
        `${file.path}: the tensor "${source.variable}" is missing`,
      );
    }
    requireShape(file, source.variable, source.shape);
    expected.add(source.variable);
    if (variable.type === 'int8') {
      requireShape(file, `${source.variable}_scale`, source.shape.slice(0, 1));
      expected.add(`${source.variable}_scale`);
    } else if (variable.type === 'int16' || variable.type === 'int32') {
      throw new ModelImportError(
        'tensor_type',
        `${file.path}: the tensor "${source.variable}" is of ${variable.type}: convert the model again with ` +
          '--quantization float16',
      );
    }
  }
  requireTiedProjection(file);
  for (const [name, { shape }] of file.variables) {
    // Scalars are switches of CTranslate2's own.
    if (shape.length > 0 && !expected.has(name)) {
      throw new ModelImportError(
        'tensor_unexpected',
        `${file.path}: the tensor "${name}" is none of Whisper's: the engine would leave it out`,
      );
    }
  }
}

function requireShape(file: CTranslate2File, name: string, expected: readonly number[]): void {
  const shape = file.variables.get(name)?.shape;
  if (!shape) throw new ModelImportError('tensor_missing', `${file.path}: the tensor "${name}" is missing`);
  if (shape.join() !== expected.join()) {
    throw new ModelImportError(
      'tensor_shape',
      `${file.path}: the tensor "${name}" is [${shape.join(', ')}], expected [${expected.join(', ')}]`,
    );
  }
}

/** Whisper reads its output off the embeddings: one variable under two names. */
function requireTiedProjection({ path, variables }: CTranslate2File): void {
  for (const suffix of ['weight', 'weight_scale']) {
    const projection = variables.get(`decoder/projection/${suffix}`);
    if (projection && projection.offset !== variables.get(`decoder/embeddings/${suffix}`)?.offset) {
      throw new ModelImportError(
        'tensor_unexpected',
        `${path}: the tensor "decoder/projection/${suffix}" is not the embeddings': the engine has no place for it`,
      );
    }
  }
}

async function requireZeroKeyBiases(file: CTranslate2File, dimensions: WhisperDimensions): Promise<void> {
  for (const { variable, firstRow } of absentBiases(dimensions)) {
    const range = { variable, firstRow, rows: dimensions.state };
    for await (const biases of readRows(file, range, Number.MAX_VALUE)) {
      if (biases.some((bias) => bias !== 0)) {
        throw new ModelImportError(
          'key_bias_not_zero',
          `${file.path}: the key biases in "${variable}" are not zero; Whisper has none and the engine no place for them`,
        );
      }
    }
  }
}
