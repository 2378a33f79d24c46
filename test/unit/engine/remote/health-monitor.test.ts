import { EventEmitter } from 'node:events';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { HealthMonitor, type HealthSource, type WorkerState } from '#theo/engine/remote/health-monitor.js';
import type { HealthResponse } from '#theo/engine/remote/wire.js';
import { ManualClock } from '../../../support/manual-clock.ts';

/** One question that waits for its answer. */
interface Question {
  answer(health?: Partial<HealthResponse>): Promise<void>;
  fail(code: status): Promise<void>;
}

class FakeWatch extends EventEmitter {
  isCancelled = false;
  cancel(): void {
    this.isCancelled = true;
  }
  end(code?: status): void {
    if (code !== undefined) this.emit('error', { code });
    this.emit('end');
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const timing = { intervalMs: 1_000, timeoutMs: 500, retryMs: 100 };

/** A monitor on a worker whose answers the test gives. */
function start() {
  const clock = new ManualClock();
  const questions: Question[] = [];
  const watches: FakeWatch[] = [];
  const states: WorkerState[] = [];
  let connections = 1;
  const source: HealthSource = {
    health: () =>
      new Promise((resolve, reject) => {
        questions.push({
          answer: (health = {}) => {
            resolve({ status: 'ok', modelName: 'm', engine: 'e', metadata: {}, ...health });
            return settled();
          },
          fail: (code) => {
            reject(Object.assign(new Error('failed'), { code, details: 'why' }));
            return settled();
          },
        });
      }),
    watchHealth: () => {
      const watch = new FakeWatch();
      watches.push(watch);
      return watch as unknown as ReturnType<HealthSource['watchHealth']>;
    },
    reconnect: () => connections++,
  };
  const monitor = new HealthMonitor(source, clock, timing, (state) => states.push(state));
  monitor.start();
  const newest = (): Question => {
    const question = questions.at(-1);
    if (!question) throw new Error('nothing has been asked');
    return question;
  };
  return { monitor, clock, questions, watches, states, newest, connections: () => connections };
}

test('a worker that answers serves, and is asked again after the interval', async () => {
  const { monitor, clock, questions, newest } = start();
  expect(monitor.state).toBe('unknown');
  await newest().answer();
  expect(monitor.state).toBe('serving');
  expect(monitor.info?.modelName).toBe('m');
  clock.advance(999);
  expect(questions).toHaveLength(1);
  clock.advance(1);
  expect(questions).toHaveLength(2);
});

test('one missed answer keeps work away, two make it silent, an answer makes it serve', async () => {
  const { clock, states, newest } = start();
  await newest().answer();
  clock.advance(1_000);
  await newest().fail(status.DEADLINE_EXCEEDED);
  clock.advance(100);
  await newest().fail(status.DEADLINE_EXCEEDED);
  clock.advance(100);
  await newest().answer();
  expect(states).toEqual(['serving', 'unknown', 'silent', 'serving']);
});

test('after some missed answers it tries a new connection, and watches on that one', async () => {
  const { clock, states, watches, newest, connections } = start();
  await newest().answer();
  clock.advance(1_000);
  const missed: number[] = [];
  for (let count = 1; count <= 8; count++) {
    await newest().fail(status.DEADLINE_EXCEEDED);
    missed.push(connections());
    clock.advance(100);
  }
  expect(missed).toEqual([1, 1, 1, 2, 2, 2, 2, 3]);
  expect(watches[0]?.isCancelled).toBe(true);
  await newest().answer();
  expect(watches).toHaveLength(2);
  watches[0]?.end(status.CANCELLED);
  expect(states.at(-1)).toBe('serving');
});

test('a broken connection is unreachable at once', async () => {
  const { states, monitor, newest } = start();
  await newest().fail(status.UNAVAILABLE);
  expect(states).toEqual(['unreachable']);
  expect(monitor.reason).toBe('why');
});

test('a worker that loads or drains is asked often', async () => {
  const { states, clock, newest, questions } = start();
  await newest().answer({ status: 'loading' });
  clock.advance(100);
  expect(questions).toHaveLength(2);
  await newest().answer();
  expect(states).toEqual(['refused', 'serving']);
});

test('the standard health service tells at once', async () => {
  const { states, watches, newest } = start();
  await newest().answer();
  watches[0]?.emit('data', { status: 'NOT_SERVING' });
  watches[0]?.emit('data', { status: 'SERVING' });
  await newest().answer();
  expect(states).toEqual(['serving', 'refused', 'serving']);
});

test('an answer given before the worker said that it takes no work does not count', async () => {
  const { states, clock, watches, newest, questions } = start();
  await newest().answer();
  clock.advance(1_000);
  const before = newest();
  watches[0]?.emit('data', { status: 'NOT_SERVING' });
  await before.answer();
  expect(states).toEqual(['serving', 'refused']);
  expect(questions).toHaveLength(3);
});

test('a watch that breaks is a doubt, and begins anew with the next answer', async () => {
  const { states, watches, newest } = start();
  await newest().answer();
  watches[0]?.end(status.UNAVAILABLE);
  expect(states).toEqual(['serving', 'unreachable']);
  await newest().answer();
  expect(watches).toHaveLength(2);
});

test('a worker without the standard health service is only asked', async () => {
  const { states, watches, clock, newest } = start();
  await newest().answer();
  watches[0]?.end(status.UNIMPLEMENTED);
  clock.advance(1_000);
  await newest().answer();
  expect(watches).toHaveLength(1);
  expect(states).toEqual(['serving']);
});

test('many doubts ask one question, and only an answer to that one counts', async () => {
  const { monitor, clock, questions, states, newest } = start();
  await newest().answer();
  clock.advance(1_000);
  const before = newest();
  for (let count = 0; count < 50; count++) monitor.doubt('unreachable', 'broken');
  expect(questions).toHaveLength(3);
  await before.answer();
  expect(monitor.state).toBe('unreachable');
  await newest().answer();
  expect(states).toEqual(['serving', 'unreachable', 'serving']);
  monitor.doubt('unreachable', 'broken again');
  expect(questions).toHaveLength(4);
});

test('closed, it neither asks nor tells', async () => {
  const { monitor, clock, questions, watches, states, newest } = start();
  await newest().answer();
  clock.advance(1_000);
  monitor.close();
  await newest().fail(status.UNAVAILABLE);
  monitor.doubt('unreachable', 'too late');
  clock.advance(10_000);
  expect(questions).toHaveLength(2);
  expect(states).toEqual(['serving']);
  expect(watches[0]?.isCancelled).toBe(true);
  expect(clock.timerCount).toBe(0);
});
