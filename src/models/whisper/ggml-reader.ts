import type { FileHandle } from 'node:fs/promises';
import { fileProblem, openFile } from '../../files.ts';
import { ModelError } from '../errors.ts';
import { ggmlProblem } from '../foreign-formats.ts';
import { dimensionsProblem, type WhisperDimensions } from './dimensions.ts';
import { matrixTypes, type StoredType, typeOfFile, typeOfTensor, weightTypes } from './weight-types.ts';

/** What a whisper.cpp file in ggml format holds. */
export interface GgmlModel {
  readonly dimensions: WhisperDimensions;
  /** How its matrices are stored. */
  readonly type: StoredType;
  readonly bytes: number;
}

const magicBytes = 4;
/** Bins of the spectra that the mel filters weigh. */
const spectrumBins = 201;
const maxTokenBytes = 4_096;
/** Of header and vocabulary; Whisper's have 0.7 MB. */
const maxHeadBytes = 8 * 2 ** 20;
/** Whisper's largest have 1 259. */
const maxTensors = 4_096;
const maxTensorDimensions = 4;
const maxTensorDimension = 2 ** 20;
const maxTensorNameBytes = 256;
/** Rank, length of the name, type, dimensions, name. */
const maxTensorHeaderBytes = 3 * 4 + maxTensorDimensions * 4 + maxTensorNameBytes;

/**
 * Reads what stands before the weights of a whisper.cpp file and walks over the tensors, whose weights it does not read:
 * the file is a Whisper model's, of sizes that the engine runs, and whole. No length is followed before it is checked.
 * @throws ModelError `weights_missing`, `weights_damaged` or `not_whisper`
 */
export async function readGgmlModel(path: string): Promise<GgmlModel> {
  const file = await opened(path);
  try {
    const { size: bytes } = await file.stat();
    const firstBytes = await readUpTo(file, 0, Math.min(bytes, maxHeadBytes));
    const head = new FieldReader(firstBytes, { path, fileBytes: bytes });
    requireMagic(head, firstBytes);
    const { dimensions, type } = readHeader(head);
    skipVocabulary(head, dimensions);
    await walkTensors(file, head.position, { path, fileBytes: bytes });
    return { dimensions, type, bytes };
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await openFile(path);
  } catch (error) {
    throw new ModelError('weights_missing', `${path}: cannot be read (${fileProblem(error)})`, {
      cause: error,
    });
  }
}

function requireMagic(head: FieldReader, firstBytes: Buffer): void {
  head.skip(magicBytes, 'the magic number');
  const problem = ggmlProblem(firstBytes.subarray(0, 64));
  if (problem !== undefined) head.fail(problem, 'not_whisper');
}

function readHeader(head: FieldReader): Pick<GgmlModel, 'dimensions' | 'type'> {
  const size = (): number => head.integer('the header');
  const vocabulary = size();
  const audioContext = size();
  const state = size();
  const [audioHeads, audioLayers] = [size(), size()];
  const textContext = size();
  const textState = size();
  const [textHeads, textLayers] = [size(), size()];
  const mels = size();
  const dimensions = {
    vocabulary,
    state,
    audioContext,
    audioHeads,
    audioLayers,
    textContext,
    textHeads,
    textLayers,
    mels,
  };
  const problem =
    dimensionsProblem(dimensions) ??
    (textState === state ? undefined : `the encoder's state is ${state} wide and the decoder's ${textState}`);
  if (problem !== undefined) head.fail(`a ggml file, but not of a Whisper model: ${problem}`, 'not_whisper');
  const fileType = size();
  const type = typeOfFile(fileType);
  if (type === undefined) {
    head.fail(
      `weights of ftype ${fileType}, which is not known here (known: f32, ${matrixTypes.join(', ')})`,
    );
  }
  if (size() !== mels || size() !== spectrumBins) head.fail('the mel filters do not match the header');
  head.skip(4 * mels * spectrumBins, 'the mel filters');
  return { dimensions, type };
}

function skipVocabulary(head: FieldReader, { vocabulary }: WhisperDimensions): void {
  const tokens = head.integer('the size of the vocabulary');
  if (tokens < 1 || tokens > vocabulary)
    head.fail(`a vocabulary of ${tokens} tokens, expected ${vocabulary}`);
  for (let token = 0; token < tokens; token++) {
    const bytes = head.integer('the vocabulary');
    if (bytes < 0 || bytes > maxTokenBytes) head.fail(`token ${token} has ${bytes} bytes`);
    head.skip(bytes, 'the vocabulary');
  }
}

