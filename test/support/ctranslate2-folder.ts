import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SyntheticVariable {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type Variables = Map<string, SyntheticVariable>;

export interface SyntheticSizes {
  /** 51,864 is English only, one more multilingual. */
  readonly vocabulary: number;
  readonly state: number;
  readonly layers: number;
  readonly mels: number;
  readonly audioContext: number;
}

export const multilingual: SyntheticSizes = {
  vocabulary: 51_865,
  state: 16,
  layers: 1,
  mels: 80,
  audioContext: 50,
};

export type StoredType = 'float32' | 'int8' | 'int16' | 'float16' | 'bfloat16';

export interface Encoding {
  readonly version?: number;
  readonly specification?: string;
  /** Of weights, biases and tables; int8 leaves all but matrices and convolutions in float32. */
  readonly type?: StoredType;
  readonly aliases?: readonly (readonly [alias: string, name: string])[];
  /** Of the decoder; one where nothing is said, as in the encoder. */
  readonly textHeads?: number;
}

/** Names of `WhisperSpec`'s variables with weights that are small multiples of 1/64: exact in 16 bits of any kind. */
export function whisperVariables(sizes: SyntheticSizes): Variables {
  const { vocabulary, state, layers, mels, audioContext } = sizes;
  const variables: Variables = new Map();
  let seed = 1;
  const add = (name: string, ...shape: number[]): void => {
    const data = new Float32Array(shape.reduce((product, dimension) => product * dimension, 1));
    for (let index = 0; index < data.length; index++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      data[index] = ((seed >>> 16) % 127) / 64 - 63 / 64;
    }
    variables.set(name, { shape, data });
  };
  const linear = (name: string, outputs: number, inputs: number, ...width: number[]): void => {
    add(`${name}/weight`, outputs, inputs, ...width);
    add(`${name}/bias`, outputs);
  };
  const norm = (name: string): void => {
    add(`${name}/gamma`, state);
    add(`${name}/beta`, state);
  };
  const zeroKeys = (name: string, from: number): void => {
    variables.get(name)?.data.fill(0, from, from + state);
  };
  const layer = (part: string, index: number): void => {
    const name = `${part}/layer_${index}`;
    norm(`${name}/self_attention/layer_norm`);
    linear(`${name}/self_attention/linear_0`, 3 * state, state);
    zeroKeys(`${name}/self_attention/linear_0/bias`, state);
    linear(`${name}/self_attention/linear_1`, state, state);
    if (part === 'decoder') {
      norm(`${name}/attention/layer_norm`);
      linear(`${name}/attention/linear_0`, state, state);
      linear(`${name}/attention/linear_1`, 2 * state, state);
      zeroKeys(`${name}/attention/linear_1/bias`, 0);
      linear(`${name}/attention/linear_2`, state, state);
    }
    norm(`${name}/ffn/layer_norm`);
    linear(`${name}/ffn/linear_0`, 4 * state, state);
    linear(`${name}/ffn/linear_1`, state, 4 * state);
  };
  add('decoder/embeddings/weight', vocabulary, state);
  add('decoder/position_encodings/encodings', 448, state);
  add('encoder/position_encodings/encodings', audioContext, state);
  linear('encoder/conv1', state, mels, 3);
  linear('encoder/conv2', state, state, 3);
  for (let index = 0; index < layers; index++) {
    layer('encoder', index);
    layer('decoder', index);
  }
  norm('encoder/layer_norm');
  norm('decoder/layer_norm');
  return variables;
}

/** A model.bin of CTranslate2's, with scalars as its converter writes them. */
export function encodeModel(variables: Variables, encoding: Encoding = {}): Buffer {
  const { version = 6, specification = 'WhisperSpec', type = 'float32', aliases, textHeads = 1 } = encoding;
  const parts: Buffer[] = [];
  let count = 0;
  const put = (name: string, shape: readonly number[], stored: StoredType, bytes: Buffer): void => {
    count++;
    parts.push(text(name), Buffer.from([shape.length]), uint32(...shape));
    if (version >= 4) parts.push(Buffer.from([typeNumbers[stored]]), uint32(bytes.length), bytes);
    else parts.push(Buffer.from([typeBytes[stored]]), uint32(bytes.length / typeBytes[stored]), bytes);
  };
  put('encoder/num_heads', [], 'int16', Buffer.from([1, 0]));
  put('decoder/num_heads', [], 'int16', Buffer.from([textHeads, 0]));
  put('decoder/pre_norm', [], 'int8', Buffer.from([1]));
  for (const [name, { shape, data }] of variables) {
    const isWeight = name.endsWith('weight');
    if (type === 'int8' && isWeight) {
      const scales = rowScales(data, shape[0] ?? 1);
      put(name, shape, 'int8', quantized(data, scales));
      put(`${name}_scale`, [scales.length], 'float32', asBytes(scales));
    } else {
      const stored = type === 'int8' ? 'float32' : type;
      put(name, shape, stored, encodeFloats(data, stored));
    }
  }
  const aliasList = aliases ?? [['decoder/projection/weight', 'decoder/embeddings/weight']];
  return Buffer.concat([
    uint32(version),
    text(specification),
    uint32(3, count),
    ...parts,
    ...(version >= 3 ? [uint32(aliasList.length), ...aliasList.flat().map(text)] : []),
  ]);
}

/** Entries of a vocabulary: every byte as GPT-2 writes it, then pairs of letters, then special tokens. */
export function vocabularyTokens(size: number): string[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => letterOf(byte));
  return Array.from({ length: size }, (_, number) => {
    if (number < 256) return bytes[number] ?? '';
    if (number === 50_256) return '';
    if (number > 50_256) return `<|${number}|>`;
    return number
      .toString(26)
      .split('')
      .map((digit) => bytes[97 + Number.parseInt(digit, 26)])
      .join('');
  });
}

