import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { IngestMeter } from '#theo/session/ingest-meter.js';

/** Sends messages of 20 ms at a constant speed. @returns what was said, and when. */
function sendAt(
  speed: number,
  seconds: number,
  meter: IngestMeter = new IngestMeter(),
  startMs = 0,
): { atMs: number; delayMs: number }[] {
  const reports: { atMs: number; delayMs: number }[] = [];
  for (let sentMs = 0; sentMs < seconds * 1000 * speed; sentMs += 20) {
    const atMs = startMs + sentMs / speed;
    const delayMs = meter.add(20, atMs);
    if (delayMs > 0) reports.push({ atMs, delayMs });
  }
  return reports;
}

describe('IngestMeter', () => {
  it.each([0.5, 1, 1.19])('has nothing to say at %f x real time', (speed) => {
    expect(sendAt(speed, 120)).toEqual([]);
  });

  it('says nothing in the first half second, whatever comes', () => {
    const meter = new IngestMeter();
    expect(meter.add(30_000, 1000)).toBe(0);
    expect(meter.add(30_000, 1499)).toBe(0);
    expect(meter.add(20, 1500)).toBeGreaterThan(0);
  });

  it.each([1.3, 2, 3, 50])('reports %f x real time, at most once a second', (speed) => {
    const reports = sendAt(speed, 20);
    expect(reports.length).toBeGreaterThanOrEqual(10);
    for (const [index, report] of reports.entries()) {
      expect(report.atMs - (reports[index - 1]?.atMs ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(
        1000,
      );
    }
  });

  it.each([2, 3, 10])('is content with a client that waits as long as it was told at %f x', (speed) => {
    const meter = new IngestMeter();
    let nowMs = 0;
    let reports = 0;
    while (nowMs < 60_000) {
      const delayMs = meter.add(20, nowMs);
      if (delayMs > 0) {
        reports += 1;
        nowMs += delayMs;
        // Back at real time: not a word.
        expect(sendAt(1, 8, meter, nowMs)).toEqual([]);
        nowMs += 8000;
      }
      nowMs += 20 / speed;
    }
    expect(reports).toBeGreaterThan(0);
  });

  it('forgets what came more than five seconds ago', () => {
    const meter = new IngestMeter();
    meter.add(10_000, 0);
    expect(sendAt(1, 10, meter, 5100)).toEqual([]);
  });
});

test('a sender at 1x is never told to slow down, as long as no clump holds half a second', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 480 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 1e9 }), fc.boolean(), (clumpsMs, startMs, isSplit) => {
      const meter = new IngestMeter();
      let nowMs = startMs;
      for (const clumpMs of clumpsMs) {
        nowMs += clumpMs;
        // Everything recorded since the last clump arrives at once, in one message or in many.
        const messages = isSplit ? Math.ceil(clumpMs / 20) : 1;
        for (let index = 0; index < messages; index++) {
          expect(meter.add(clumpMs / messages, nowMs)).toBe(0);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a delay is told when the last seconds held too much, and is never longer than they were', () => {
  const message = fc.record({ afterMs: fc.nat(400), audioMs: fc.nat(600) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 100 }), (messages) => {
      const meter = new IngestMeter();
      const received: { atMs: number; audioMs: number }[] = [];
      let nowMs = 0;
      for (const { afterMs, audioMs } of messages) {
        nowMs += afterMs;
        received.push({ atMs: nowMs, audioMs });
        const delayMs = meter.add(audioMs, nowMs);
        if (delayMs === 0) continue;
        expect(delayMs).toBeLessThanOrEqual(5000);
        const recentMs = received
          .filter(({ atMs }) => atMs > nowMs - 5000)
          .reduce((sum, each) => sum + each.audioMs, 0);
        expect(recentMs).toBeGreaterThan(1.2 * Math.min(5000, nowMs - (received[0]?.atMs ?? 0)));
      }
    }),
  );
});

test('after the delay, a sender at 1x is welcome', () => {
  const message = fc.record({ afterMs: fc.nat(400), audioMs: fc.nat(1500) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
      const meter = new IngestMeter();
      let nowMs = 0;
      for (const { afterMs, audioMs } of messages) {
        nowMs += afterMs;
        const delayMs = meter.add(audioMs, nowMs);
        if (delayMs === 0) continue;
        expect(sendAt(1, 8, meter, nowMs + delayMs)).toEqual([]);
        return;
      }
    }),
    { numRuns: 500 },
  );
});
