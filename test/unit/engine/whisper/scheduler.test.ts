import fc from 'fast-check';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { type DecodeKind, decodeKinds } from '#theo/engine/whisper/decode-queue.js';
import { DecodeScheduler, type DecodeTicket } from '#theo/engine/whisper/scheduler.js';
import { FakeSlot, heard, namedRequest, settled } from '../../../support/fake-decoder.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

class Observer {
  readonly log: string[] = [];
  readonly sizes: number[] = [];
  depth = 0;

  queueDepth(depth: number): void {
    this.depth = depth;
  }
  batchStarted(size: number): void {
    this.sizes.push(size);
  }
  decodeStarted(kind: DecodeKind, waitedMs: number): void {
    this.log.push(`${kind} after ${waitedMs}`);
  }
  decodeEnded(kind: DecodeKind, outcome: string, tookMs: number): void {
    this.log.push(`${kind} ${outcome} in ${tookMs}`);
  }
}

let clock: ManualClock;
let observer: Observer;
let slots: FakeSlot[];
let scheduler: DecodeScheduler;

function start(slotCount: number, maxBatch = 1): void {
  clock = new ManualClock();
  observer = new Observer();
  slots = Array.from({ length: slotCount }, () => new FakeSlot());
  scheduler = new DecodeScheduler(slots, clock, observer, maxBatch);
}

function schedule(kind: DecodeKind, name: number, session?: string): DecodeTicket {
  return scheduler.schedule({ kind, session, makeRequest: () => namedRequest(name) });
}

/** The names of what runs now. */
function running(): number[] {
  return slots
    .flatMap((slot) => slot.running)
    .map((request) => request.maxTokens)
    .sort((a, b) => a - b);
}

/** Ends what runs, one by one, until nothing does. @returns the names in their order. */
async function runAll(): Promise<number[]> {
  const order: number[] = [];
  for (let next = running()[0]; next !== undefined; next = running()[0]) {
    order.push(next);
    await finish(next);
  }
  return order;
}

/** Ends the decode of this name. */
async function finish(name: number): Promise<void> {
  for (const slot of slots) {
    const request = slot.running.find(({ maxTokens }) => maxTokens === name);
    if (request) return slot.finish(heard(`w${name}`), request);
  }
  throw new Error(`decode ${name} is not running`);
}

