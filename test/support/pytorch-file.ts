/** What a pickle holds, as `torch.save` writes it. */
export type Picklable =
  | number
  | string
  | boolean
  | null
  | readonly Picklable[]
  | ReadonlyMap<string, Picklable>
  | PickledTensor;

export interface PickledTensor {
  readonly shape: readonly number[];
  readonly bytes: Buffer;
  /** Default: FloatStorage. */
  readonly storageClass?: string;
  /** Default: row by row. */
  readonly strides?: readonly number[];
  readonly storageOffset?: number;
  /** Default: as many elements as its shape has. */
  readonly storageElements?: number;
}

export function isTensor(value: Picklable): value is PickledTensor {
  return value !== null && typeof value === 'object' && 'bytes' in value;
}

/** A file of `torch.save` that holds `root`. */
export function pytorchFile(root: Picklable): Buffer {
  const storages: Buffer[] = [];
  const pickle = Buffer.concat([Buffer.from([0x80, 2]), ...pickled(root, storages), Buffer.from('.')]);
  return zipFile(
    new Map([
      ['archive/data.pkl', pickle],
      ['archive/byteorder', Buffer.from('little')],
      ...storages.map((bytes, index): [string, Buffer] => [`archive/data/${index}`, bytes]),
      ['archive/version', Buffer.from('3\n')],
    ]),
  );
}

/** Operations of protocol 2; a tensor's bytes go to `storages`. */
export function pickled(value: Picklable, storages: Buffer[]): Buffer[] {
  if (value === null) return [Buffer.from('N')];
  if (typeof value === 'boolean') return [Buffer.from([value ? 0x88 : 0x89])];
  if (typeof value === 'number') return [Buffer.from('J'), int32(value)];
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return [Buffer.from('X'), int32(text.length), text];
  }
  if (Array.isArray(value)) {
    return [
      Buffer.from('('),
      ...value.flatMap((each: Picklable) => pickled(each, storages)),
      Buffer.from('t'),
    ];
  }
  if (isTensor(value)) return pickledTensor(value, storages);
  const entries = [...(value as ReadonlyMap<string, Picklable>)];
  return [
    Buffer.from('}('),
    ...entries.flatMap(([key, each]) => [...pickled(key, storages), ...pickled(each, storages)]),
    Buffer.from('u'),
  ];
}

function pickledTensor(tensor: PickledTensor, storages: Buffer[]): Buffer[] {
  const { shape, bytes, storageClass = 'FloatStorage', storageOffset = 0 } = tensor;
  const elements = shape.reduce((product, length) => product * length, 1);
  const key = String(storages.push(bytes) - 1);
  const strides = tensor.strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return [
    global('torch._utils', '_rebuild_tensor_v2'),
    Buffer.from('(('),
    ...pickled('storage', storages),
    global('torch', storageClass),
    ...[key, 'cpu', tensor.storageElements ?? elements].flatMap((each) => pickled(each, storages)),
    Buffer.from('tQ'),
    ...pickled(storageOffset, storages),
    ...pickled(shape, storages),
    ...pickled(strides, storages),
    ...pickled(false, storages),
    global('collections', 'OrderedDict'),
    Buffer.from(')RtR'),
  ];
}

export function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`);
}

/** A zip archive of stored files, whose bytes begin at multiples of 64 as PyTorch's do. */
export function zipFile(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  const put = (...buffers: readonly Buffer[]): void => {
    for (const buffer of buffers) position += buffer.length;
    parts.push(...buffers);
  };
  for (const [name, bytes] of files) {
    const nameBytes = Buffer.from(name);
    const start = position;
    const padding = 64 - ((start + 30 + nameBytes.length + 4) % 64);
    const extra = Buffer.alloc(4 + padding, 'Z');
    extra.write('FB', 'latin1');
    extra.writeUInt16LE(padding, 2);
    // Version, flags, method, time and date; checksum; sizes.
    const common = Buffer.alloc(22);
    common.writeUInt32LE(bytes.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    put(Buffer.from('PK\x03\x04'), common, uint16(nameBytes.length, extra.length), nameBytes, extra, bytes);
    const attributes = Buffer.alloc(10);
    directory.push(
      Buffer.from('PK\x01\x02\0\0'),
      common,
      uint16(nameBytes.length, 0, 0),
      attributes.subarray(0, 8),
      int32(start),
      nameBytes,
    );
  }
  const start = position;
  put(...directory);
  const size = position - start;
  put(
    Buffer.from('PK\x05\x06\0\0\0\0'),
    uint16(files.size, files.size),
    int32(size),
    int32(start),
    uint16(0),
  );
  return Buffer.concat(parts);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}
