import { beforeEach, describe, expect, it } from 'vitest';
import { Liveness } from '#theo/server/realtime/liveness.js';
import { TimerWheel } from '#theo/timer-wheel.js';
import { ManualClock } from '../../support/manual-clock.ts';

const options = { heartbeatIntervalMs: 10_000, heartbeatTimeoutMs: 5_000, inactivityTimeoutMs: 60_000 };
const twoTicksMs = 200;

let clock: ManualClock;
let liveness: Liveness;
let log: { what: string; atMs: number }[];
let lastAudioAtMs: number;
let answersPings: boolean;

beforeEach(() => {
  clock = new ManualClock();
  log = [];
  lastAudioAtMs = 0;
  answersPings = true;
  const note = (what: string): void => {
    log.push({ what, atMs: clock.nowMs() });
  };
  liveness = new Liveness(
    { wheel: new TimerWheel(clock, 100), clock, options },
    {
      ping: () => {
        note('ping');
        if (answersPings) liveness.pong();
      },
      onHeartbeatTimeout: () => note('heartbeat timeout'),
      onInactive: () => note('inactive'),
      get lastAudioAtMs() {
        return lastAudioAtMs;
      },
    },
  );
});

function times(what: string): number[] {
  return log.filter((entry) => entry.what === what).map((entry) => entry.atMs);
}

describe('heartbeat', () => {
  it('pings every ten seconds as long as the client answers', () => {
    clock.advance(55_000);
    expect(times('ping')).toHaveLength(5);
    for (const [index, atMs] of times('ping').entries()) {
      expect(atMs).toBeGreaterThanOrEqual((index + 1) * 10_000);
      expect(atMs).toBeLessThanOrEqual((index + 1) * (10_000 + twoTicksMs));
    }
    expect(times('heartbeat timeout')).toEqual([]);
  });

  it('gives up five seconds after a ping that was not answered, and pings no more', () => {
    answersPings = false;
    clock.advance(50_000);
    expect(times('ping')).toHaveLength(1);
    const [timeoutAtMs] = times('heartbeat timeout');
    expect(timeoutAtMs).toBeGreaterThanOrEqual(15_000);
    expect(timeoutAtMs).toBeLessThanOrEqual(15_000 + 2 * twoTicksMs);
    expect(times('heartbeat timeout')).toHaveLength(1);
  });

  it('is content with a pong that comes late, but in time', () => {
    answersPings = false;
    clock.advance(14_500);
    liveness.pong();
    answersPings = true;
    clock.advance(30_000);
    expect(times('heartbeat timeout')).toEqual([]);
  });
});

describe('inactivity', () => {
  it('is told after a minute without any audio', () => {
    clock.advance(61_000);
    const [atMs] = times('inactive');
    expect(atMs).toBeGreaterThanOrEqual(60_000);
    expect(atMs).toBeLessThanOrEqual(60_000 + twoTicksMs);
    expect(times('inactive')).toHaveLength(1);
  });

  it('counts from the newest audio', () => {
    clock.advance(45_000);
    lastAudioAtMs = 45_000;
    clock.advance(59_000);
    expect(times('inactive')).toEqual([]);
    clock.advance(1_500);
    expect(times('inactive')[0]).toBeGreaterThanOrEqual(105_000);
  });

  it('is never told while audio comes', () => {
    for (let second = 1; second <= 300; second++) {
      clock.advance(1000);
      lastAudioAtMs = clock.nowMs();
    }
    expect(times('inactive')).toEqual([]);
  });
});

describe('a process that stood still', () => {
  it('reads what came in meanwhile before it gives up on a client', () => {
    answersPings = false;
    clock.advance(11_000);
    clock.stall(120_000);
    // What the client had sent long ago.
    liveness.pong();
    lastAudioAtMs = clock.nowMs();
    clock.advance(5_000);
    expect(times('heartbeat timeout')).toEqual([]);
    expect(times('inactive')).toEqual([]);
  });

  it('gives up soon afterwards on one that had sent nothing', () => {
    answersPings = false;
    clock.advance(11_000);
    clock.stall(120_000);
    clock.advance(1_000);
    expect(times('heartbeat timeout')).toHaveLength(1);
    expect(times('inactive')).toHaveLength(1);
  });
});

describe('close', () => {
  it('stops watching, also when a pong comes afterwards', () => {
    liveness.close();
    liveness.close();
    liveness.pong();
    clock.advance(200_000);
    expect(log).toEqual([]);
    expect(clock.timerCount).toBe(0);
  });
});
