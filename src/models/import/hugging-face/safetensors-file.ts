import { z } from 'zod';
import { foreignFormat } from '../../foreign-formats.ts';
import { ModelImportError } from '../errors.ts';
import { parseSourceJson } from '../source-text.ts';
import { SourceFile, type StoredTensor, type StoredTensors } from '../stored-tensors.ts';

/** The length of the header stands before it. */
const lengthBytes = 8;
/** Whisper's largest has 0.2 MB. */
const maxHeaderBytes = 8 * 2 ** 20;
const maxRank = 4;

/** Bytes of an element and our word for what is read; the others are known so that a message can name them. */
const elementTypes: Readonly<Record<string, readonly [bytes: number, type: string]>> = {
  F32: [4, 'float32'],
  F16: [2, 'float16'],
  BF16: [2, 'bfloat16'],
  F64: [8, 'F64'],
  I64: [8, 'I64'],
  U64: [8, 'U64'],
  I32: [4, 'I32'],
  U32: [4, 'U32'],
  I16: [2, 'I16'],
  U16: [2, 'U16'],
  I8: [1, 'I8'],
  U8: [1, 'U8'],
  BOOL: [1, 'BOOL'],
  F8_E4M3: [1, 'F8_E4M3'],
  F8_E5M2: [1, 'F8_E5M2'],
};

const size = z.int().min(0);

const entry = z.object({
  dtype: z.string(),
  shape: z.array(size).max(maxRank),
  data_offsets: z.tuple([size, size]),
});

/**
 * Opens a file in Hugging Face's safetensors format: the length of the header, the header in JSON, then the tensors,
 * which have to fill the rest of the file without gap or overlap.
 * @throws ModelImportError
 */
export async function openSafetensors(path: string): Promise<StoredTensors> {
  const file = await SourceFile.open(path);
  try {
    const tensors = await readHeader(file);
    return { path, files: [file], byName: new Map(tensors.map((tensor) => [tensor.name, tensor])) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: SourceFile): Promise<readonly StoredTensor[]> {
  const { path, byteLength } = file;
  const firstBytes = await file.read(0, Math.min(byteLength, 64));
  if (firstBytes.toString('latin1', lengthBytes, lengthBytes + 1) !== '{') {
    const what = foreignFormat(firstBytes);
    throw new ModelImportError(
      'not_safetensors',
      `${path}: not a safetensors file${what === undefined ? '' : ` but ${what}`}`,
    );
  }
  const headerBytes = firstBytes.readBigUInt64LE();
  if (headerBytes > maxHeaderBytes) {
    throw malformed(path, `the header has ${headerBytes} bytes, at most ${maxHeaderBytes} are plausible`);
  }
  const start = lengthBytes + Number(headerBytes);
  if (start > byteLength) throw truncated(path, 'its header');
  const text = (await file.read(lengthBytes, Number(headerBytes))).toString('utf8');
  const header = parseSourceJson(path, text, 'weights_malformed');
  if (header === null || typeof header !== 'object') throw malformed(path, 'the header is no JSON object');
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => toTensor(file, start, name, value));
  requireFilled(file, start, tensors);
  return tensors;
}

function toTensor(file: SourceFile, start: number, name: string, value: unknown): StoredTensor {
  const { path } = file;
  const what = `the tensor ${JSON.stringify(name.slice(0, 200))}`;
  const parsed = entry.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(path, `${what}: ${issue?.path.join('.') || 'entry'}: ${issue?.message ?? 'invalid'}`);
  }
  const { dtype, shape, data_offsets } = parsed.data;
  const [begin, end] = data_offsets;
  const known = Object.hasOwn(elementTypes, dtype) ? elementTypes[dtype] : undefined;
  if (!known) throw malformed(path, `${what} has the unknown type ${JSON.stringify(dtype.slice(0, 40))}`);
  const [elementBytes, type] = known;
  const expected = shape.reduce((product, dimension) => product * dimension, elementBytes);
  if (end - begin !== expected) {
    throw malformed(
      path,
      `${what} of ${dtype} [${shape.join(', ')}] has ${end - begin} bytes, not ${expected}`,
    );
  }
  return { name, shape, type, file, offset: start + begin, byteLength: expected };
}

/** Each tensor begins where the one before it ends, and the last ends with the file. */
function requireFilled(file: SourceFile, start: number, tensors: readonly StoredTensor[]): void {
  const { path, byteLength } = file;
  let position = start;
  const inOrder = tensors.toSorted((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  for (const { name, offset, byteLength: bytes } of inOrder) {
    if (offset !== position) {
      throw malformed(
        path,
        `the tensor "${name}" begins at byte ${offset}, expected ${position}: tensors overlap or leave a gap`,
      );
    }
    position += bytes;
  }
  if (position > byteLength) throw truncated(path, 'its tensors');
  if (position < byteLength) throw malformed(path, `${byteLength - position} bytes follow the last tensor`);
}

function truncated(path: string, what: string): ModelImportError {
  return new ModelImportError('weights_truncated', `${path}: ends inside ${what}: it was not copied whole`);
}

function malformed(path: string, cause: string): ModelImportError {
  return new ModelImportError('weights_malformed', `${path}: ${cause}: the file is damaged`);
}
