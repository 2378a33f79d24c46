import type { WebSocket } from 'uWebSockets.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { InputTurns } from '#theo/server/realtime/input-turns.js';
import { RealtimeSocket } from '#theo/server/realtime/realtime-socket.js';
import { TimerWheel } from '#theo/timer-wheel.js';
import { ManualClock } from '../../support/manual-clock.ts';
import { SessionHarness, settled } from '../session/harness.ts';

type NativeSocket = WebSocket<unknown>;

/** A socket that behaves as uWebSockets.js': `end` and `close` call the close handler at once; a closed one throws. */
class FakeSocket {
  readonly sent: { type: string }[] = [];
  readonly closes: { readonly code: number | undefined; readonly reason: string | undefined }[] = [];
  sendResult = 1;
  buffered = 0;
  onClose: () => void = () => {};

  send(message: string): number {
    this.#mustBeOpen();
    if (this.sendResult !== 2) this.sent.push(JSON.parse(message));
    return this.sendResult;
  }
  getBufferedAmount(): number {
    this.#mustBeOpen();
    return this.buffered;
  }
  ping(): number {
    this.#mustBeOpen();
    return 1;
  }
  end(code?: number, reason?: string): void {
    this.#mustBeOpen();
    this.closes.push({ code, reason });
    this.onClose();
  }
  close(): void {
    this.end();
  }
  #mustBeOpen(): void {
    if (this.closes.length > 0) throw new Error('Invalid access of closed uWS.WebSocket.');
  }
}

let native: FakeSocket;
let socket: RealtimeSocket;
let forgotten: number;
let clock: ManualClock;

beforeEach(() => {
  native = new FakeSocket();
  forgotten = 0;
  clock = new ManualClock();
  // The part of uWebSockets.js' socket that is used.
  socket = new RealtimeSocket(native as unknown as NativeSocket, new InputTurns(clock), () => {
    forgotten += 1;
  });
  native.onClose = () => socket.onClose();
});

/** Attaches a session whose events go to the socket. */
function attach(): SessionHarness {
  const harness = new SessionHarness();
  harness.onSend = (event) => socket.send(event);
  harness.onClose = (code, reason) => socket.close(code, reason);
  const options = { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 100, inactivityTimeoutMs: 60_000 };
  socket.attach(harness.session, { wheel: new TimerWheel(clock, 10), clock, options });
  return harness;
}

function bytes(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).buffer as ArrayBuffer;
}

