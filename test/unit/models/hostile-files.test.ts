import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostileFormats } from '../../support/hostile/formats.ts';
import { mutate, structureOf } from '../../support/hostile/mutate.ts';

const files = 40;

// `npm run test:hostile` tries as many as one likes.
it.each(Object.entries(hostileFormats))(
  'damaged files of %s are used or refused with a clear error',
  { timeout: 120_000 },
  async (_name, { sound: makeSound, use }) => {
    const root = mkdtempSync(join(tmpdir(), 'theo-hostile-'));
    const sound = makeSound();
    const structure = structureOf(sound);
    const outcomes = new Set<string>();
    for (let seed = 0; seed < files; seed++) {
      const folder = join(root, String(seed));
      mkdirSync(folder);
      outcomes.add(await use(seed === 0 ? sound : mutate(sound, structure, seed), folder));
    }
    rmSync(root, { recursive: true });
    expect(outcomes).toEqual(new Set(['used', 'refused']));
  },
);
