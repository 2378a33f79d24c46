import type { CTranslate2File, Variable } from './ctranslate2-file.ts';
import { ModelImportError } from './errors.ts';

/** What is read and held at a time. */
const weightsAtOnce = 1 << 20;

/** The largest magnitude of a 16-bit float. */
export const largestFloat16 = 65_504;

/** Where weights lie: `rows` rows of a variable from `firstRow` on, along its first dimension. */
export interface RowRange {
  readonly variable: string;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Weights as 32-bit floats, a few MB at a time: whole rows, one after the other. Integers are divided by their row's
 * scale.
 * @param largest - magnitude that is allowed.
 * @throws ModelImportError for a weight that is not a number or larger than that.
 */
export async function* readRows(
  file: CTranslate2File,
  { variable: name, firstRow, rows }: RowRange,
  largest: number,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const variable = variableOf(file, name);
  const rowLength = variable.shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  const rowBytes = rowLength * variable.elementBytes;
  const scales = variable.type === 'int8' ? await readScales(file, name) : undefined;
  const rowsAtOnce = Math.max(1, Math.floor(weightsAtOnce / rowLength));
  const end = firstRow + rows;
  for (let row = firstRow; row < end; row += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, end - row);
    const bytes = await file.read(variable, row * rowBytes, count * rowBytes);
    const weights = toFloats(variable, bytes.buffer);
    if (scales) divideRows(weights, rowLength, scales.subarray(row, row + count));
    requireFinite(weights, largest, `${file.path}: ${name}`);
    yield weights;
  }
}

/** The integer of a scalar variable; undefined where there is none. */
export async function readInteger(file: CTranslate2File, name: string): Promise<number | undefined> {
  const variable = file.variables.get(name);
  if (!variable || variable.shape.length > 0 || !variable.type.startsWith('int')) return undefined;
  const bytes = await file.read(variable, 0, variable.byteLength);
  return bytes.readIntLE(0, variable.elementBytes);
}

function variableOf(file: CTranslate2File, name: string): Variable {
  const variable = file.variables.get(name);
  if (!variable)
    throw new ModelImportError('tensor_missing', `${file.path}: the tensor "${name}" is missing`);
  return variable;
}

async function readScales(file: CTranslate2File, name: string): Promise<Float32Array> {
  const variable = variableOf(file, `${name}_scale`);
  return toFloats(variable, (await file.read(variable, 0, variable.byteLength)).buffer);
}

/** @throws ModelImportError `tensor_type` */
function toFloats({ name, type }: Variable, bytes: ArrayBuffer): Float32Array<ArrayBuffer> {
  switch (type) {
    case 'float32':
      return new Float32Array(bytes);
    case 'float16':
      return fromFloat16(new Uint16Array(bytes));
    case 'bfloat16':
      return fromBfloat16(new Uint16Array(bytes));
    case 'int8':
      return Float32Array.from(new Int8Array(bytes));
    default:
      throw new ModelImportError(
        'tensor_type',
        `the tensor "${name}" is of ${type}: convert the model again with --quantization float16`,
      );
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

function requireFinite(weights: Float32Array, largest: number, what: string): void {
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
