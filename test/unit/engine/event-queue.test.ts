import { describe, expect, it } from 'vitest';
import { EventQueue } from '#theo/engine/event-queue.js';
import { settled } from '../../support/fake-decoder.ts';

/** Reads a queue in the background. */
function reader<T>(queue: EventQueue<T>): { readonly read: T[]; readonly ended: () => boolean } {
  const read: T[] = [];
  let hasEnded = false;
  void (async () => {
    for await (const value of queue) read.push(value);
    hasEnded = true;
  })();
  return { read, ended: () => hasEnded };
}

describe('EventQueue', () => {
  it('gives what was pushed before and after the reading began, in order', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.push(2);
    const { read, ended } = reader(queue);
    await settled();
    queue.push(3);
    await settled();
    expect(read).toEqual([1, 2, 3]);
    expect(ended()).toBe(false);
    queue.end();
    await settled();
    expect(ended()).toBe(true);
  });

  it('gives what waits before it ends, and nothing pushed afterwards', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.end();
    queue.push(2);
    queue.end();
    const { read, ended } = reader(queue);
    await settled();
    expect(read).toEqual([1]);
    expect(ended()).toBe(true);
  });

  it('throws away what waits when told to', async () => {
    const queue = new EventQueue<number>();
    queue.push(1);
    queue.end({ discard: true });
    const { read, ended } = reader(queue);
    await settled();
    expect(read).toEqual([]);
    expect(ended()).toBe(true);
  });

  it('lets a value take the place of the newest waiting one only', async () => {
    const queue = new EventQueue<string>((previous, next) => previous[0] === 'p' && next[0] === 'p');
    for (const value of ['p1', 'p2', 'final', 'p3', 'p4']) queue.push(value);
    queue.end();
    const { read } = reader(queue);
    await settled();
    expect(read).toEqual(['p2', 'final', 'p4']);
  });
});
