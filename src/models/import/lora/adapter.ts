import { join } from 'node:path';
import { ModelImportError } from '../errors.ts';
import { huggingFaceName } from '../hugging-face/layout.ts';
import { openSafetensors } from '../hugging-face/safetensors-file.ts';
import { closeAll, type SourceFile, type StoredTensor, type StoredTensors } from '../stored-tensors.ts';
import { readRows } from '../weights-reader.ts';
import type { WhisperTensor } from '../whisper-tensors.ts';
import { type AdapterConfig, readAdapterConfig } from './adapter-config.ts';

export const adapterWeightsName = 'adapter_model.safetensors';

const readableTypes: readonly string[] = ['float32', 'float16', 'bfloat16'];

/** The two factors of what a matrix is changed by. */
interface Factors {
  /** [rank, columns] */
  readonly a: StoredTensor;
  /** [rows, rank] */
  readonly b: StoredTensor;
}

/** A LoRA adapter of PEFT's that is open: what it adds to the matrices of a model. */
export interface Adapter {
  readonly config: AdapterConfig;
  readonly files: readonly SourceFile[];
  /** By the name of the matrix, as OpenAI spells it. */
  readonly factors: ReadonlyMap<string, Factors>;
}

/**
 * Opens the adapter in a folder; its files are the caller's to close.
 * @param tensors - of the model that it changes.
 * @throws ModelImportError for one that is damaged, changes what the model does not have, or is no plain LoRA.
 */
export async function openAdapter(folder: string, tensors: readonly WhisperTensor[]): Promise<Adapter> {
  const config = await readAdapterConfig(folder);
  const stored = await openSafetensors(join(folder, adapterWeightsName));
  try {
    return { config, files: stored.files, factors: matchFactors(config, stored, tensors) };
  } catch (error) {
    await closeAll(stored.files);
    throw error;
  }
}

function matchFactors(
  config: AdapterConfig,
  { path, byName }: StoredTensors,
  tensors: readonly WhisperTensor[],
): ReadonlyMap<string, Factors> {
  const left = new Map(Array.from(byName, ([name, tensor]) => [adaptedName(name), tensor]));
  const take = (name: string): StoredTensor | undefined => {
    const tensor = left.get(name);
    left.delete(name);
    return tensor;
  };
  const factors = new Map<string, Factors>();
  for (const { name, shape, role } of tensors) {
    if (role !== 'matrix' || !name.includes('.blocks.')) continue;
    const module = huggingFaceName(name).replace(/\.weight$/, '');
    const [a, b] = [take(`${module}.lora_A.weight`), take(`${module}.lora_B.weight`)];
    if (!a && !b) continue;
    if (!a || !b) throw new ModelImportError('tensor_missing', `${path}: ${module} has one factor of two`);
    requireFactors(path, config, { a, b }, shape);
    factors.set(name, { a, b });
  }
  for (const { name } of left.values()) {
    throw new ModelImportError(
      'adapter_unsupported',
      `${path}: the tensor "${name}" belongs to no linear layer of this model's; ` +
        "is it the right base? Else merge with PEFT's merge_and_unload() and import the whole model",
    );
  }
  if (factors.size === 0) throw new ModelImportError('tensor_missing', `${path}: changes no layer`);
  return factors;
}

/** PEFT wraps the model: "base_model.model." stands before the names, and an adapter's name may stand within. */
function adaptedName(name: string): string {
  return name
    .replace(/^base_model\.model\./, '')
    .replace(/^model\./, '')
    .replace(/\.(lora_[AB])\.default\.weight$/, '.$1.weight');
}

function requireFactors(
  path: string,
  config: AdapterConfig,
  { a, b }: Factors,
  [rows, columns]: readonly number[],
): void {
  const rank = config.rank ?? a.shape[0];
  if (!rank || a.shape.join() !== [rank, columns].join() || b.shape.join() !== [rows, rank].join()) {
    throw new ModelImportError(
      'tensor_shape',
      `${path}: the tensors "${a.name}" [${a.shape.join(', ')}] and "${b.name}" [${b.shape.join(', ')}] ` +
        `are not of rank ${rank ?? 0} and of a matrix of [${rows}, ${columns}]: is it the right base?`,
    );
  }
  for (const { name, type } of [a, b]) {
    if (readableTypes.includes(type)) continue;
    throw new ModelImportError(
      'tensor_type',
      `${path}: the tensor "${name}" is of ${type}: save it in float32`,
    );
  }
}

/**
 * Adds scale * B A to rows of a matrix, in 32-bit floats (LoRA, arxiv.org/abs/2106.09685, section 4.1).
 * @param weights - whole rows of W, a few MB at a time; each piece is changed in place.
 */
export async function* mergeRows(
  weights: AsyncIterable<Float32Array<ArrayBuffer>>,
  { a, b }: Factors,
  scale: (rank: number) => number,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const [rank = 0, columns = 0] = a.shape;
  const factorA = await readWhole(a);
  const factorB = await readWhole(b);
  const factor = scale(rank);
  let firstRow = 0;
  for await (const piece of weights) {
    const rows = piece.length / columns;
    for (let row = 0; row < rows; row++) {
      const target = piece.subarray(row * columns, (row + 1) * columns);
      addRow(target, factorB.subarray((firstRow + row) * rank, (firstRow + row + 1) * rank), factorA, factor);
    }
    firstRow += rows;
    yield piece;
  }
}

function addRow(
  target: Float32Array,
  coefficients: Float32Array,
  factorA: Float32Array,
  scale: number,
): void {
  const columns = target.length;
  const sum = new Float64Array(columns);
  for (const [index, coefficient] of coefficients.entries()) {
    const from = index * columns;
    for (let column = 0; column < columns; column++) {
      sum[column] = (sum[column] ?? 0) + coefficient * (factorA[from + column] ?? 0);
    }
  }
  for (let column = 0; column < columns; column++) {
    target[column] = (target[column] ?? 0) + scale * (sum[column] ?? 0);
  }
}

async function readWhole(tensor: StoredTensor): Promise<Float32Array> {
  const [rows = 0] = tensor.shape;
  const whole = new Float32Array(tensor.shape.reduce((product, dimension) => product * dimension, 1));
  let length = 0;
  for await (const piece of readRows(tensor, { firstRow: 0, rows }, Number.MAX_VALUE)) {
    whole.set(piece, length);
    length += piece.length;
  }
  return whole;
}
