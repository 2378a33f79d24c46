import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { NativeAddon, NativeWeightType } from '../../native.ts';
import { writing } from '../staging-folder.ts';
import type { WhisperDimensions } from '../whisper/dimensions.ts';
import { fileHeader, storedType, tensorBytes, tensorHeader } from './ggml-file.ts';
import type { SourceModel } from './source-model.ts';
import type { WhisperWeights } from './tensor-layout.ts';
import { largestFloat16 } from './weights-reader.ts';
import type { WhisperTensor } from './whisper-tensors.ts';

/** The addon computes on libuv's pool, which has as many by default. */
const quantizingThreads = 4;

export interface WeightsFileOptions {
  readonly type: NativeWeightType;
  readonly addon: Pick<NativeAddon, 'quantize'>;
  /** Called after every piece, a few MB, with the bytes written so far. May throw to stop. */
  readonly onBytes: (written: number) => void;
}

/** Bytes that `writeWeightsFile` will write. */
export function weightsFileBytes(
  {
    dimensions,
    tensors,
  }: { readonly dimensions: WhisperDimensions; readonly tensors: readonly WhisperTensor[] },
  tokens: readonly Buffer[],
  type: NativeWeightType,
): number {
  return tensors.reduce(
    (sum, tensor) => sum + tensorHeader(tensor, type).length + tensorBytes(tensor, type),
    fileHeader(dimensions, type, tokens).length,
  );
}

/**
 * Writes a model in whisper.cpp's ggml format, and to the disk.
 * @returns the file's SHA-256, hexadecimal.
 * @throws ModelImportError for weights that are damaged or cannot be read, and where the file cannot be written.
 */
export async function writeWeightsFile(
  path: string,
  { weights, tokens }: Pick<SourceModel, 'weights' | 'tokens'>,
  { type, addon, onBytes }: WeightsFileOptions,
): Promise<string> {
  await using file = await writing(path, () => open(path, 'wx'));
  const output = new HashedOutput(file, path);
  await output.write(fileHeader(weights.dimensions, type, tokens));
  for (const tensor of weights.tensors) {
    await output.write(tensorHeader(tensor, type));
    for await (const bytes of tensorData(weights, tensor, storedType(tensor, type), addon)) {
      await output.write(bytes);
      onBytes(output.bytes);
    }
  }
  await writing(path, () => file.sync());
  return output.sha256();
}

async function* tensorData(
  source: WhisperWeights,
  tensor: WhisperTensor,
  type: NativeWeightType | 'f32',
  addon: Pick<NativeAddon, 'quantize'>,
): AsyncGenerator<Uint8Array> {
  const rowLength = tensor.shape.slice(1).reduce((product, dimension) => product * dimension, 1);
  const largest = type === 'f32' ? Number.MAX_VALUE : largestFloat16;
  for await (const weights of source.read(tensor, largest)) {
    if (type === 'f32') yield new Uint8Array(weights.buffer);
    else
      yield* await Promise.all(
        splitRows(weights, rowLength).map((part) => addon.quantize(type, part, rowLength)),
      );
  }
}

/** Whole rows for each of the threads that quantize. */
function splitRows(
  weights: Float32Array<ArrayBuffer>,
  rowLength: number,
): readonly Float32Array<ArrayBuffer>[] {
  const partLength = Math.ceil(weights.length / rowLength / quantizingThreads) * rowLength;
  return Array.from({ length: Math.ceil(weights.length / partLength) }, (_, part) =>
    weights.subarray(part * partLength, (part + 1) * partLength),
  );
}

class HashedOutput {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await writing(this.#path, async () => {
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done)).bytesWritten;
      }
    });
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  sha256(): string {
    return this.#hash.digest('hex');
  }
}
