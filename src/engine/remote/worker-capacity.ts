import type { Capacity } from '../types.ts';
import { healthKeys } from './wire.ts';

const keys = [
  'firstTextMs',
  'peopleAtOnce',
  'partialMs',
  'secondsPerFileSecond',
] as const satisfies readonly (keyof Capacity)[];

/** How a worker tells what its model can do on its machine; nothing where that is not known. */
export function capacityMetadata(capacity: Capacity | undefined): Readonly<Record<string, string>> {
  if (!capacity) return {};
  return Object.fromEntries(
    keys.map((key) => [healthKeys[key], String(Number(capacity[key].toPrecision(4)))]),
  );
}

/** What a worker told; undefined where it told nothing, or what cannot be. */
export function capacityOfMetadata(metadata: Readonly<Record<string, string>>): Capacity | undefined {
  const read = (key: (typeof keys)[number]): number => Number(metadata[healthKeys[key]] || Number.NaN);
  const capacity: Capacity = {
    firstTextMs: read('firstTextMs'),
    peopleAtOnce: read('peopleAtOnce'),
    partialMs: read('partialMs'),
    secondsPerFileSecond: read('secondsPerFileSecond'),
  };
  return keys.every((key) => capacity[key] >= 0 && Number.isFinite(capacity[key])) ? capacity : undefined;
}

/** What workers can do together: the people of all of them, each with the first text of the slowest. */
export function combinedCapacity(workers: readonly (Capacity | undefined)[]): Capacity | undefined {
  const known = workers.filter((worker) => worker !== undefined);
  if (known.length === 0) return undefined;
  const slowest = (key: 'firstTextMs' | 'partialMs' | 'secondsPerFileSecond'): number =>
    Math.max(...known.map((worker) => worker[key]));
  return {
    firstTextMs: slowest('firstTextMs'),
    peopleAtOnce: known.reduce((sum, { peopleAtOnce }) => sum + peopleAtOnce, 0),
    partialMs: slowest('partialMs'),
    secondsPerFileSecond: slowest('secondsPerFileSecond'),
  };
}