describe('one slot', () => {
  beforeEach(() => start(1));

  it('runs the most urgent kind first, and the oldest within a kind', async () => {
    schedule('final', 0);
    const kinds: DecodeKind[] = ['partial', 'batch', 'anticipated', 'final', 'partial', 'final', 'opening'];
    for (const [index, kind] of kinds.entries()) schedule(kind, index + 1);
    expect(await runAll()).toEqual([0, 4, 6, 7, 3, 2, 1, 5]);
    expect(observer.depth).toBe(0);
  });

  it('builds a request only when its turn comes', async () => {
    schedule('final', 1);
    let built = 0;
    const ticket = scheduler.schedule({
      kind: 'partial',
      session: undefined,
      makeRequest: () => {
        built += 1;
        return namedRequest(2);
      },
    });
    expect(built).toBe(0);
    await finish(1);
    expect(built).toBe(1);
    await finish(2);
    expect((await ticket.result)?.text).toBe('w2');
    expect(built).toBe(1);
  });

  it.each(['partial', 'opening'] as const)(
    'pushes a running %s aside for a final, and runs it anew in its old place',
    async (kind) => {
      const first = schedule(kind, 1);
      const second = schedule(kind, 2);
      const final = schedule('final', 3);
      await settled();
      expect(running()).toEqual([3]);
      await finish(3);
      expect((await final.result)?.text).toBe('w3');
      expect(running()).toEqual([1]);
      await finish(1);
      expect((await first.result)?.text).toBe('w1');
      await finish(2);
      expect((await second.result)?.text).toBe('w2');
    },
  );

  it('builds the request anew for a decode that was pushed aside: there is more audio by then', async () => {
    let built = 0;
    scheduler.schedule({
      kind: 'partial',
      session: undefined,
      makeRequest: () => namedRequest(10 * ++built),
    });
    schedule('final', 1);
    await settled();
    await finish(1);
    expect(running()).toEqual([20]);
  });

  it('does not run anew what was pushed aside and is cancelled', async () => {
    const partial = schedule('partial', 1);
    schedule('final', 2);
    partial.cancel();
    expect(await partial.result).toBeNull();
    await settled();
    const another = schedule('partial', 3);
    schedule('final', 4);
    another.cancel();
    await finish(2);
    await finish(4);
    expect(running()).toEqual([]);
    expect(await another.result).toBeNull();
  });

  it.each(['final', 'anticipated', 'batch'] as const)('never aborts a running %s', async (kind) => {
    schedule(kind, 1);
    schedule('final', 2);
    await settled();
    expect(running()).toEqual([1]);
    expect(slots[0]?.aborts).toBe(0);
  });

  it('lets a promoted decode push a partial aside', async () => {
    schedule('partial', 1);
    const anticipated = schedule('anticipated', 2);
    await settled();
    expect(running()).toEqual([1]);
    anticipated.promote('final');
    await settled();
    expect(running()).toEqual([2]);
  });

  it('takes a cancelled decode out of the queue without ever building it', async () => {
    schedule('final', 1);
    let built = false;
    const ticket = scheduler.schedule({
      kind: 'partial',
      session: undefined,
      makeRequest: () => {
        built = true;
        return namedRequest(2);
      },
    });
    ticket.cancel();
    ticket.cancel();
    expect(await ticket.result).toBeNull();
    expect(observer.depth).toBe(0);
    await finish(1);
    expect(built).toBe(false);
  });

  it('aborts a cancelled decode that runs', async () => {
    const ticket = schedule('partial', 1);
    ticket.cancel();
    expect(await ticket.result).toBeNull();
    expect(slots[0]?.aborts).toBe(1);
  });

  it('leaves the next decode alone when one that is over is cancelled', async () => {
    const first = schedule('final', 1);
    const second = schedule('final', 2);
    await finish(1);
    await first.result;
    first.cancel();
    expect(slots[0]?.aborts).toBe(0);
    await finish(2);
    expect((await second.result)?.text).toBe('w2');
  });

  it('rejects with an EngineError when the decoder fails, and goes on', async () => {
    const broken = schedule('final', 1);
    const next = schedule('final', 2);
    const expectation = expect(broken.result).rejects.toMatchObject({
      code: 'internal_error',
      recoverable: false,
      message: 'decode failed: no memory',
    });
    await slots[0]?.fail('no memory');
    await expectation;
    await finish(2);
    expect((await next.result)?.text).toBe('w2');
  });

  it('survives a request that cannot be built', async () => {
    const broken = scheduler.schedule({
      kind: 'final',
      session: undefined,
      makeRequest: () => {
        throw new Error('no tokens');
      },
    });
    await expect(broken.result).rejects.toThrow('decode failed: no tokens');
    schedule('final', 2);
    expect(running()).toEqual([2]);
  });

  it('cancels everything when it closes, and closes its slots', async () => {
    const tickets = [schedule('final', 1), schedule('partial', 2)];
    scheduler.close();
    scheduler.close();
    expect(await Promise.all(tickets.map((ticket) => ticket.result))).toEqual([null, null]);
    expect(slots[0]?.isClosed).toBe(true);
    expect(await schedule('final', 3).result).toBeNull();
  });

  it('tells how long decodes waited and took', async () => {
    schedule('final', 1);
    schedule('partial', 2);
    clock.advance(30);
    await finish(1);
    clock.advance(12);
    await finish(2);
    expect(observer.log).toEqual([
      'final after 0',
      'final done in 30',
      'partial after 30',
      'partial done in 12',
    ]);
  });
});

