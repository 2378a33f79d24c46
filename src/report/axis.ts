import type { Axis } from './chart.ts';

/** Where figures stand along an axis, from 0 to 1. */
export interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** A scale that holds all values, with about five round ticks; with a logarithmic one, all values are above 0. */
export function scaleFor(values: readonly number[], kind: Axis['scale']): Scale {
  return kind === 'linear' ? linearScale(values) : powersOfTwo(values);
}

function linearScale(values: readonly number[]): Scale {
  const largest = Math.max(0, ...values);
  const step = roundStep((largest || 1) / 5);
  const count = Math.max(1, Math.ceil(largest / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { ticks, place: (value) => value / (count * step) };
}

function powersOfTwo(values: readonly number[]): Scale {
  const first = Math.floor(Math.log2(Math.min(...values)));
  const last = Math.max(first + 1, Math.ceil(Math.log2(Math.max(...values))));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => 2 ** (first + index));
  return { ticks, place: (value) => (Math.log2(value) - first) / (last - first) };
}

/** The next of 1, 2, 5, 10, 20, ... */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}
