import type { Capacity } from './types.ts';

/**
 * What a model can do on this machine, in a line: "whisper-base here: first text about 380 ms, 6 people at once".
 * The last places of what is only about right are left out.
 */
export function capacityText(model: string, capacity: Capacity): string {
  return `${model} here: ${capacitySummary(capacity)}`;
}

/** The same without the model's name. */
export function capacitySummary(capacity: Capacity): string {
  const { firstTextMs, peopleAtOnce, partialMs, secondsPerFileSecond } = capacity;
  if (peopleAtOnce === 0) {
    return `too slow for live speech (a partial takes ${duration(partialMs)}); files take ${ratio(secondsPerFileSecond)}x real time`;
  }
  const people = peopleAtOnce === 1 ? '1 person' : `${peopleAtOnce} people`;
  return `first text about ${duration(firstTextMs)}, ${people} at once`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms / 10) * 10} ms` : `${ratio(ms / 1000)} s`;
}

function ratio(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