describe('several slots', () => {
  it('leaves a slot to live speech, however much batch work waits', async () => {
    start(3);
    for (let name = 1; name <= 5; name++) schedule('batch', name);
    expect(running()).toEqual([1, 2]);
    schedule('partial', 9);
    expect(running()).toEqual([1, 2, 9]);
    await finish(9);
    expect(running()).toEqual([1, 2]);
  });

  it('lets batch work on while live partials keep the other slot busy', async () => {
    start(2);
    schedule('partial', 1);
    schedule('batch', 2);
    expect(running()).toEqual([1, 2]);
  });

  it('pushes the youngest partial aside, and only as many as finals need', async () => {
    start(2);
    schedule('partial', 1);
    schedule('partial', 2);
    schedule('final', 3);
    await settled();
    expect(running()).toEqual([1, 3]);
    schedule('final', 4);
    await settled();
    expect(running()).toEqual([3, 4]);
  });
});

describe('finals that come at once', () => {
  it('push a partial aside each', async () => {
    start(3);
    for (const name of [1, 2, 3]) schedule('partial', name);
    schedule('final', 4);
    schedule('final', 5);
    await settled();
    expect(running()).toEqual([1, 4, 5]);
  });

  it('push openings aside only where no partials are left to', async () => {
    start(2);
    schedule('partial', 1);
    schedule('opening', 2);
    schedule('final', 3);
    await settled();
    expect(running()).toEqual([2, 3]);
    schedule('final', 4);
    await settled();
    expect(running()).toEqual([3, 4]);
  });

  it('take the slot of a cancelled decode, and nobody is pushed aside', async () => {
    start(2);
    schedule('partial', 1);
    const own = schedule('partial', 2);
    own.cancel();
    schedule('final', 3);
    await settled();
    expect(running()).toEqual([1, 3]);
  });
});

describe('sessions', () => {
  it('take turns within a kind, however many decodes one of them asks for', async () => {
    for (const kind of decodeKinds) {
      start(1);
      for (const name of [1, 2, 3, 4]) schedule(kind, name, 'a');
      for (const name of [5, 6]) schedule(kind, name, 'b');
      schedule(kind, 7);
      const order = await runAll();
      expect(order).toEqual([1, 2, 5, 7, 3, 6, 4]);
    }
  });

  it('are served in the order in which they come while each asks for one decode at a time', async () => {
    start(1);
    for (const name of [1, 2, 3]) schedule('partial', name, `s${name}`);
    await finish(1);
    schedule('partial', 4, 's1');
    schedule('partial', 5, 's4');
    expect(await runAll()).toEqual([2, 3, 4, 5]);
  });

  it('have one urgent final each: further ones let all others go first, and push nobody aside', async () => {
    start(2);
    schedule('partial', 1, 'a');
    for (const name of [2, 3, 4]) schedule('final', name, 'b');
    await settled();
    expect(running()).toEqual([1, 2]);
    schedule('partial', 5, 'c');
    await finish(1);
    expect(running()).toEqual([2, 5]);
    await finish(5);
    expect(running()).toEqual([2, 3]);
  });
});