describe('RealtimeSocket', () => {
  it('gives a session what came before it, in order', () => {
    socket.onMessage(new ArrayBuffer(640), true);
    socket.onMessage(bytes('{"type":"session.configure","language":"pt"}'), false);
    socket.onMessage(bytes('{'), false);
    const harness = attach();
    expect(harness.session.config.language).toBe('pt');
    expect(native.sent.map((event) => event.type)).toEqual(['session.updated', 'error']);
    socket.onMessage(bytes('{"type":"session.cancel"}'), false);
    expect(harness.of('session.closed')).toMatchObject([{ total_duration_ms: 20 }]);
  });

  it('keeps a megabyte of it, and then refuses the client', () => {
    socket.onMessage(new ArrayBuffer(1024 * 1024 - 256), true);
    expect(native.closes).toEqual([]);
    socket.onMessage(bytes('{}'), false);
    expect(native.sent).toMatchObject([{ type: 'error', code: 'session_limit' }]);
    expect(native.closes).toMatchObject([{ code: 1013 }]);
    expect(forgotten).toBe(1);
  });

  it('keeps no endless number of messages with nothing in them', () => {
    for (let index = 0; index < 1_000_000 && native.closes.length === 0; index++) {
      socket.onMessage(new ArrayBuffer(0), false);
    }
    expect(native.closes).toMatchObject([{ code: 1013 }]);
  });

  it('hands over what waits before the session ends with the server', async () => {
    const harness = attach();
    harness.onSend = (event) => {
      socket.send(event);
      if (event.type === 'session.updated') clock.advance(5);
    };
    socket.onMessage(bytes('{"type":"session.configure"}'), false);
    socket.onMessage(new ArrayBuffer(640), true);
    expect(native.sent.map((event) => event.type)).toEqual(['session.updated']);
    socket.shutDown();
    await settled();
    expect(harness.of('session.closed')).toMatchObject([
      { reason: 'server_shutdown', total_duration_ms: 20 },
    ]);
  });

  it('cuts a reason to what a close frame holds', () => {
    socket.refuse('model_not_found', 'ü'.repeat(500), 1008);
    expect(Buffer.byteLength(native.closes[0]?.reason ?? '')).toBe(122);
  });

  it('ends its session when the socket goes, and touches neither afterwards', () => {
    const harness = attach();
    native.end();
    expect(harness.closes).toHaveLength(1);
    expect(harness.metrics.active).toBe(0);
    expect(forgotten).toBe(1);
    clock.advance(1000);
    expect(clock.timerCount).toBe(0);
    socket.send({ type: 'vad.speech_end', timestamp_ms: 0 });
    socket.ping();
    socket.close(1000, 'again');
    socket.refuse('internal_error', 'late', 1008);
    socket.onPong();
    expect(native.closes).toHaveLength(1);
  });

  it('says goodbye once when the session ends', () => {
    attach();
    socket.onMessage(bytes('{"type":"session.cancel"}'), false);
    expect(native.sent.map((event) => event.type)).toEqual(['session.closed']);
    expect(native.closes).toEqual([{ code: 1000, reason: 'cancelled' }]);
    expect(forgotten).toBe(1);
  });

  it('ends the session of a client that answers no ping', () => {
    const harness = attach();
    clock.advance(150);
    socket.onPong();
    clock.advance(80);
    expect(native.closes).toEqual([]);
    clock.advance(300);
    expect(harness.of('session.closed')).toMatchObject([{ reason: 'heartbeat_timeout' }]);
    expect(native.closes).toHaveLength(1);
  });

  it('waits with hanging up until a slow reader has everything', () => {
    const harness = attach();
    native.buffered = 100_000;
    harness.session.abort('cancelled');
    expect(native.sent.at(-1)).toMatchObject({ type: 'session.closed', reason: 'cancelled' });
    native.buffered = 50_000;
    socket.onDrain();
    clock.advance(150);
    expect(native.closes).toEqual([]);
    native.buffered = 0;
    socket.onDrain();
    expect(native.closes).toEqual([{ code: 1000, reason: 'cancelled' }]);
    expect(forgotten).toBe(1);
    clock.advance(1000);
    expect(clock.timerCount).toBe(0);
  });

  it('waits no longer for a reader than its heartbeat', () => {
    const harness = attach();
    native.buffered = 100_000;
    harness.session.abort('cancelled');
    clock.advance(1000);
    expect(native.closes).toHaveLength(1);
    expect(forgotten).toBe(1);
    expect(clock.timerCount).toBe(0);
  });

  it('takes a reader that reads for one that is there', () => {
    attach();
    native.buffered = 4_000_000;
    for (let second = 0; second < 10; second++) {
      clock.advance(150);
      native.buffered -= 100_000;
      socket.onDrain();
    }
    expect(native.closes).toEqual([]);
  });

  it('ends the session of a slow reader that breaks the rules, and keeps the reason for the goodbye', () => {
    const harness = attach();
    native.buffered = 100_000;
    socket.close(1009, 'too big');
    expect(harness.metrics.active).toBe(0);
    native.buffered = 0;
    socket.onDrain();
    expect(native.closes).toEqual([{ code: 1009, reason: 'too big' }]);
  });

  it('hangs up when an event is lost, and the session ends once', () => {
    const harness = attach();
    native.sendResult = 2;
    socket.onMessage(bytes('{"type":"session.configure"}'), false);
    expect(native.closes).toHaveLength(1);
    expect(harness.closes).toHaveLength(1);
    expect(harness.metrics.active).toBe(0);
  });
});
