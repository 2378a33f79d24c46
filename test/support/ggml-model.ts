import { readFileSync } from 'node:fs';

export interface GgmlTensor {
  /** As in the file: the length of a row first. */
  readonly dimensions: readonly number[];
  /** ggml_type. */
  readonly type: number;
  readonly bytes: Buffer;
}

export interface GgmlModel {
  /** The eleven numbers that follow the magic one. */
  readonly header: readonly number[];
  readonly filters: Float32Array;
  readonly tokens: readonly Buffer[];
  /** In the file's order. */
  readonly tensors: ReadonlyMap<string, GgmlTensor>;
}

/** Reads a whisper.cpp file whose tensors are f32 or f16. */
export function readGgmlModel(path: string): GgmlModel {
  const file = readFileSync(path);
  let position = 0;
  const take = (bytes: number): Buffer => {
    if (position + bytes > file.length) throw new Error(`${path} ends at ${file.length}`);
    position += bytes;
    return file.subarray(position - bytes, position);
  };
  const integer = (): number => take(4).readInt32LE();
  if (integer() !== 0x67676d6c) throw new Error(`${path}: no ggml file`);
  const header = Array.from({ length: 11 }, integer);
  const filters = floats(take(integer() * integer() * 4));
  const tokens = Array.from({ length: integer() }, () => take(integer()));
  const tensors = new Map<string, GgmlTensor>();
  while (position < file.length) {
    const [rank, nameLength, type] = [integer(), integer(), integer()];
    const dimensions = Array.from({ length: rank }, integer);
    const name = take(nameLength).toString('utf8');
    const weights = dimensions.reduce((product, dimension) => product * dimension, 1);
    tensors.set(name, { dimensions, type, bytes: take(weights * (type === 0 ? 4 : 2)) });
  }
  return { header, filters, tokens, tensors };
}

/** A tensor's weights. */
export function weightsOf({ type, bytes }: GgmlTensor): Float32Array {
  if (type === 0) return floats(bytes);
  return Float32Array.from({ length: bytes.length / 2 }, (_, index) =>
    fromFloat16(bytes.readUInt16LE(2 * index)),
  );
}

function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1_024 + mantissa) * 2 ** (exponent - 25);
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
