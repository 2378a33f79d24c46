import fc from 'fast-check';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { AudioPace } from '#theo/session/audio-pace.js';
import { ManualClock } from '../../support/manual-clock.ts';

const hopSamples = 512;
const hopMs = 32;
const creditMs = 6000;

let clock: ManualClock;
let pace: AudioPace;
let passed: string[];

beforeEach(() => {
  clock = new ManualClock(1000);
  pace = new AudioPace(clock);
  passed = [];
});

function push(ms: number, name = 'audio'): void {
  for (let sent = 0; sent < ms; sent += hopMs) pace.pass(hopSamples, () => passed.push(name));
}

describe('AudioPace', () => {
  it('lets audio in real time pass at once, for as long as it comes, and after a stall too', () => {
    for (let hop = 0; hop < 2000; hop++) {
      clock.advance(hopMs);
      push(hopMs);
      expect(pace.waitingSamples).toBe(0);
    }
    clock.advance(4000);
    push(4000);
    expect(pace.waitingSamples).toBe(0);
    expect(clock.timerCount).toBe(0);
  });

  it('holds what comes faster to 1.2 times real time', () => {
    push(2 * creditMs);
    const first = passed.length * hopMs;
    expect(first).toBeLessThanOrEqual(creditMs);
    expect(first).toBeGreaterThan(creditMs - hopMs);
    clock.advance(1000);
    expect(passed.length * hopMs - first).toBeGreaterThan(1200 - 2 * hopMs);
    expect(passed.length * hopMs - first).toBeLessThanOrEqual(1200 + hopMs);
    clock.advance(5000);
    expect(pace.waitingSamples).toBe(0);
  });

  it('keeps what comes between audio in its place', () => {
    push(creditMs + 320, 'first');
    pace.follow(() => passed.push('command'));
    push(320, 'second');
    expect(passed).not.toContain('command');
    clock.advance(2000);
    expect(passed.indexOf('command')).toBe(passed.lastIndexOf('first') + 1);
    expect(passed.indexOf('second')).toBe(passed.indexOf('command') + 1);
  });

  it('repeats nothing between the same two pieces of audio', () => {
    push(creditMs + 320);
    const commit = (): void => void passed.push('commit');
    for (let count = 0; count < 1000; count++) pace.follow(commit);
    push(320);
    pace.follow(commit);
    clock.advance(2000);
    expect(passed.filter((name) => name === 'commit')).toHaveLength(2);
  });

  it('lets all of it pass when it is released, and none once it is closed', () => {
    push(2 * creditMs);
    pace.release();
    expect(pace.waitingSamples).toBe(0);
    expect(passed.length * hopMs).toBeGreaterThanOrEqual(2 * creditMs);
    const another = new AudioPace(clock);
    for (let hop = 0; hop < 1000; hop++) another.pass(hopSamples, () => passed.push('late'));
    const before = passed.length;
    another.close();
    clock.advance(60_000);
    expect(passed).toHaveLength(before);
    expect(clock.timerCount).toBe(0);
  });
});

test('whatever the sender does, nothing is lost and no stretch is faster than allowed', () => {
  const send = fc.record({ afterMs: fc.nat(3000), audioMs: fc.nat(5000) });
  fc.assert(
    fc.property(fc.array(send, { maxLength: 20 }), (sends) => {
      const at = new ManualClock();
      const held = new AudioPace(at);
      const times: number[] = [];
      let hops = 0;
      for (const { afterMs, audioMs } of sends) {
        at.advance(afterMs);
        for (let sent = 0; sent < audioMs; sent += hopMs, hops++)
          held.pass(hopSamples, () => times.push(at.nowMs()));
      }
      at.advance(120_000);
      expect(times).toHaveLength(hops);
      for (const [index, from] of times.entries()) {
        const last = times.findLastIndex((time) => time <= from + 5000);
        expect((last - index + 1) * hopMs).toBeLessThanOrEqual(creditMs + 1.2 * 5000 + hopMs);
      }
    }),
  );
});
