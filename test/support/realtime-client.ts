import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import type { ServerEvent } from '#theo/protocol/events.js';
import { model } from './models.ts';

/** An event and when it came, in `performance.now()` milliseconds. */
export type Arrival = ServerEvent & { readonly arrivedAtMs: number };

/**
 * A bare WebSocket client: sends what it is told, right or wrong, and keeps all that comes back. The product's own
 * client is too well-mannered for most tests.
 */
export class RealtimeClient {
  readonly socket: WebSocket;
  readonly arrivals: Arrival[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #listeners = new Set<() => void>();

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options);
    this.socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString('utf8')) as ServerEvent;
      this.arrivals.push({ ...event, arrivedAtMs: performance.now() });
      for (const listener of this.#listeners) listener();
    });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString('utf8') });
        for (const listener of this.#listeners) listener();
      });
    });
  }

  /** Opens a session and waits for `session.created`. */
  static async open(
    realtimeUrl: string,
    query = `model=${model}`,
    options: ClientOptions = {},
  ): Promise<RealtimeClient> {
    const client = new RealtimeClient(`${realtimeUrl}?${query}`, options);
    await client.next('session.created');
    return client;
  }

  of<T extends ServerEvent['type']>(type: T): readonly Extract<Arrival, { type: T }>[] {
    return this.arrivals.filter((event): event is Extract<Arrival, { type: T }> => event.type === type);
  }

  /** The texts of all finals. */
  get text(): string {
    return this.of('transcript.final')
      .map((event) => event.text)
      .join(' ');
  }

  /** The `count`th event of a type, once it is there. Rejects when the socket closes before. */
  async next<T extends ServerEvent['type']>(type: T, count = 1): Promise<Extract<Arrival, { type: T }>> {
    for (;;) {
      const found = this.of(type)[count - 1];
      if (found) return found;
      if (this.socket.readyState >= WebSocket.CLOSING) {
        const seen = this.arrivals.map((event) => event.type).join(', ');
        throw new Error(`the socket closed before ${type} number ${count}; seen: ${seen}`);
      }
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  command(command: object): void {
    this.socket.send(JSON.stringify(command));
  }

  /** Sends all of it at once, in messages of 20 ms. */
  sendAtOnce(samples: Int16Array, sampleRateHz = 16_000): void {
    for (const message of messagesOf(samples, sampleRateHz)) this.socket.send(message);
  }

  /**
   * Sends as a microphone would: each 20 ms message when its last sample has been spoken; or so many times faster.
   * @returns when the first sample was spoken, in `performance.now()` milliseconds.
   */
  async sendInRealTime(samples: Int16Array, sampleRateHz = 16_000, speed = 1): Promise<number> {
    const startMs = performance.now();
    let sentMs = 0;
    for (const message of messagesOf(samples, sampleRateHz)) {
      sentMs += (message.length * 1000) / (2 * sampleRateHz);
      const waitMs = startMs + sentMs / speed - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      if (this.socket.readyState !== WebSocket.OPEN) break;
      this.socket.send(message);
    }
    return startMs;
  }

  /** Asks for the end and waits for it. */
  async finish(): Promise<{ readonly code: number; readonly reason: string }> {
    this.command({ type: 'session.close' });
    return this.closed;
  }
}

/** Silence to append, so that an utterance ends by itself. */
export function withSilence(samples: Int16Array, silenceMs: number, sampleRateHz = 16_000): Int16Array {
  const padded = new Int16Array(samples.length + Math.round((silenceMs * sampleRateHz) / 1000));
  padded.set(samples);
  return padded;
}

function* messagesOf(samples: Int16Array, sampleRateHz: number): Generator<Uint8Array> {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const messageBytes = 2 * Math.round(sampleRateHz / 50);
  for (let start = 0; start < bytes.length; start += messageBytes)
    yield bytes.subarray(start, start + messageBytes);
}
