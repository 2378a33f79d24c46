import { beforeEach, expect, it } from 'vitest';
import { StallWatch } from '#theo/session/stall-watch.js';
import { TimerWheel } from '#theo/timer-wheel.js';
import { ManualClock } from '../../support/manual-clock.ts';

const tickMs = 100;
/** A wheel's timers are late by up to two ticks. */
const atMost = 2 * tickMs;

let clock: ManualClock;
let watch: StallWatch;
let stalls: number[];
let patienceMs: number;

beforeEach(() => {
  clock = new ManualClock(5000);
  stalls = [];
  patienceMs = 300;
  watch = new StallWatch({
    clock,
    wheel: new TimerWheel(clock, tickMs),
    patienceMs: () => patienceMs,
    onStall: () => stalls.push(clock.nowMs()),
  });
});

/** Streams in pieces: each comes when it has been recorded. */
function stream(pieceMs: number, count: number): void {
  for (let index = 0; index < count; index++) {
    clock.advance(pieceMs);
    watch.noteAudio(pieceMs, clock.nowMs());
  }
}

it('tells a second after the last audio, once', () => {
  stream(20, 100);
  const lastAudioMs = clock.nowMs();
  clock.advance(60_000);
  expect(stalls).toHaveLength(1);
  expect(stalls[0]).toBeGreaterThanOrEqual(lastAudioMs + 1000);
  expect(stalls[0]).toBeLessThanOrEqual(lastAudioMs + 1000 + atMost);
  expect(clock.timerCount).toBe(0);
});

it('begins anew with the next audio', () => {
  stream(20, 10);
  clock.advance(10_000);
  stream(20, 10);
  clock.advance(10_000);
  expect(stalls).toHaveLength(2);
});

it('has as much patience as is asked for, and more when it is asked for meanwhile', () => {
  patienceMs = 3000;
  stream(20, 10);
  clock.advance(2500);
  patienceMs = 5000;
  clock.advance(2400);
  expect(stalls).toEqual([]);
  clock.advance(100 + atMost);
  expect(stalls).toHaveLength(1);
});

it('is not misled by the jitter of a network', () => {
  for (const pauseMs of [20, 400, 0, 0, 950, 0, 20, 20, 980, 0, 990]) {
    clock.advance(pauseMs);
    watch.noteAudio(20, clock.nowMs());
  }
  expect(stalls).toEqual([]);
});

it.each([1000, 1500, 2000])(
  'gets used to a client that sends a piece every %d ms, in one message or in many',
  (pieceMs) => {
    stream(pieceMs, 2);
    stalls = [];
    for (let piece = 0; piece < 10; piece++) {
      clock.advance(pieceMs * (piece % 2 === 0 ? 0.9 : 1.1));
      for (let message = 0; message < 10; message++) watch.noteAudio(pieceMs / 10, clock.nowMs());
    }
    expect(stalls).toEqual([]);
    clock.advance(1.65 * pieceMs + atMost);
    expect(stalls).toHaveLength(1);
  },
);

it('waits no longer for a client that sends what was said at once, now and then', () => {
  for (let piece = 0; piece < 5; piece++) {
    clock.advance(4000);
    watch.noteAudio(3500, clock.nowMs());
  }
  expect(stalls).toHaveLength(4);
});

it('first reads what came in while the process stood still', () => {
  stream(20, 10);
  clock.stall(3000);
  expect(stalls).toEqual([]);
  watch.noteAudio(2900, clock.nowMs());
  clock.advance(900);
  expect(stalls).toEqual([]);
  clock.stall(3000);
  clock.stall(3000);
  expect(stalls).toHaveLength(1);
});

it('is silent once closed', () => {
  stream(20, 10);
  watch.close();
  watch.close();
  clock.advance(10_000);
  stream(20, 10);
  clock.advance(10_000);
  expect(stalls).toEqual([]);
});
