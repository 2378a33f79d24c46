import { dimensionsProblem, type WhisperDimensions } from '../whisper/dimensions.ts';
import { ModelImportError } from './errors.ts';
import type { StoredTensor, StoredTensors } from './stored-tensors.ts';
import { readRows } from './weights-reader.ts';
import { absentBiases, type WhisperTensor, whisperTensors } from './whisper-tensors.ts';

const usualHeadWidth = 64;
/** What is compared at a time. */
const comparedBytes = 2 ** 22;

const readableTypes: readonly string[] = ['float32', 'float16', 'bfloat16', 'int8'];

/** How a format names the tensors of Whisper, and what else it keeps beside them. */
export interface TensorLayout {
  /** Where the format keeps the tensor that OpenAI calls `name`. */
  readonly locate: (name: string) => TensorPlace;
  /** Matches the names of what lies in a layer; its first group is the layer's number. */
  readonly layers: { readonly encoder: RegExp; readonly decoder: RegExp };
  /** The output's matrix, which may be stored once more: Whisper's is that of the embeddings. */
  readonly projection?: string;
  /** What to do about weights of a type that cannot be read; the end of a message. */
  readonly typeAdvice: string;
}

/** A tensor of a format's, or an equal part of one that stacks several along its rows. */
export interface TensorPlace {
  readonly name: string;
  readonly part?: number;
  readonly parts?: number;
}

/** Tensors that were found to be those of a Whisper model. */
export interface WhisperWeights {
  readonly dimensions: WhisperDimensions;
  readonly tensors: readonly WhisperTensor[];
  /** Whole rows of a tensor as 32-bit floats, a few MB at a time. @param largest - magnitude that is allowed. */
  readonly read: (tensor: WhisperTensor, largest: number) => AsyncIterable<Float32Array<ArrayBuffer>>;
}

/** Heads of attention cannot be told from shapes; undefined: 64 numbers each, as in all of OpenAI's. */
export interface StatedHeads {
  readonly audio: number | undefined;
  readonly text: number | undefined;
}

/**
 * Tells a model's sizes from its tensors' shapes and checks the tensors: every one has to be there in the shape that the
 * sizes demand, and no other beside them.
 * @throws ModelImportError `tensor_…`, `dimensions_unsupported`, `key_bias_not_zero`
 */
export async function whisperWeights(
  stored: StoredTensors,
  layout: TensorLayout,
  heads: StatedHeads,
): Promise<WhisperWeights> {
  const dimensions = readDimensions(stored, layout, heads);
  const problem = dimensionsProblem(dimensions);
  if (problem !== undefined) {
    throw new ModelImportError(
      'dimensions_unsupported',
      `${stored.path}: ${problem}: the engine cannot run it`,
    );
  }
  const tensors = whisperTensors(dimensions);
  const biases = absentBiases(dimensions).filter(({ name }) => stored.byName.has(layout.locate(name).name));
  const used = [...tensors, ...biases].flatMap((tensor) => requireTensor(stored, layout, tensor));
  for (const bias of biases) await requireZeroKeyBias(stored, layout, bias);
  requireNoOther(stored, [...used, ...(await tiedProjection(stored, layout))]);
  return {
    dimensions,
    tensors,
    read: (tensor, largest) => readTensor(stored, layout, tensor, largest),
  };
}

function readDimensions(stored: StoredTensors, layout: TensorLayout, heads: StatedHeads): WhisperDimensions {
  const shape = (name: string, rank: number): readonly [number, number] =>
    shapeOf(stored, layout.locate(name).name, rank);
  const [vocabulary, state] = shape('decoder.token_embedding.weight', 2);
  const [audioContext] = shape('encoder.positional_embedding', 2);
  const [textContext] = shape('decoder.positional_embedding', 2);
  const [, mels] = shape('encoder.conv1.weight', 3);
  const usualHeads = Math.floor(state / usualHeadWidth);
  return {
    vocabulary,
    state,
    audioContext,
    audioHeads: heads.audio ?? usualHeads,
    audioLayers: countLayers(stored, layout.layers.encoder),
    textContext,
    textHeads: heads.text ?? usualHeads,
    textLayers: countLayers(stored, layout.layers.decoder),
    mels,
  };
}

function shapeOf(stored: StoredTensors, name: string, rank: number): readonly [number, number] {
  const { shape, file } = find(stored, name);
  const [first = 0, second = 0] = shape;
  if (shape.length !== rank) {
    throw new ModelImportError(
      'tensor_shape',
      `${file.path}: the tensor "${name}" is [${shape.join(', ')}], expected ${rank} dimensions`,
    );
  }
  return [first, second];
}

