import { type ServerEvent, serializeEvent } from '../../protocol/events.ts';

/** A client with more unsent bytes is slow: partials wait. */
const slowAboveBytes = 64 * 1024;

/** These events make a waiting partial outdated. */
const outdatesPartials: ReadonlySet<ServerEvent['type']> = new Set([
  'transcript.partial',
  'transcript.final',
  'vad.speech_end',
  'session.closed',
]);

/** The part of a WebSocket that is written to. */
export interface EventSocket {
  /** uWebSockets.js: 0 buffered, 1 sent, 2 dropped because its limit is reached. */
  send(message: string): number;
  getBufferedAmount(): number;
}

/** @returns false when the socket's own limit is reached and the event was lost. */
export function writeEvent(socket: EventSocket, event: ServerEvent): boolean {
  return socket.send(serializeEvent(event)) !== 2;
}

/**
 * Writes events to a socket. For a slow reader, partials wait, and a newer one replaces an older one; all other events
 * are sent in order, up to the socket's own limit.
 */
export class EventWriter {
  readonly #socket: EventSocket;
  #waitingPartial: ServerEvent | undefined;

  constructor(socket: EventSocket) {
    this.#socket = socket;
  }

  /** @returns false when the reader is so slow that the event was lost: the session cannot go on. */
  write(event: ServerEvent): boolean {
    if (outdatesPartials.has(event.type)) this.#waitingPartial = undefined;
    if (event.type === 'transcript.partial' && this.#socket.getBufferedAmount() > slowAboveBytes) {
      this.#waitingPartial = event;
      return true;
    }
    return writeEvent(this.#socket, event);
  }

  /** The reader has caught up. */
  drained(): void {
    const partial = this.#waitingPartial;
    this.#waitingPartial = undefined;
    if (partial) this.write(partial);
  }
}
