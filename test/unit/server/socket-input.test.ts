import { describe, expect, it } from 'vitest';
import { InputTurns } from '#theo/server/realtime/input-turns.js';
import { type InputHandler, type Lost, SocketInput } from '#theo/server/realtime/socket-input.js';
import { ManualClock } from '../../support/manual-clock.ts';

/** An event loop whose turns are told one by one. */
class Loop {
  readonly clock = new ManualClock();
  readonly turns: InputTurns;
  #deferred: (() => void)[] = [];

  constructor() {
    this.turns = new InputTurns(this.clock, (task) => this.#deferred.push(task));
  }

  /** @returns false when there was nothing to do. */
  turn(): boolean {
    const tasks = this.#deferred.splice(0);
    for (const task of tasks) task();
    return tasks.length > 0;
  }
}

/** A socket whose messages take so long each. */
class Socket implements InputHandler {
  readonly got: string[] = [];
  readonly input: SocketInput;
  refusals = 0;
  readonly #clock: ManualClock;
  readonly #costMs: number;

  constructor(loop: Loop, costMs = 0) {
    this.#clock = loop.clock;
    this.#costMs = costMs;
    this.input = new SocketInput(this, loop.turns);
  }

  opened(): this {
    this.input.open();
    return this;
  }

  send(...messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) {
      const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : message;
      const copy = bytes.slice().buffer as ArrayBuffer;
      this.input.take(copy, typeof message !== 'string');
      // What uWebSockets.js lends is gone afterwards.
      new Uint8Array(copy).fill(0);
    }
  }

  onText(text: string): void {
    this.#clock.advance(this.#costMs);
    this.got.push(text);
  }

  onAudio(pcm: Uint8Array): void {
    this.#clock.advance(this.#costMs);
    this.got.push(`pcm ${[...pcm].join(' ')}`);
  }

  onLost({ audioBytes, commands }: Lost): void {
    this.got.push(`lost ${audioBytes} bytes, ${commands} commands`);
  }

  onTooMany(): void {
    this.refusals++;
  }

  onTooEarly(): void {
    this.refusals++;
  }
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

describe('SocketInput', () => {
  it('hands messages over at once, as long as they take next to no time', () => {
    const socket = new Socket(new Loop()).opened();
    socket.send('a', Uint8Array.of(1, 2), 'b', new Uint8Array(0));
    expect(socket.got).toEqual(['a', 'pcm 1 2', 'b']);
  });

  it('has others served before a socket that sent too much, and keeps the order', () => {
    const loop = new Loop();
    const flood = new Socket(loop, 1).opened();
    const other = new Socket(loop).opened();
    flood.send(...numbered(100));
    expect(flood.got.length).toBeLessThanOrEqual(2);
    other.send('hello');
    expect(other.got).toEqual(['hello']);
    flood.send('last');
    let turns = 0;
    while (flood.got.length <= 100) {
      expect(loop.turn()).toBe(true);
      const before = flood.got.length;
      other.send(`turn ${turns++}`);
      expect(other.got.at(-1)).toBe(`turn ${turns - 1}`);
      expect(flood.got.length).toBe(before);
    }
    expect(flood.got).toEqual([...numbered(100), 'last']);
    expect(turns).toBeGreaterThan(20);
  });

  it('has sockets that sent too much take turns, within one time for all', () => {
    const loop = new Loop();
    const floods = Array.from({ length: 5 }, () => new Socket(loop, 1).opened());
    for (const flood of floods) flood.send(...numbered(50));
    const startMs = loop.clock.nowMs();
    loop.turn();
    expect(loop.clock.nowMs() - startMs).toBeLessThanOrEqual(5);
    for (let turn = 0; turn < 10; turn++) loop.turn();
    const progress = floods.map(({ got }) => got.length);
    expect(Math.max(...progress) - Math.min(...progress)).toBeLessThanOrEqual(4);
  });

  it('goes on with a message that takes longer than a turn', () => {
    const loop = new Loop();
    const slow = new Socket(loop, 20).opened();
    slow.send('a', 'b', 'c');
    while (loop.turn());
    expect(slow.got).toEqual(['a', 'b', 'c']);
  });

  it('keeps tiny messages together, so that they take no more room than their bytes', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    socket.send('slow');
    for (let index = 0; index < 40_000; index++) socket.send(Uint8Array.of(index % 256, 1, 2));
    while (loop.turn());
    const audio = socket.got.slice(1).map((entry) => entry.split(' ').length - 1);
    expect(audio.reduce((sum, bytes) => sum + bytes, 0)).toBe(120_000);
    expect(socket.got[1]).toMatch(/^pcm 0 1 2 1 1 2 2 1 2 3 /);
  });

  it('keeps the longest of messages that are let through', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    socket.send('slow', 'x'.repeat(3_000_000));
    while (loop.turn());
    expect(socket.got.map(({ length }) => length)).toEqual([4, 3_000_000]);
  });

