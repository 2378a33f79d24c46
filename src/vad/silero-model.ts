import { InferenceSession, Tensor } from './onnx-runtime.ts';
import { type BatchMemory, rowSamples, stateFloats } from './silero-protocol.ts';

const layerFloats = stateFloats / 2;

/**
 * Silero VAD in ONNX Runtime, with the recurrent states of all streams. Lives in the inference thread, because
 * the runtime's binding blocks the thread that calls it.
 *
 * Model: `input` f32 [B,576], `state` f32 [2,B,128], in Silero's own files also `sr` i64 -> `output` f32 [B,1],
 * `stateN` f32 [2,B,128].
 */
export class SileroModel {
  readonly #session: InferenceSession;
  readonly #rate: { readonly sr?: Tensor };
  readonly #input: Float32Array;
  readonly #packedStates: Float32Array;
  /** `stateFloats` a slot: layer 0, then layer 1. */
  #states: Float32Array;

  private constructor(session: InferenceSession, maxBatch: number) {
    this.#session = session;
    const rate = new Tensor('int64', BigInt64Array.of(16_000n), []);
    this.#rate = session.inputNames.includes('sr') ? { sr: rate } : {};
    this.#input = new Float32Array(maxBatch * rowSamples);
    this.#packedStates = new Float32Array(maxBatch * stateFloats);
    this.#states = new Float32Array(maxBatch * stateFloats);
  }

  static async load(path: string, maxBatch: number): Promise<SileroModel> {
    const session = await InferenceSession.create(path, {
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    const expected = ['input', 'state'];
    if (!expected.every((name) => session.inputNames.includes(name))) {
      await session.release();
      throw new Error(`not a Silero VAD model: its inputs are ${session.inputNames.join(', ')}`);
    }
    return new SileroModel(session, maxBatch);
  }

  /** Classifies the first `count` rows, each of another stream, and moves those streams' states on. */
  async run(batch: BatchMemory, count: number): Promise<void> {
    this.#gather(batch, count);
    const outputs = await this.#session.run({
      input: new Tensor('float32', this.#input.subarray(0, count * rowSamples), [count, rowSamples]),
      state: new Tensor('float32', this.#packedStates.subarray(0, count * stateFloats), [
        2,
        count,
        layerFloats,
      ]),
      ...this.#rate,
    });
    const states = floats(outputs, 'stateN', count * stateFloats);
    batch.probabilities.set(floats(outputs, 'output', count));
    this.#scatter(batch, count, states);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  #gather(batch: BatchMemory, count: number): void {
    this.#input.set(batch.rows.subarray(0, count * rowSamples));
    const packed = this.#packedStates;
    const secondLayer = count * layerFloats;
    for (let row = 0; row < count; row += 1) {
      const at = row * layerFloats;
      const from = this.#stateOffset(batch.slots[row] ?? 0);
      if (batch.resets[row] === 1) {
        packed.fill(0, at, at + layerFloats);
        packed.fill(0, secondLayer + at, secondLayer + at + layerFloats);
      } else {
        packed.set(this.#states.subarray(from, from + layerFloats), at);
        packed.set(this.#states.subarray(from + layerFloats, from + stateFloats), secondLayer + at);
      }
    }
  }

  #scatter(batch: BatchMemory, count: number, states: Float32Array): void {
    const secondLayer = count * layerFloats;
    for (let row = 0; row < count; row += 1) {
      const at = row * layerFloats;
      const to = this.#stateOffset(batch.slots[row] ?? 0);
      this.#states.set(states.subarray(at, at + layerFloats), to);
      this.#states.set(states.subarray(secondLayer + at, secondLayer + at + layerFloats), to + layerFloats);
    }
  }

  #stateOffset(slot: number): number {
    const offset = slot * stateFloats;
    if (offset + stateFloats > this.#states.length) {
      const larger = new Float32Array(Math.max(this.#states.length * 2, offset + stateFloats));
      larger.set(this.#states);
      this.#states = larger;
    }
    return offset;
  }
}

function floats(outputs: InferenceSession.OnnxValueMapType, name: string, length: number): Float32Array {
  const data = (outputs[name] as Tensor | undefined)?.data;
  if (data instanceof Float32Array && data.length === length) return data;
  throw new Error(`not a Silero VAD model: its output ${name} is not ${length} floats`);
}
