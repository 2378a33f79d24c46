import { expect, it, test } from 'vitest';
import {
  capacityMetadata,
  capacityOfMetadata,
  combinedCapacity,
} from '#theo/engine/remote/worker-capacity.js';

const one = { firstTextMs: 300, peopleAtOnce: 6, partialMs: 60, secondsPerFileSecond: 0.07 };

it('what a worker tells is what the server reads', () => {
  expect(capacityOfMetadata(capacityMetadata(one))).toEqual(one);
  expect(capacityOfMetadata(capacityMetadata({ ...one, peopleAtOnce: 0 }))?.peopleAtOnce).toBe(0);
});

it('a worker that does not know tells nothing', () => {
  expect(capacityMetadata(undefined)).toEqual({});
  expect(capacityOfMetadata({ state: 'serving' })).toBeUndefined();
});

test.each(['', 'many', '-1', 'Infinity', 'NaN'])(
  'people_at_once %j of a foreign worker is not believed',
  (text) => {
    expect(capacityOfMetadata({ ...capacityMetadata(one), people_at_once: text })).toBeUndefined();
  },
);

it('workers hear together as many people as all of them, the slowest with the latest text', () => {
  const other = { firstTextMs: 500, peopleAtOnce: 2, partialMs: 200, secondsPerFileSecond: 0.3 };
  expect(combinedCapacity([one, undefined, other])).toEqual({ ...other, peopleAtOnce: 8 });
  expect(combinedCapacity([undefined])).toBeUndefined();
});
