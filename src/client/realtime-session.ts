import { type Deferred, deferred } from '../deferred.ts';
import type { ClientCommand, SessionConfigure } from '../protocol/commands.ts';
import type { ErrorEvent, ServerEvent, SessionClosed, SessionCreated } from '../protocol/events.ts';
import type { SessionConfig } from '../protocol/session-config.ts';
import { TheoClientError } from './errors.ts';
import { parseEvent } from './messages.ts';
import { type AudioInput, toPcmBytes } from './pcm.ts';
import { UnreadEvents } from './unread-events.ts';
import type { SocketEvents, WebSocketLike } from './web-socket.ts';

/** The fields of `session.configure`. */
export type ConfigureOptions = Omit<SessionConfigure, 'type'>;

const openState = 1;
/** Unread events that are kept. */
const maxQueuedEvents = 1_024;
/** Longer audio goes out in several messages; well below the server's limit of a message. */
const maxMessageBytes = 262_144;
const drainPollMs = 10;

/** A live session. Made by `connect`; over when `closed` settles, and its `events` end then. */
export class RealtimeSession {
  readonly id: string;
  readonly model: string;
  /**
   * Everything the server sends after `session.created`; ends after `session.closed`, fails when the connection is
   * lost. Each event is given out once. If they are not read, partials are dropped first, then the session ends.
   */
  readonly events: AsyncIterable<ServerEvent>;
  /** Settles when the session is over: with its last event, or a TheoClientError. Need not be awaited. */
  readonly closed: Promise<SessionClosed>;

  readonly #socket: WebSocketLike;
  readonly #queue = new UnreadEvents(maxQueuedEvents);
  readonly #ending = quietlyDeferred<SessionClosed>();
  readonly #configures: Deferred<SessionConfig>[] = [];
  #config: SessionConfig;
  /** What the server ended the session with, if it did. */
  #fatalError: TheoClientError | undefined;
  /** Set once the session is over. */
  #over: { readonly reason: string } | undefined;

  constructor(socket: WebSocketLike, created: SessionCreated) {
    this.id = created.session_id;
    this.model = created.model;
    this.events = this.#queue;
    this.closed = this.#ending.promise;
    this.#config = created.config;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(parseEvent(data)));
    socket.addEventListener('close', (event) => this.#fail(this.#fatalError ?? lostError(event)));
  }

  /** The config in effect, as the server last told it. */
  get config(): SessionConfig {
    return this.#config;
  }

  /** Bytes handed over that have not left yet. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /**
   * Sends audio. Bytes are not copied: leave them as they are until they have left.
   * @throws TheoClientError `session_closed`
   */
  sendAudio(audio: AudioInput): void {
    this.#assertOpen();
    const bytes = toPcmBytes(audio);
    for (let start = 0; start < bytes.byteLength; start += maxMessageBytes) {
      this.#socket.send(bytes.subarray(start, start + maxMessageBytes));
    }
  }

  /** Resolves once no more than `bytes` wait to leave, or the session is over. For sources faster than the network. */
  async drain(bytes = 65_536): Promise<void> {
    while (this.#isOpen() && this.#socket.bufferedAmount > bytes) {
      await new Promise((resolve) => setTimeout(resolve, drainPollMs));
    }
  }

  /**
   * Changes the config, all of it or nothing. The promise need not be awaited.
   * @returns the config then in effect.
   * @throws TheoClientError `validation_error`, naming the field; `session_closed`
   */
  configure(change: ConfigureOptions): Promise<SessionConfig> {
    const answer = quietlyDeferred<SessionConfig>();
    if (this.#isOpen()) {
      this.#configures.push(answer);
      this.#send({ ...change, type: 'session.configure' });
    } else {
      answer.reject(this.#overError());
    }
    return answer.promise;
  }

  /** Ends the current utterance now: its final follows. @throws TheoClientError `session_closed` */
  commit(): void {
    this.#assertOpen();
    this.#send({ type: 'input_audio_buffer.commit' });
  }

  /** Ends the session at once, without finals. */
  cancel(): Promise<SessionClosed> {
    this.#send({ type: 'session.cancel' });
    return this.closed;
  }

  /** Ends the session after the finals of what was sent. */
  close(): Promise<SessionClosed> {
    this.#send({ type: 'session.close' });
    return this.closed;
  }

  #send(command: ClientCommand): void {
    if (this.#isOpen()) this.#socket.send(JSON.stringify(command));
  }

  #receive(event: ServerEvent | undefined): void {
    if (event === undefined || this.#over !== undefined) return;
    // An error that the session outlived was about one utterance.
    this.#fatalError = undefined;
    if (event.type === 'session.updated') {
      this.#config = event.config;
      this.#configures.shift()?.resolve(event.config);
    }
    if (event.type === 'error') this.#receiveError(event);
    if (!this.#queue.push(event)) {
      this.#fail(new TheoClientError('events_overflow', `more than ${maxQueuedEvents} events were not read`));
    } else if (event.type === 'session.closed') {
      this.#succeed(event);
    }
  }

  #receiveError({ code, message, recoverable }: ErrorEvent): void {
    const error = new TheoClientError(code, message);
    if (!recoverable) this.#fatalError = error;
    // Every other command of this client is always valid, so this answers the oldest `configure`.
    if (code === 'validation_error') this.#configures.shift()?.reject(error);
  }

  #succeed(event: SessionClosed): void {
    this.#over = { reason: event.reason };
    this.#queue.end();
    this.#ending.resolve(event);
    this.#dispose();
  }

  #fail(error: TheoClientError): void {
    if (this.#over !== undefined) return;
    this.#over = { reason: error.code };
    this.#queue.end(error);
    this.#ending.reject(error);
    this.#dispose();
  }

  #dispose(): void {
    for (const configure of this.#configures.splice(0)) configure.reject(this.#overError());
    this.#socket.close();
  }

  #isOpen(): boolean {
    return this.#socket.readyState === openState && this.#over === undefined;
  }

  #assertOpen(): void {
    if (!this.#isOpen()) throw this.#overError();
  }

  #overError(): TheoClientError {
    return new TheoClientError('session_closed', `the session is over (${this.#over?.reason ?? 'closing'})`);
  }
}

function lostError({ code, reason }: SocketEvents['close']): TheoClientError {
  const detail = reason === '' ? `code ${code}` : `code ${code}: ${reason}`;
  return new TheoClientError('connection_lost', `the connection ended without session.closed (${detail})`);
}

/** Nobody has to look at a rejection. */
function quietlyDeferred<T>(): Deferred<T> {
  const quiet = deferred<T>();
  quiet.promise.catch(() => {});
  return quiet;
}
