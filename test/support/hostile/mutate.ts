/** Numbers in [0, 1) that are the same for the same seed (mulberry32 of Tommy Ettinger's). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A part of a file that tells how to read the rest. */
export type Range = readonly [start: number, end: number];

const absurdNumbers: readonly number[] = [
  0,
  1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 20,
  65_535,
  0x20202020,
];
const mostEdits = 4;

/**
 * A damaged copy of a file: cut, bytes changed, numbers made absurd, ranges swapped, repeated, taken out or put in.
 * @param structure - ranges that most of the damage goes to; weights are nearly all of a file, and any bytes are weights.
 */
export function mutate(sound: Buffer, structure: readonly Range[], seed: number): Buffer {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes = Buffer.from(sound);
  const position = (): number => {
    const [start, end] = structure[below(structure.length)] ?? [0, bytes.length];
    const chosen = random() < 0.85 ? start + below(end - start) : below(bytes.length);
    return Math.min(chosen, Math.max(0, bytes.length - 1));
  };
  const piece = (): Range => {
    const start = position();
    const length = 1 + below(random() < 0.8 ? 64 : 65_536);
    return [start, Math.min(bytes.length, start + length)];
  };
  const operations: readonly (() => void)[] = [
    () => {
      bytes = bytes.subarray(0, position());
    },
    () => {
      bytes[position()] = below(256);
    },
    () => {
      const at = position();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    },
    () => {
      const at = position();
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(absurdNumbers[below(absurdNumbers.length)] ?? 0, at);
    },
    () => {
      const [from, to] = [piece(), piece()];
      const moved = Buffer.from(bytes.subarray(...from));
      bytes.copy(bytes, from[0], to[0], Math.min(to[1], to[0] + moved.length));
      moved.copy(bytes, to[0]);
    },
    () => {
      const [start, end] = piece();
      bytes = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    },
    () => {
      const [start, end] = piece();
      bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    },
    () => {
      const at = position();
      const random64 = Buffer.from(Array.from({ length: 1 + below(64) }, () => below(256)));
      bytes = Buffer.concat([bytes.subarray(0, at), random64, bytes.subarray(at)]);
    },
  ];
  // A cut file is told at once: it is one in sixteen.
  const first = random() < 0.5 ? 0 : 1;
  for (let edits = 1 + below(mostEdits); edits > 0 && bytes.length > 0; edits--) {
    operations[first + below(operations.length - first)]?.();
  }
  return bytes;
}

/** Beginning and end of a file, and what surrounds the names of tensors and the records of a zip archive. */
export function structureOf(file: Buffer): readonly Range[] {
  const text = file.toString('latin1');
  const records = ['\x01\x02', '\x05\x06', '\x06\x06', '\x06\x07'].map((kind) => `PK${kind}`).join('|');
  const names = [...text.matchAll(new RegExp(`(?:encoder|decoder)[./][A-Za-z0-9._/]{4,80}|${records}`, 'g'))];
  const around = names.map(
    ({ index, 0: { length } }): Range => [
      Math.max(0, index - 32),
      Math.min(file.length, index + length + 48),
    ],
  );
  const ends: readonly Range[] = [
    [0, Math.min(256, file.length)],
    [Math.max(0, file.length - 256), file.length],
  ];
  // Half of all damage goes to the ends.
  return [
    ...around,
    ...ends.flatMap((range) => Array.from({ length: 1 + (around.length >> 2) }, () => range)),
  ];
}
