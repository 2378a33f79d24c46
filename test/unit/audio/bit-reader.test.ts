import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitReader } from '#theo/audio/flac/bit-reader.js';

test('fields come as they were written, of any width and at any place', () => {
  const field = fc
    .integer({ min: 1, max: 32 })
    .chain((bits) => fc.tuple(fc.constant(bits), fc.integer({ min: 0, max: 2 ** bits - 1 })));
  fc.assert(
    fc.property(fc.array(field, { maxLength: 20 }), fc.nat(3), (fields, startByte) => {
      const written = fields.map(([bits, value]) => value.toString(2).padStart(bits, '0')).join('');
      const body = (written.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
      const reader = new BitReader(Uint8Array.from([...Array(startByte).fill(255), ...body]), startByte);
      expect(fields.map(([bits]) => reader.unsigned(bits))).toEqual(fields.map(([, value]) => value));
      reader.align();
      expect(reader.byteOffset).toBe(startByte + body.length);
      expect(() => reader.unsigned(1)).toThrow(RangeError);
    }),
  );
});

test('signed and unary numbers', () => {
  const reader = new BitReader(Uint8Array.from([0b1110_0000, 0, 0b0010_1000]));
  expect([reader.signed(3), reader.unary(), reader.unary()]).toEqual([-1, 15, 1]);
});

test('goes on beyond 256 MB, where a position in bits does not fit into 32', () => {
  const start = 2 ** 28 - 1;
  // Zeros that nobody touches take no memory.
  const bytes = new Uint8Array(start + 4);
  bytes.set([0x12, 0x34, 0x56, 0x01], start);
  const reader = new BitReader(bytes, start);
  expect([reader.unsigned(4), reader.unsigned(16), reader.signed(4)]).toEqual([1, 0x2345, 6]);
  expect(reader.byteOffset).toBe(start + 3);
  expect(reader.unary()).toBe(7);
});
