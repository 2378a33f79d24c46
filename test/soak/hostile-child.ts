// The process that takes the damage: see hostile-files.ts.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '#theo/errors.js';
import { hostileFormats } from '../support/hostile/formats.ts';
import { mutate, structureOf } from '../support/hostile/mutate.ts';

export interface HostileTask {
  readonly format: keyof typeof hostileFormats;
  readonly firstSeed: number;
  readonly count: number;
  /** Else each file is sound. */
  readonly damaged: boolean;
}

export interface HostileReport {
  readonly used: number;
  readonly refused: number;
  readonly slowestMs: number;
  readonly peakMb: number;
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
}

const task = JSON.parse(process.argv[2] ?? '') as HostileTask;
const { sound: makeSound, use } = hostileFormats[task.format];
const sound = makeSound();
const structure = structureOf(sound);
const root = mkdtempSync(join(tmpdir(), 'theo-hostile-'));
const outcomes = { used: 0, refused: 0 };
const failures: { seed: number; message: string }[] = [];
let slowestMs = 0;
for (let seed = task.firstSeed; seed < task.firstSeed + task.count; seed++) {
  process.send?.({ begun: seed });
  const folder = join(root, String(seed));
  mkdirSync(folder);
  const startMs = performance.now();
  try {
    outcomes[await use(task.damaged ? mutate(sound, structure, seed) : sound, folder)] += 1;
  } catch (error) {
    failures.push({ seed, message: messageOf(error) });
  }
  slowestMs = Math.max(slowestMs, performance.now() - startMs);
  rmSync(folder, { recursive: true });
  globalThis.gc?.();
}
rmSync(root, { recursive: true });
const peakMb = Math.round((process.resourceUsage().maxRSS * 1_024) / 1e6);
const report: HostileReport = { ...outcomes, slowestMs, peakMb, failures };
process.send?.(report, () => process.exit(0));
