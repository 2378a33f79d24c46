import { ModelImportError } from '../errors.ts';
import { SourceFile, type StoredTensor, type StoredTensors } from '../stored-tensors.ts';
import {
  PickledCall,
  type PickledDict,
  PickledName,
  PickledReference,
  type PickledValue,
  PickleProblem,
  readPickle,
} from './pickle.ts';
import { readZipDirectory, type ZipEntry } from './zip-archive.ts';

/** Whisper's largest have 0.3 MB. */
const maxPickleBytes = 4 * 2 ** 20;
const maxRank = 4;
const rebuildTensor = 'torch._utils._rebuild_tensor_v2';

interface ElementType {
  readonly name: string;
  readonly bytes: number;
}

/** By the class of the storage. Weights are read of the first three; the others are told by their names. */
const elementTypes: ReadonlyMap<string, ElementType> = new Map([
  ['torch.FloatStorage', { name: 'float32', bytes: 4 }],
  ['torch.HalfStorage', { name: 'float16', bytes: 2 }],
  ['torch.BFloat16Storage', { name: 'bfloat16', bytes: 2 }],
  ['torch.DoubleStorage', { name: 'float64', bytes: 8 }],
  ['torch.LongStorage', { name: 'int64', bytes: 8 }],
  ['torch.IntStorage', { name: 'int32', bytes: 4 }],
  ['torch.ShortStorage', { name: 'int16', bytes: 2 }],
  ['torch.CharStorage', { name: 'int8', bytes: 1 }],
  ['torch.ByteStorage', { name: 'uint8', bytes: 1 }],
  ['torch.BoolStorage', { name: 'bool', bytes: 1 }],
]);
const allowedNames: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  rebuildTensor,
  ...elementTypes.keys(),
]);

/** What `torch.save` wrote: tensors by name. */
export interface PyTorchCheckpoint extends StoredTensors {
  /** The sizes that OpenAI's checkpoints state, by their names there; undefined: none are stated. */
  readonly dims: ReadonlyMap<string, number> | undefined;
}

/**
 * Opens a file of `torch.save` (PyTorch 1.6 or newer): a zip archive with a pickle, and the bytes of each tensor. The
 * dictionary of tensors is all of it, or stands under "model_state_dict" or "state_dict".
 * @throws ModelImportError
 */
export async function openPyTorch(path: string): Promise<PyTorchCheckpoint> {
  const file = await SourceFile.open(path);
  try {
    const archive = await Archive.open(file);
    const root = await archive.readRoot();
    const byName = new Map<string, StoredTensor>();
    for (const [name, value] of stateDict(file, root)) {
      const tensor = archive.tensor(String(name), value);
      byName.set(tensor.name, tensor);
    }
    return { path, files: [file], byName, dims: dimsOf(file, root) };
  } catch (error) {
    await file.close();
    if (error instanceof PickleProblem) throw unreadable(file, error.message);
    throw error;
  }
}

class Archive {
  readonly #file: SourceFile;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  /** The folder that all of the archive's files lie in. */
  readonly #root: string;

  private constructor(file: SourceFile, entries: ReadonlyMap<string, ZipEntry>, root: string) {
    this.#file = file;
    this.#entries = entries;
    this.#root = root;
  }

