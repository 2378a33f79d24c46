import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromPcm16, toPcm16 } from '#theo/audio/pcm16.js';

describe('PCM on the wire', () => {
  test('comes back as it was, for everything that 16 bits can say', () => {
    const all = Float32Array.from({ length: 65_536 }, (_, index) => (index - 32_768) / 32_768);
    expect(fromPcm16(toPcm16(all))).toEqual(all);
  });

  test('is little-endian and clipped', () => {
    expect([...toPcm16(Float32Array.of(1 / 32_768, 2, -2))]).toEqual([1, 0, 0xff, 0x7f, 0x00, 0x80]);
  });

  test('is read at any offset of any buffer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 7 }),
        fc.array(fc.integer({ min: -32_768, max: 32_767 })),
        (offset, pcm) => {
          const bytes = new Uint8Array(Int16Array.from(pcm).buffer);
          for (const view of [new Uint8Array(offset + bytes.length), Buffer.alloc(offset + bytes.length)]) {
            view.set(bytes, offset);
            expect([...fromPcm16(view.subarray(offset))]).toEqual(pcm.map((value) => value / 32_768));
          }
        },
      ),
    );
  });

  test('half a sample is refused', () => {
    expect(() => fromPcm16(new Uint8Array(3))).toThrow('3 bytes is an odd count');
  });
});