/** Writes a whole folder and gives its path. */
export function writeFolder(
  folder: string,
  model: Buffer,
  files: Readonly<Record<string, string>> = {
    'vocabulary.txt': `${vocabularyTokens(multilingual.vocabulary).join('\n')}\n`,
  },
): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'model.bin'), model);
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  return folder;
}

const typeNumbers: Readonly<Record<StoredType, number>> = {
  float32: 0,
  int8: 1,
  int16: 2,
  float16: 4,
  bfloat16: 5,
};
const typeBytes: Readonly<Record<StoredType, number>> = {
  float32: 4,
  int8: 1,
  int16: 2,
  float16: 2,
  bfloat16: 2,
};

/** Numbers as they lie in a file. */
export function encodeFloats(values: Float32Array, type: StoredType): Buffer {
  if (type === 'float32') return asBytes(values);
  if (type === 'int16') return asBytes(Int16Array.from(values));
  return asBytes(Uint16Array.from(values, type === 'float16' ? toFloat16 : toBfloat16));
}

/** Of numbers that 16 bits hold exactly, infinity and what is not a number. */
function toFloat16(value: number): number {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 0x7e00 : 0x7c00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (value === 0) return sign;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const mantissa = (Math.abs(value) / 2 ** exponent) * 1_024;
  return sign | (mantissa < 1_024 ? mantissa : ((exponent + 15) << 10) | (mantissa - 1_024));
}

function toBfloat16(value: number): number {
  return (new Uint32Array(Float32Array.of(value).buffer)[0] as number) >>> 16;
}

function rowScales(data: Float32Array, rows: number): Float32Array {
  const length = data.length / rows;
  return Float32Array.from({ length: rows }, (_, row) => {
    const largest = data
      .subarray(row * length, (row + 1) * length)
      .reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    return 127 / (largest || 127);
  });
}

function quantized(data: Float32Array, scales: Float32Array): Buffer {
  const length = data.length / scales.length;
  return asBytes(
    Int8Array.from(data, (value, index) => Math.round(value * (scales[Math.floor(index / length)] ?? 1))),
  );
}

function letterOf(byte: number): string {
  const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  if (isPrintable) return String.fromCharCode(byte);
  const others = Array.from({ length: 256 }, (_, each) => each).filter(
    (each) => !((each >= 33 && each <= 126) || (each >= 161 && each <= 172) || each >= 174),
  );
  return String.fromCharCode(256 + others.indexOf(byte));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(`${value}\0`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}

function asBytes(array: Float32Array | Int8Array | Int16Array | Uint16Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
