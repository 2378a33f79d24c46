import { describe, expect, it } from 'vitest';
import { matrixTypes, weightTypes } from '#theo/models/whisper/weight-types.js';
import { loadNative, type NativeWeightType } from '#theo/native.js';

const addon = loadNative();
const rowLength = 512;
const weights = Float32Array.from({ length: 8 * rowLength }, (_, index) => Math.sin(index) / 4);

describe('quantize', () => {
  it.each(matrixTypes)('%s: rows of blocks, the same whether rows come together or apart', async (type) => {
    const { blockWeights, blockBytes } = weightTypes[type];
    const whole = await addon.quantize(type, weights, rowLength);
    expect(whole).toHaveLength((weights.length / blockWeights) * blockBytes);
    const rows = await Promise.all(
      Array.from({ length: 8 }, (_, row) =>
        addon.quantize(type, weights.subarray(row * rowLength, (row + 1) * rowLength), rowLength),
      ),
    );
    expect(Buffer.concat(rows).equals(whole)).toBe(true);
  });

  it('q8_0: a scale in 16 bits, then 32 numbers of 8', async () => {
    const block = new Float32Array(32).fill(-1);
    block[0] = 127;
    const bytes = await addon.quantize('q8_0', block, 32);
    expect([...bytes]).toEqual([0x00, 0x3c, 127, ...new Array<number>(31).fill(0xff)]);
  });

  it('f16: rounds to the nearest, ties to even', async () => {
    const values = Float32Array.of(1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65_504, 2 ** -24, -0);
    const halves = new Uint16Array((await addon.quantize('f16', values, values.length)).buffer);
    expect([...halves]).toEqual([0x3c00, 0x3c00, 0x3c02, 0x7bff, 0x0001, 0x8000]);
  });

  it('takes the weights as they were at the call', async () => {
    const changing = weights.slice();
    const result = addon.quantize('q8_0', changing, rowLength);
    changing.fill(0);
    expect(await result).toEqual(await addon.quantize('q8_0', weights, rowLength));
  });

  it.each<[string, readonly unknown[], string]>([
    ['a type that is none', ['q9_9', weights, rowLength], "cannot be stored as 'q9_9'"],
    ['f32, which the engine cannot run', ['f32', weights, rowLength], "cannot be stored as 'f32'"],
    ['rows that do not fill blocks', ['q8_0', weights, 16], 'a multiple of 32 weights, not 16'],
    ['rows of a k type that do not', ['q4_k', weights, 128], 'a multiple of 256 weights, not 128'],
    ['rows of nothing', ['f16', weights, 0], 'not 0'],
    ['rows of less than nothing', ['f16', weights, -1], 'not -1'],
    ['rows that are not whole', ['f16', weights, 1_000], 'no whole rows of 1000'],
    ['doubles', ['f16', new Float64Array(32), 32], 'quantize('],
    ['nothing', [], 'quantize('],
  ])('%s: refused', (_what, args, message) => {
    const quantize = addon.quantize as (...args: readonly unknown[]) => unknown;
    expect(() => quantize(...args)).toThrow(message);
  });

  it('no weights are no bytes', async () => {
    const types: readonly NativeWeightType[] = ['f16', 'q8_0', 'q4_k'];
    for (const type of types) expect(await addon.quantize(type, new Float32Array(), 256)).toHaveLength(0);
  });
});
