import { expect, test } from 'vitest';
import { Gate } from '#theo/engine/remote/gate.js';

const never = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Enters and notes it. */
function enter(gate: Gate, name: string, entered: string[], signal = never): Promise<() => void> {
  const place = gate.enter(signal);
  place.then(
    () => entered.push(name),
    () => entered.push(`not ${name}`),
  );
  return place;
}

test('lets in as many as there are places, the others in order', async () => {
  const gate = new Gate(() => 2);
  const entered: string[] = [];
  const leaves = ['a', 'b', 'c', 'd'].map((name) => enter(gate, name, entered));
  await settled();
  expect(entered).toEqual(['a', 'b']);
  const leave = await leaves[1];
  leave?.();
  leave?.();
  await settled();
  expect(entered).toEqual(['a', 'b', 'c']);
});

test('whoever gives up waiting takes no place', async () => {
  const gate = new Gate(() => 1);
  const entered: string[] = [];
  const abort = new AbortController();
  const first = enter(gate, 'a', entered);
  enter(gate, 'b', entered, abort.signal).catch(() => {});
  void enter(gate, 'c', entered);
  await settled();
  abort.abort();
  (await first)();
  await settled();
  expect(entered).toEqual(['a', 'not b', 'c']);
  await expect(gate.enter(abort.signal)).rejects.toThrow();
});

test('the number of places may change; there is always one', async () => {
  let places = 0;
  const gate = new Gate(() => places);
  const entered: string[] = [];
  const first = enter(gate, 'a', entered);
  for (const name of ['b', 'c', 'd']) void enter(gate, name, entered);
  await settled();
  expect(entered).toEqual(['a']);
  places = 3;
  (await first)();
  await settled();
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
});

test('some take more places than others, and wait their turn; who takes more than there are is alone', async () => {
  const gate = new Gate(() => 10);
  const entered: string[] = [];
  const note = (name: string, places: number, signal = never): Promise<() => void> => {
    const place = gate.enter(signal, places);
    place.then(
      () => entered.push(name),
      () => entered.push(`not ${name}`),
    );
    return place;
  };
  const abort = new AbortController();
  const first = note('6', 6);
  const huge = note('40', 40);
  note('5', 5, abort.signal).catch(() => {});
  const small = note('4', 4);
  await settled();
  expect(entered).toEqual(['6']);
  (await first)();
  await settled();
  expect(entered).toEqual(['6', '40']);
  (await huge)();
  await settled();
  expect(entered).toEqual(['6', '40', '5', '4']);
  (await small)();
  const big = note('7', 7, abort.signal);
  big.catch(() => {});
  void note('3', 3);
  await settled();
  expect(entered).toHaveLength(4);
  abort.abort();
  await settled();
  expect(entered.slice(4)).toEqual(['not 7', '3']);
});
