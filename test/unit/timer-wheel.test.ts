import fc from 'fast-check';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { TimerWheel, type WheelTimer } from '#theo/timer-wheel.js';
import { ManualClock } from '../support/manual-clock.ts';

const tickMs = 100;
let clock: ManualClock;
let wheel: TimerWheel;

beforeEach(() => {
  clock = new ManualClock(12_345);
  wheel = new TimerWheel(clock, tickMs);
});

/** Sets a timer. @returns when it fired, each time */
function timer(delayMs: number): number[] {
  const firedAtMs: number[] = [];
  const startMs = clock.nowMs();
  startTimer(delayMs, () => firedAtMs.push(clock.nowMs() - startMs));
  return firedAtMs;
}

function startTimer(delayMs: number, fire: WheelTimer['fire']): WheelTimer {
  const set = { dueTick: 0, fire };
  wheel.set(set, delayMs);
  return set;
}

describe('TimerWheel', () => {
  it.each([0, 1, 99, 100, 101, 5_000, 51_200, 51_300, 600_000])('%i ms', (delayMs) => {
    const fired = timer(delayMs);
    clock.advance(delayMs + 2 * tickMs);
    expect(fired).toHaveLength(1);
    expect(fired[0]).toBeGreaterThanOrEqual(delayMs);
    expect(fired[0]).toBeLessThanOrEqual(delayMs + 2 * tickMs);
    clock.advance(1_000_000);
    expect(fired).toHaveLength(1);
  });

  it('does not fire what is cancelled, and cancelling twice does no harm', () => {
    const fired: string[] = [];
    const cancelled = startTimer(500, () => fired.push('a'));
    startTimer(500, () => fired.push('b'));
    wheel.cancel(cancelled);
    wheel.cancel(cancelled);
    clock.advance(1000);
    wheel.cancel(cancelled);
    expect(fired).toEqual(['b']);
  });

  it('lets a callback cancel another that is due at the same time', () => {
    const fired: string[] = [];
    const others: WheelTimer[] = [];
    startTimer(500, () => {
      fired.push('a');
      for (const other of others) wheel.cancel(other);
    });
    others.push(startTimer(500, () => fired.push('b')));
    clock.advance(1000);
    expect(fired).toEqual(['a']);
  });

  it('lets a callback set the next timer', () => {
    let count = 0;
    const again = {
      dueTick: 0,
      fire: () => {
        count += 1;
        wheel.set(again, 300);
      },
    };
    wheel.set(again, 300);
    clock.advance(10_000);
    expect(count).toBeGreaterThanOrEqual(20);
    expect(count).toBeLessThanOrEqual(33);
  });

  it('fires everything that became due while the process stood still, once', () => {
    const timers = [100, 30_000, 60_000, 200_000].map(timer);
    const later = timer(400_000);
    clock.stall(300_000);
    clock.advance(2 * tickMs);
    expect(timers.map((fired) => fired.length)).toEqual([1, 1, 1, 1]);
    expect(later).toHaveLength(0);
    clock.advance(100_000);
    expect(later).toHaveLength(1);
  });

  it('tells how late it is', () => {
    const lateMs: number[] = [];
    startTimer(500, (late) => lateMs.push(late));
    clock.advance(1000);
    startTimer(500, (late) => lateMs.push(late));
    clock.stall(3000);
    clock.advance(2 * tickMs);
    expect(lateMs[0]).toBeLessThanOrEqual(tickMs);
    expect(lateMs[1]).toBeGreaterThan(2000);
    expect(lateMs[1]).toBeLessThanOrEqual(2500);
  });

  it('costs one timer of the clock, and none when it is empty or closed', () => {
    for (let index = 0; index < 100; index++) timer(index * 37);
    expect(clock.timerCount).toBe(1);
    clock.advance(10_000);
    expect(clock.timerCount).toBe(0);
    const fired = timer(1000);
    wheel.close();
    expect(clock.timerCount).toBe(0);
    clock.advance(10_000);
    expect(fired).toEqual([]);
  });

  it('keeps time after it has been empty for long', () => {
    timer(100);
    clock.advance(1_000_000);
    const fired = timer(250);
    clock.advance(450);
    expect(fired[0]).toBeGreaterThanOrEqual(250);
  });
});

test('it does what one timer each would do, up to two ticks later', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('set' as const), delayMs: fc.nat(120_000) }),
    fc.record({ do: fc.constant('set' as const), delayMs: fc.nat(500) }),
    fc.record({ do: fc.constant('cancel' as const), index: fc.nat(20) }),
    fc.record({ do: fc.constant('advance' as const), byMs: fc.nat(20_000) }),
    fc.record({ do: fc.constant('stall' as const), byMs: fc.nat(100_000) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 50 }), (actions) => {
      const time = new ManualClock(77);
      const tested = new TimerWheel(time, tickMs);
      const timers: { dueMs: number; firedAtMs: number[]; cancelledAtMs: number; timer: WheelTimer }[] = [];
      let stalledUntilMs = 0;
      for (const each of actions) {
        if (each.do === 'set') {
          const firedAtMs: number[] = [];
          const timer = { dueTick: 0, fire: () => firedAtMs.push(time.nowMs()) };
          tested.set(timer, each.delayMs);
          const dueMs = time.nowMs() + each.delayMs;
          timers.push({ dueMs, firedAtMs, cancelledAtMs: Number.POSITIVE_INFINITY, timer });
        } else if (each.do === 'cancel') {
          const found = timers[each.index];
          if (!found) continue;
          tested.cancel(found.timer);
          found.cancelledAtMs = Math.min(found.cancelledAtMs, time.nowMs());
        } else if (each.do === 'advance') {
          time.advance(each.byMs);
        } else {
          time.stall(each.byMs);
          stalledUntilMs = time.nowMs();
        }
      }
      const endMs = time.nowMs();
      for (const { dueMs, firedAtMs, cancelledAtMs } of timers) {
        expect(firedAtMs.length).toBeLessThanOrEqual(1);
        const atMs = firedAtMs[0];
        if (atMs === undefined) {
          expect(Math.min(cancelledAtMs, endMs)).toBeLessThan(
            Math.max(dueMs, stalledUntilMs) + 2 * tickMs + 1,
          );
        } else {
          expect(atMs).toBeGreaterThanOrEqual(dueMs);
          expect(atMs).toBeLessThanOrEqual(Math.max(dueMs, stalledUntilMs) + 2 * tickMs);
          expect(atMs).toBeLessThanOrEqual(cancelledAtMs);
        }
      }
    }),
    { numRuns: 300 },
  );
});