  static async open(file: SourceFile): Promise<Archive> {
    const signature = await file.read(0, Math.min(4, file.byteLength));
    if (signature.toString('latin1') !== 'PK\x03\x04') throw notZip(file, signature);
    const entries = await readZipDirectory(file);
    const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickle === undefined) {
      throw new ModelImportError(
        'not_pytorch',
        `${file.path}: a zip archive, but not one of torch.save: it has no data.pkl`,
      );
    }
    return new Archive(file, entries, pickle.slice(0, -'data.pkl'.length));
  }

  async readRoot(): Promise<PickledValue> {
    const byteOrder = this.#entries.get(`${this.#root}byteorder`);
    if (byteOrder && (await this.#read(byteOrder, 16)).toString('latin1') !== 'little') {
      throw unreadable(this.#file, 'its numbers are not little endian');
    }
    return readPickle(await this.#read(this.#entry('data.pkl'), maxPickleBytes), allowedNames);
  }

  /** @throws ModelImportError for what is no tensor, or not stored row by row inside of the archive. */
  tensor(name: string, value: PickledValue): StoredTensor {
    const what = `the tensor ${JSON.stringify(name.slice(0, 200))}`;
    const malformed = (cause: string): ModelImportError => unreadable(this.#file, `${what} ${cause}`);
    if (!(value instanceof PickledCall) || value.name !== rebuildTensor) throw malformed('is no tensor');
    const [storage, firstElement, shape, strides] = value.arguments;
    if (!isSize(firstElement) || !areSizes(shape) || !areSizes(strides)) throw malformed('has no sizes');
    if (shape.length > maxRank) throw malformed(`has ${shape.length} dimensions`);
    const { type, entry } = this.#storage(storage, malformed);
    const elements = shape.reduce((product, length) => product * length, 1);
    if (!areRowMajor(shape, strides)) {
      throw malformed('is not stored row by row: save it again as tensor.contiguous()');
    }
    const start = firstElement * type.bytes;
    const byteLength = elements * type.bytes;
    if (start + byteLength > entry.byteLength) {
      throw malformed(`needs ${start + byteLength} bytes, its storage has ${entry.byteLength}`);
    }
    return { name, shape, type: type.name, file: this.#file, offset: entry.offset + start, byteLength };
  }

  /** ("storage", class, key, device, elements) */
  #storage(
    reference: PickledValue | undefined,
    malformed: (cause: string) => ModelImportError,
  ): { readonly type: ElementType; readonly entry: ZipEntry } {
    const id = reference instanceof PickledReference ? reference.id : undefined;
    const [kind, storageClass, key] = Array.isArray(id) ? (id as readonly PickledValue[]) : [];
    if (kind !== 'storage' || !(storageClass instanceof PickledName) || typeof key !== 'string') {
      throw malformed('has no storage');
    }
    const type = elementTypes.get(storageClass.name);
    if (!type) throw malformed(`is stored as ${storageClass.name}`);
    return { type, entry: this.#entry(`data/${key}`) };
  }

  #entry(name: string): ZipEntry {
    const entry = this.#entries.get(this.#root + name);
    if (!entry) throw unreadable(this.#file, `${JSON.stringify(name.slice(0, 200))} is missing in it`);
    return entry;
  }

  async #read({ name, offset, byteLength }: ZipEntry, maxBytes: number): Promise<Buffer> {
    if (byteLength > maxBytes) throw unreadable(this.#file, `${name} has ${byteLength} bytes`);
    return this.#file.read(offset, byteLength);
  }
}

/** The tensors' dictionary: the first under a name that it usually has, else the whole. */
function stateDict(file: SourceFile, root: PickledValue): PickledDict {
  if (!(root instanceof Map)) throw unreadable(file, 'it holds no dictionary of tensors');
  for (const key of ['model_state_dict', 'state_dict']) {
    const inner = root.get(key);
    if (inner instanceof Map) return inner;
  }
  return root;
}

function dimsOf(file: SourceFile, root: PickledValue): ReadonlyMap<string, number> | undefined {
  const dims = root instanceof Map ? root.get('dims') : undefined;
  if (dims === undefined) return undefined;
  if (!(dims instanceof Map)) throw unreadable(file, 'its "dims" is no dictionary');
  return new Map(
    Array.from(dims, ([name, value]) => {
      if (typeof name !== 'string' || !isSize(value)) throw unreadable(file, 'its "dims" are no sizes');
      return [name, value];
    }),
  );
}

function isSize(value: PickledValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function areSizes(value: PickledValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => isSize(each as PickledValue));
}

/** The stride of a dimension of one element does not matter. */
function areRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.length !== strides.length) return false;
  let expected = 1;
  for (const [index, length] of [...shape.entries()].reverse()) {
    if (length !== 1 && strides[index] !== expected) return false;
    expected *= length;
  }
  return true;
}

function notZip(file: SourceFile, signature: Buffer): ModelImportError {
  const isOld = signature[0] === 0x80;
  return new ModelImportError(
    'not_pytorch',
    isOld
      ? `${file.path}: a checkpoint of PyTorch before 1.6: load it and save it again with torch.save`
      : `${file.path}: not a checkpoint of PyTorch: it is no zip archive`,
  );
}

function unreadable(file: SourceFile, cause: string): ModelImportError {
  return new ModelImportError('weights_malformed', `${file.path}: ${cause}: it is not read`);
}
