import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpeechBuffer } from '#theo/engine/whisper/speech-buffer.js';

test('it holds what was appended, up to its limit, and earlier views do not change', () => {
  const limit = 300_000;
  fc.assert(
    fc.property(fc.array(fc.nat(80_000), { maxLength: 8 }), (lengths) => {
      const buffer = new SpeechBuffer(limit);
      const all: number[] = [];
      const views: { view: Float32Array; length: number }[] = [];
      let next = 0;
      for (const length of lengths) {
        const chunk = Float32Array.from({ length }, () => next++);
        const taken = buffer.append(chunk);
        expect(taken).toBe(Math.min(length, limit - all.length));
        for (const value of chunk.subarray(0, taken)) all.push(value);
        views.push({ view: buffer.samples, length: all.length });
      }
      expect(buffer.length).toBe(all.length);
      const expected = Float32Array.from(all);
      for (const { view, length } of views) {
        expect(Buffer.compare(bytesOf(view), bytesOf(expected.subarray(0, length)))).toBe(0);
      }
    }),
    { numRuns: 30 },
  );
});

function bytesOf(samples: Float32Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}