describe('batches', () => {
  beforeEach(() => start(1, 3));

  it('take what waits already, of one kind and in order, and never more than go together', async () => {
    schedule('final', 0);
    for (const name of [1, 2, 3, 4]) schedule('opening', name);
    schedule('partial', 5);
    schedule('final', 6);
    expect(running()).toEqual([0]);
    await finish(0);
    expect(running()).toEqual([6]);
    await finish(6);
    expect(running()).toEqual([1, 2, 3]);
    for (const name of [1, 2, 3]) await finish(name);
    expect(running()).toEqual([4]);
    await finish(4);
    expect(running()).toEqual([5]);
    expect(observer.sizes).toEqual([1, 1, 3, 1, 1]);
  });

  it('answer each decode when it is ready, and give the slot back when all are', async () => {
    schedule('final', 0);
    const [first, second] = [schedule('anticipated', 1), schedule('anticipated', 2)];
    await finish(0);
    await finish(2);
    expect((await second.result)?.text).toBe('w2');
    const next = schedule('final', 3);
    expect(running()).toEqual([1]);
    await finish(1);
    expect((await first.result)?.text).toBe('w1');
    await finish(3);
    expect((await next.result)?.text).toBe('w3');
  });

  it('go on without one that is cancelled or fails', async () => {
    schedule('final', 0);
    const [first, second, third] = [1, 2, 3].map((name) => schedule('opening', name));
    await finish(0);
    second?.cancel();
    expect(await second?.result).toBeNull();
    expect(running()).toEqual([1, 3]);
    const failure = expect(third?.result).rejects.toThrow('decode failed: no memory');
    await slots[0]?.fail('no memory', slots[0].running[1]);
    await failure;
    await finish(1);
    expect((await first?.result)?.text).toBe('w1');
  });

  it('go without one whose request cannot be built, and places stay right', async () => {
    schedule('final', 0);
    const broken = scheduler.schedule({
      kind: 'opening',
      session: undefined,
      makeRequest: () => {
        throw new Error('no tokens');
      },
    });
    const failure = expect(broken.result).rejects.toThrow('decode failed: no tokens');
    const [first, second] = [schedule('opening', 1), schedule('opening', 2)];
    await finish(0);
    await failure;
    first.cancel();
    expect(await first.result).toBeNull();
    expect(running()).toEqual([2]);
    await finish(2);
    expect((await second.result)?.text).toBe('w2');
  });

  it('of partials are pushed aside as a whole', async () => {
    schedule('final', 0);
    for (const name of [1, 2]) schedule('partial', name);
    await finish(0);
    expect(running()).toEqual([1, 2]);
    schedule('final', 3);
    await settled();
    expect(running()).toEqual([3]);
    await finish(3);
    expect(running()).toEqual([1, 2]);
  });

  it('of finals push only as many slots aside as they need', async () => {
    start(3, 2);
    // The first of each slot has no company yet.
    for (const name of [1, 2, 3]) schedule('partial', name);
    for (const name of [4, 5, 6]) schedule('final', name);
    await settled();
    expect(running()).toEqual([1, 4, 5, 6]);
  });

  it('of batch work leave a slot to live speech, and on the only one are of one', async () => {
    for (const name of [1, 2, 3]) schedule('batch', name);
    expect(running()).toEqual([1]);
    await finish(1);
    expect(running()).toEqual([2]);
    start(2, 3);
    for (const name of [1, 2, 3]) schedule('batch', name);
    expect(running()).toEqual([1]);
    await finish(1);
    expect(running()).toEqual([2, 3]);
    schedule('batch', 4);
    schedule('partial', 9);
    expect(running()).toEqual([2, 3, 9]);
  });
});

test('every decode is answered, slots run one at a time and nothing is lost', async () => {
  const kind = fc.constantFrom<DecodeKind>(...decodeKinds);
  const action = fc.oneof(
    fc.record({ do: fc.constant('schedule' as const), kind, session: fc.constantFrom('a', 'b', undefined) }),
    fc.record({ do: fc.constant('cancel' as const), index: fc.nat(30) }),
    fc.record({ do: fc.constant('promote' as const), index: fc.nat(30) }),
    fc.record({ do: fc.constant('finish' as const), index: fc.nat(3) }),
  );
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.array(action, { maxLength: 40 }),
    async (slotCount, maxBatch, actions) => {
      start(slotCount, maxBatch);
      const jobs: { ticket: DecodeTicket; mayBeNull: boolean; result: Promise<unknown> }[] = [];
      for (const each of actions) {
        if (each.do === 'schedule') {
          const ticket = schedule(each.kind, jobs.length, each.session);
          jobs.push({ ticket, mayBeNull: false, result: ticket.result });
        } else if (each.do === 'finish') {
          const slot = slots[each.index % slotCount];
          if (slot?.isBusy) await slot.finish(heard('x'));
        } else {
          const job = jobs[each.index];
          if (each.do === 'promote') job?.ticket.promote('final');
          else if (job) {
            job.mayBeNull = true;
            job.ticket.cancel();
          }
        }
        await settled();
      }
      for (let busy = slots.filter((slot) => slot.isBusy); busy.length > 0; ) {
        for (const slot of busy) await slot.finish(heard('x'));
        busy = slots.filter((slot) => slot.isBusy);
      }
      const results = await Promise.all(jobs.map((job) => job.result));
      for (const [index, result] of results.entries()) {
        if (!jobs[index]?.mayBeNull) expect(result).not.toBeNull();
      }
      expect(observer.depth).toBe(0);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
