export interface SyntheticTensor {
  readonly name: string;
  /** ggml_type; default 0, f32. */
  readonly type?: number;
  /** The length of a row first. */
  readonly shape: readonly number[];
  /** Default: as many as the shape takes in f32. */
  readonly bytes?: number;
}

export interface SyntheticGgml {
  /** The numbers of the header by their place, from n_vocab = 0 to ftype = 10. */
  readonly header?: Readonly<Record<number, number>>;
  readonly tokens?: readonly string[];
  readonly tensors?: readonly SyntheticTensor[];
}

/** Of whisper-tiny in f16. */
const tinyHeader = [51_865, 1_500, 384, 6, 4, 448, 384, 6, 4, 80, 1];
const fftBins = 201;

/** The first part of a whisper.cpp file, true to its format, with as many tensors as a test needs. */
export function ggmlFile({
  header = {},
  tokens = ['a', 'bc'],
  tensors = [small],
}: SyntheticGgml = {}): Buffer {
  const numbers = tinyHeader.map((number, place) => header[place] ?? number);
  const mels = tinyHeader[9] ?? 0;
  return Buffer.concat([
    integers(0x67676d6c, ...numbers, mels, fftBins),
    Buffer.alloc(4 * mels * fftBins),
    integers(tokens.length),
    ...tokens.map((token) => Buffer.concat([integers(Buffer.byteLength(token)), Buffer.from(token)])),
    ...tensors.map(tensor),
  ]);
}

const small: SyntheticTensor = { name: 'decoder.ln.bias', shape: [384] };

function tensor({ name, type = 0, shape, bytes }: SyntheticTensor): Buffer {
  const weights = shape.reduce((product, length) => product * length, 1);
  return Buffer.concat([
    integers(shape.length, Buffer.byteLength(name), type, ...shape),
    Buffer.from(name),
    Buffer.alloc(bytes ?? 4 * weights),
  ]);
}

function integers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value, 4 * index);
  return bytes;
}
