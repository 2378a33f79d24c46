// What the main thread and the inference thread share: the layout of one batch in shared memory, and the messages.

/** Samples of a Silero window: 32 ms at 16 kHz. */
export const windowSamples = 512;
/** Samples before a window that Silero takes with it. */
export const contextSamples = 64;
/** Samples of a row: context, then window. */
export const rowSamples: number = contextSamples + windowSamples;
/** Floats of recurrent state a stream: two layers of 128. */
export const stateFloats = 256;

/** One batch in shared memory: written by the main thread, then read and answered by the inference thread. */
export interface BatchMemory {
  /** `rowSamples` a row. */
  readonly rows: Float32Array;
  /** Which stream's state a row continues. */
  readonly slots: Int32Array;
  /** 1 where that state starts from nothing. */
  readonly resets: Uint8Array;
  /** The answer: a probability a row. */
  readonly probabilities: Float32Array;
}

/** Bytes of shared memory for batches of up to `maxBatch` rows. */
export function batchBytes(maxBatch: number): number {
  return maxBatch * (rowSamples * 4 + 4 + 4 + 1);
}

export function viewBatch(memory: SharedArrayBuffer, maxBatch: number): BatchMemory {
  const slotsAt = maxBatch * rowSamples * 4;
  const probabilitiesAt = slotsAt + maxBatch * 4;
  return {
    rows: new Float32Array(memory, 0, maxBatch * rowSamples),
    slots: new Int32Array(memory, slotsAt, maxBatch),
    probabilities: new Float32Array(memory, probabilitiesAt, maxBatch),
    resets: new Uint8Array(memory, probabilitiesAt + maxBatch * 4, maxBatch),
  };
}

export interface WorkerInput {
  readonly modelPath: string;
  readonly memory: SharedArrayBuffer;
  readonly maxBatch: number;
}

/** To the inference thread: run this many rows; 0: free the model and end. */
export type WorkerRequest = number;

/** From the inference thread: `done` is sent as a bare number of rows, being by far the most frequent. */
export type WorkerReply =
  | number
  | { readonly type: 'model_failed'; readonly message: string }
  | { readonly type: 'inference_failed'; readonly message: string };
