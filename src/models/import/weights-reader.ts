import { ModelImportError } from './errors.ts';
import type { StoredTensor } from './stored-tensors.ts';

/** What is read and held at a time. */
const weightsAtOnce = 1 << 20;

/** The largest magnitude of a 16-bit float. */
export const largestFloat16 = 65_504;

/** Rows of a tensor, along its first dimension. */
export interface RowRange {
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Weights as 32-bit floats, a few MB at a time: whole rows, one after the other. Integers are divided by their row's
 * scale.
 * @param range - has to lie in the tensor.
 * @param largest - magnitude that is allowed.
 * @throws ModelImportError for a weight that is not a number or larger than that.
 */
export async function* readRows(
  tensor: StoredTensor,
  { firstRow, rows }: RowRange,
  largest: number,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const { file, offset, shape, scales } = tensor;
  const rowLength = shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  const rowBytes = tensor.byteLength / Math.max(1, shape[0] ?? 1);
  const rowsAtOnce = Math.max(1, Math.floor(weightsAtOnce / Math.max(1, rowLength)));
  const allScales = scales && toFloats(scales, await file.read(scales.offset, scales.byteLength));
  const end = firstRow + rows;
  for (let row = firstRow; row < end; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, end - row);
    const weights = toFloats(tensor, await file.read(offset + row * rowBytes, count * rowBytes));
    if (allScales) divideRows(weights, rowLength, allScales.subarray(row, row + count));
    requireFinite(weights, largest, `${file.path}: ${tensor.name}`);
    yield weights;
  }
}

/** The integer of a scalar; undefined where it is none. */
export async function readInteger(tensor: StoredTensor | undefined): Promise<number | undefined> {
  if (!tensor || tensor.shape.length > 0 || !tensor.type.startsWith('int')) return undefined;
  const bytes = await tensor.file.read(tensor.offset, tensor.byteLength);
  return bytes.readIntLE(0, tensor.byteLength);
}

/** @throws ModelImportError `tensor_type` */
function toFloats({ file, name, type }: StoredTensor, bytes: Buffer<ArrayBuffer>): Float32Array<ArrayBuffer> {
  switch (type) {
    case 'float32':
      return new Float32Array(bytes.buffer);
    case 'float16':
      return fromFloat16(new Uint16Array(bytes.buffer));
    case 'bfloat16':
      return fromBfloat16(new Uint16Array(bytes.buffer));
    case 'int8':
      return Float32Array.from(new Int8Array(bytes.buffer));
    default:
      throw new ModelImportError('tensor_type', `${file.path}: the tensor "${name}" is of ${type}`);
  }
}

/** Exponent and mantissa are put where a 32-bit float has them; the product moves the exponent's bias. */
function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  const floats = new Float32Array(bits.buffer);
  for (let index = 0; index < halves.length; index++) {
    const half = halves[index] ?? 0;
    bits[index] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    const isNumber = (half & 0x7c00) !== 0x7c00;
    floats[index] = isNumber ? (floats[index] ?? 0) * 2 ** 112 : Number.NaN;
  }
  return floats;
}

function fromBfloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = (halves[index] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

function divideRows(weights: Float32Array, rowLength: number, scales: Float32Array): void {
  for (const [row, scale] of scales.entries()) {
    for (let index = row * rowLength; index < (row + 1) * rowLength; index++) {
      weights[index] = (weights[index] ?? 0) / scale;
    }
  }
}

/**
 * @param what - the weights are, for the message.
 * @throws ModelImportError `weight_not_finite` or `weight_too_large`
 */
export function requireFinite(weights: Float32Array, largest: number, what: string): void {
  // One comparison a weight: false for what is not a number as well.
  const wrong = weights.find((weight) => !(weight <= largest && weight >= -largest));
  if (wrong === undefined) return;
  if (!Number.isFinite(wrong)) {
    throw new ModelImportError('weight_not_finite', `${what} holds ${wrong}: the weights are damaged`);
  }
  throw new ModelImportError(
    'weight_too_large',
    `${what} holds ${wrong}, more than the 16-bit floats that the engine computes with can (${largest})`,
  );
}
