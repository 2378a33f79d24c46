import type { NativeWeightType } from '../../native.ts';

/** How a tensor can be stored. */
export type StoredType = NativeWeightType | 'f32';

interface WeightTypeSpec {
  /** ggml's number of the type, `ggml_type`. */
  readonly tensorType: number;
  /** ggml's number of a file whose matrices have it, `ggml_ftype` with the version of the quantization formats. */
  readonly fileType: number;
  /** Weights that are quantized together; a row is a multiple of it. */
  readonly blockWeights: number;
  readonly blockBytes: number;
}

const quantizationVersion = 2_000;

/** The types that a file's tensors can have; numbers and sizes as in ggml.h and ggml-common.h. */
export const weightTypes: Readonly<Record<StoredType, WeightTypeSpec>> = {
  f32: { tensorType: 0, fileType: 0, blockWeights: 1, blockBytes: 4 },
  f16: { tensorType: 1, fileType: 1, blockWeights: 1, blockBytes: 2 },
  q8_0: { tensorType: 8, fileType: quantizationVersion + 7, blockWeights: 32, blockBytes: 34 },
  q6_k: { tensorType: 14, fileType: quantizationVersion + 14, blockWeights: 256, blockBytes: 210 },
  q5_k: { tensorType: 13, fileType: quantizationVersion + 13, blockWeights: 256, blockBytes: 176 },
  q5_1: { tensorType: 7, fileType: quantizationVersion + 9, blockWeights: 32, blockBytes: 24 },
  q5_0: { tensorType: 6, fileType: quantizationVersion + 8, blockWeights: 32, blockBytes: 22 },
  q4_k: { tensorType: 12, fileType: quantizationVersion + 12, blockWeights: 256, blockBytes: 144 },
  q4_1: { tensorType: 3, fileType: quantizationVersion + 3, blockWeights: 32, blockBytes: 20 },
  q4_0: { tensorType: 2, fileType: quantizationVersion + 2, blockWeights: 32, blockBytes: 18 },
};

const storedTypes = Object.keys(weightTypes) as StoredType[];

/** The types that matrices can be stored in, the finest first. whisper.cpp cannot run matrices of f32. */
export const matrixTypes: readonly NativeWeightType[] = storedTypes.filter((type) => type !== 'f32');

/** How the matrices of a ggml file are stored, by its `ftype`; undefined for a type that is not known here. */
export function typeOfFile(fileType: number): StoredType | undefined {
  return storedTypes.find((type) => weightTypes[type].fileType % 1_000 === fileType % 1_000);
}

/** By ggml's number of a tensor's type. */
export function typeOfTensor(tensorType: number): StoredType | undefined {
  return storedTypes.find((type) => weightTypes[type].tensorType === tensorType);
}