/** Layers are numbered from 0: how many numbers there are. */
function countLayers({ byName }: StoredTensors, pattern: RegExp): number {
  const numbers = [...byName.keys()].map((name) => pattern.exec(name)?.[1]);
  return new Set(numbers.filter((number) => number !== undefined)).size;
}

/** @returns what it is made of. */
function requireTensor(
  stored: StoredTensors,
  layout: TensorLayout,
  { name, shape }: WhisperTensor,
): readonly StoredTensor[] {
  const place = layout.locate(name);
  const [rows = 1, ...others] = shape;
  const tensor = requireShape(stored, place.name, [rows * (place.parts ?? 1), ...others]);
  if (!readableTypes.includes(tensor.type) || (tensor.type === 'int8' && !tensor.scales)) {
    throw new ModelImportError(
      'tensor_type',
      `${tensor.file.path}: the tensor "${place.name}" is of ${tensor.type}: ${layout.typeAdvice}`,
    );
  }
  if (!tensor.scales) return [tensor];
  return [tensor, requireShape(stored, tensor.scales.name, tensor.shape.slice(0, 1))];
}

/** Two names may stand for one place. */
function requireNoOther({ byName }: StoredTensors, used: readonly StoredTensor[]): void {
  const placeOf = ({ file, offset }: StoredTensor): string => `${offset} ${file.path}`;
  const places = new Set(used.map(placeOf));
  for (const tensor of byName.values()) {
    // Scalars are switches of a format's own.
    if (tensor.shape.length === 0 || places.has(placeOf(tensor))) continue;
    throw new ModelImportError(
      'tensor_unexpected',
      `${tensor.file.path}: the tensor "${tensor.name}" is none of Whisper's: the engine would leave it out`,
    );
  }
}

function requireShape(stored: StoredTensors, name: string, expected: readonly number[]): StoredTensor {
  const tensor = find(stored, name);
  if (tensor.shape.join() !== expected.join()) {
    throw new ModelImportError(
      'tensor_shape',
      `${tensor.file.path}: the tensor "${name}" is [${tensor.shape.join(', ')}], expected [${expected.join(', ')}]`,
    );
  }
  return tensor;
}

function find({ path, byName }: StoredTensors, name: string): StoredTensor {
  const tensor = byName.get(name);
  if (!tensor) throw new ModelImportError('tensor_missing', `${path}: the tensor "${name}" is missing`);
  return tensor;
}

async function* readTensor(
  stored: StoredTensors,
  layout: TensorLayout,
  { name, shape }: WhisperTensor,
  largest: number,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const place = layout.locate(name);
  const [rows = 0] = shape;
  yield* readRows(find(stored, place.name), { firstRow: (place.part ?? 0) * rows, rows }, largest);
}

async function requireZeroKeyBias(
  stored: StoredTensors,
  layout: TensorLayout,
  bias: WhisperTensor,
): Promise<void> {
  for await (const values of readTensor(stored, layout, bias, Number.MAX_VALUE)) {
    if (values.every((value) => value === 0)) continue;
    const { name, file } = find(stored, layout.locate(bias.name).name);
    throw new ModelImportError(
      'key_bias_not_zero',
      `${file.path}: the key biases in "${name}" are not zero; Whisper has none and the engine no place for them`,
    );
  }
}

/**
 * Whisper reads its output off the embeddings: what is stored for the output has to be the same.
 * @returns what is stored for it.
 */
async function tiedProjection(stored: StoredTensors, layout: TensorLayout): Promise<readonly StoredTensor[]> {
  const projection = layout.projection === undefined ? undefined : stored.byName.get(layout.projection);
  if (!projection) return [];
  const embeddings = find(stored, layout.locate('decoder.token_embedding.weight').name);
  if (!(await areEqual(projection, embeddings))) {
    throw new ModelImportError(
      'tensor_unexpected',
      `${projection.file.path}: the tensor "${projection.name}" is not the embeddings': the engine has no place for it`,
    );
  }
  return projection.scales ? [projection, projection.scales] : [projection];
}

async function areEqual(a: StoredTensor, b: StoredTensor): Promise<boolean> {
  if (a.file === b.file && a.offset === b.offset) return true;
  if (a.shape.join() !== b.shape.join() || a.type !== b.type) return false;
  if (a.scales && b.scales && !(await areEqual(a.scales, b.scales))) return false;
  for (let start = 0; start < a.byteLength; start += comparedBytes) {
    const length = Math.min(comparedBytes, a.byteLength - start);
    const [left, right] = await Promise.all(
      [a, b].map(({ file, offset }) => file.read(offset + start, length)),
    );
    if (left === undefined || right === undefined || !left.equals(right)) return false;
  }
  return true;
}