  it('keeps commands with a little audio between them', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    for (let index = 0; index < 2_000; index++) socket.send(`${index}`, Uint8Array.of(0, 0));
    while (loop.turn());
    expect(socket.got).toHaveLength(4_000);
    expect(socket.got.at(-2)).toBe('1999');
  });

  it('tells of what could not wait, where it is missing', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    socket.send('slow', new Uint8Array(1024 * 1024), new Uint8Array(1024 * 1000));
    socket.send(new Uint8Array(1024 * 100), 'x'.repeat(100_000), new Uint8Array(1024 * 100), 'stop');
    while (loop.turn());
    expect(socket.got.map((entry) => entry.slice(0, 30))).toEqual([
      'slow',
      'pcm 0 0 0 0 0 0 0 0 0 0 0 0 0 ',
      'pcm 0 0 0 0 0 0 0 0 0 0 0 0 0 ',
      'lost 204800 bytes, 1 commands',
      'stop',
    ]);
  });

  it('holds a bounded number of commands, and counts the others', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    for (let index = 0; index < 40_000; index++) socket.send('{}');
    while (loop.turn());
    const obeyed = socket.got.length - 1;
    expect(obeyed).toBeGreaterThan(4_000);
    expect(obeyed).toBeLessThan(35_000);
    expect(socket.got.at(-1)).toBe(`lost 0 bytes, ${40_000 - obeyed} commands`);
    socket.send('again');
    expect(socket.got.at(-1)).toBe('again');
  });

  it('takes no more than a megabyte for a session that is still to come', () => {
    const socket = new Socket(new Loop());
    socket.send(new Uint8Array(1024 * 1024 - 256));
    expect(socket.refusals).toBe(0);
    socket.send('{}');
    socket.send('{}');
    expect(socket.refusals).toBe(1);
    expect(socket.opened().got).toEqual([]);
  });

  it('keeps what comes before the session, and hands it over in slices, too', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 1);
    socket.send(...numbered(20));
    expect(loop.turn()).toBe(false);
    expect(socket.got).toEqual([]);
    socket.opened();
    expect(socket.got.length).toBeLessThanOrEqual(3);
    while (loop.turn());
    expect(socket.got).toEqual(numbered(20));
  });

  it('takes sample after sample for ever, but no endless number of messages at once', () => {
    const loop = new Loop();
    const socket = new Socket(loop).opened();
    const nothing = new Uint8Array(0);
    for (let second = 0; second < 10; second++) {
      for (let index = 0; index < 16_000; index++) socket.send(nothing);
      loop.clock.advance(1000);
    }
    expect(socket.refusals).toBe(0);
    for (let index = 0; index < 100_000; index++) socket.send(nothing);
    expect(socket.refusals).toBe(1);
  });

  it('hands over nothing once it is closed', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    socket.send('a', 'b', 'c');
    socket.input.close();
    socket.send('d');
    while (loop.turn());
    expect(socket.got).toEqual(['a']);
  });

  it('hands over all at once before its session ends', () => {
    const loop = new Loop();
    const socket = new Socket(loop, 5).opened();
    socket.send(...numbered(10));
    socket.input.flush();
    expect(socket.got).toEqual(numbered(10));
    while (loop.turn());
    expect(socket.got).toHaveLength(10);
  });
});