/** From one header to the next, up to the end of the file. */
async function walkTensors(file: FileHandle, start: number, about: FileFacts): Promise<void> {
  let position = start;
  let tensors = 0;
  for (; position < about.fileBytes; tensors++) {
    const reader = new FieldReader(await readUpTo(file, position, maxTensorHeaderBytes), about, position);
    if (tensors === maxTensors) reader.fail(`more than ${maxTensors} tensors`);
    const { headerBytes, dataBytes, name } = readTensorHeader(reader);
    position += headerBytes + dataBytes;
    if (position > about.fileBytes) reader.endsInside(`the tensor "${name}"`);
  }
  if (tensors === 0) throw new ModelError('weights_damaged', `${about.path}: has no tensors`);
}

function readTensorHeader(reader: FieldReader): { headerBytes: number; dataBytes: number; name: string } {
  const start = reader.position;
  const what = 'the header of a tensor';
  const rank = reader.integer(what);
  const nameBytes = reader.integer(what);
  const typeNumber = reader.integer(what);
  if (rank < 1 || rank > maxTensorDimensions) reader.fail(`a tensor of ${rank} dimensions`);
  if (nameBytes < 1 || nameBytes > maxTensorNameBytes) reader.fail(`a tensor's name of ${nameBytes} bytes`);
  const shape = Array.from({ length: rank }, () => reader.integer(what));
  const name = reader.text(nameBytes, what);
  const type = typeOfTensor(typeNumber);
  if (type === undefined)
    reader.fail(`the tensor ${JSON.stringify(name)} is of type ${typeNumber}, which is not known here`);
  if (shape.some((length) => length < 1 || length > maxTensorDimension)) {
    reader.fail(`the tensor ${JSON.stringify(name)} is [${shape.join(', ')}]`);
  }
  const { blockWeights, blockBytes } = weightTypes[type];
  const [rowLength = 0] = shape;
  if (rowLength % blockWeights !== 0) {
    reader.fail(`the rows of the tensor ${JSON.stringify(name)} do not fill blocks of ${type}`);
  }
  const weights = shape.reduce((product, length) => product * length, 1);
  return { headerBytes: reader.position - start, dataBytes: (weights / blockWeights) * blockBytes, name };
}

interface FileFacts {
  readonly path: string;
  readonly fileBytes: number;
}

/** Reads fields, little endian, out of a piece of a file. Positions are the file's. */
class FieldReader {
  readonly #bytes: Buffer;
  readonly #about: FileFacts;
  readonly #start: number;
  #offset = 0;

  constructor(bytes: Buffer, about: FileFacts, start = 0) {
    this.#bytes = bytes;
    this.#about = about;
    this.#start = start;
  }

  get position(): number {
    return this.#start + this.#offset;
  }

  integer(what: string): number {
    this.skip(4, what);
    return this.#bytes.readInt32LE(this.#offset - 4);
  }

  text(bytes: number, what: string): string {
    this.skip(bytes, what);
    return this.#bytes.toString('utf8', this.#offset - bytes, this.#offset);
  }

  skip(bytes: number, what: string): void {
    if (bytes <= this.#bytes.length - this.#offset) {
      this.#offset += bytes;
      return;
    }
    if (this.position + bytes > this.#about.fileBytes) this.endsInside(what);
    this.fail(`header and vocabulary have more than ${maxHeadBytes} bytes`);
  }

  fail(cause: string, code: 'weights_damaged' | 'not_whisper' = 'weights_damaged'): never {
    throw new ModelError(code, `${this.#about.path}: ${cause}`);
  }

  endsInside(what: string): never {
    this.fail(`ends inside ${what}, at byte ${this.#about.fileBytes}: it was not copied or downloaded whole`);
  }
}

/** Fewer bytes than asked for only at the end of the file. */
async function readUpTo(file: FileHandle, position: number, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxBytes);
  let length = 0;
  for (let bytesRead = -1; bytesRead !== 0 && length < maxBytes; length += bytesRead) {
    ({ bytesRead } = await file.read(buffer, length, maxBytes - length, position + length));
  }
  return buffer.subarray(0, length);
}
