import type { WebSocket } from 'uWebSockets.js';
import { type CloseCode, closeCodes, type ErrorCode } from '../../protocol/errors.ts';
import type { ServerEvent } from '../../protocol/events.ts';
import { parseCommand } from '../../protocol/parse.ts';
import type { SessionSink } from '../../session/parts.ts';
import type { StreamingSession } from '../../session/session.ts';
import { EventWriter, writeEvent } from './event-writer.ts';
import type { InputTurns } from './input-turns.ts';
import { Liveness, type LivenessHandlers, type LivenessParts } from './liveness.ts';
import { type InputHandler, type Lost, SocketInput } from './socket-input.ts';

/** The reason in a close frame has at most this many bytes (RFC 6455, section 5.5). */
const maxReasonBytes = 123;

/** Connects one WebSocket with its session: messages in, events out. When one of them ends, so does the other. */
export class RealtimeSocket implements SessionSink, LivenessHandlers, InputHandler {
  readonly #onClosed: (socket: RealtimeSocket) => void;
  readonly #input: SocketInput;
  /** Made with the first partial, because many sessions are idle and only partials may have to wait. */
  #writer: EventWriter | undefined;
  #socket: WebSocket<unknown> | undefined;
  #session: StreamingSession | undefined;
  #liveness: Liveness | undefined;
  /** How the socket is to be closed once its client has read everything. */
  #goodbye: { readonly code: CloseCode; readonly reason: string } | undefined;

  /** @param onClosed called once, when the socket is gone. */
  constructor(socket: WebSocket<unknown>, turns: InputTurns, onClosed: (socket: RealtimeSocket) => void) {
    this.#socket = socket;
    this.#input = new SocketInput(this, turns);
    this.#onClosed = onClosed;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  get session(): StreamingSession | undefined {
    return this.#session;
  }

  /** Gives the socket its session, watches it, and hands over what came in before. */
  attach(session: StreamingSession, watch: LivenessParts): void {
    this.#session = session;
    this.#liveness = new Liveness(watch, this);
    this.#input.open();
  }

  /** Ends the session with the finals of all that came in; a socket without a session is closed. */
  shutDown(): void {
    this.#input.flush();
    if (this.#session) void this.#session.finish('server_shutdown');
    else this.close(closeCodes.tryAgainLater, 'the server is shutting down');
  }

  /** Sends why there is no session, and closes the socket. */
  refuse(code: ErrorCode, message: string, closeCode: CloseCode): void {
    this.send({ type: 'error', code, message, recoverable: false, resume_segment_id: null });
    this.close(closeCode, message);
  }

  /** @param bytes borrowed: they are gone when this returns. */
  onMessage(bytes: ArrayBuffer, isBinary: boolean): void {
    this.#input.take(bytes, isBinary);
  }

  onAudio(pcm: Uint8Array): void {
    this.#session?.pushAudio(pcm);
  }

  onText(text: string): void {
    const parsed = parseCommand(text);
    if (parsed.ok) this.#session?.handle(parsed.command);
    else this.#session?.reject(parsed.error.code, parsed.error.message);
  }

  onLost({ audioBytes, commands }: Lost): void {
    if (audioBytes > 0) this.#session?.dropAudio(audioBytes);
    const message = `commands come faster than they can be obeyed: ${commands} were not`;
    if (commands > 0) this.#session?.reject('session_limit', message);
  }

  onTooMany(): void {
    this.refuse('session_limit', 'more than 20000 messages a second', closeCodes.policyViolation);
  }

  onTooEarly(): void {
    this.refuse('session_limit', 'too much was sent before session.created', closeCodes.tryAgainLater);
  }

  onDrain(): void {
    this.#writer?.drained();
    // A client that reads is alive, even if its pong comes only after what it still has to read.
    this.#liveness?.pong();
    const goodbye = this.#goodbye;
    if (goodbye && this.#socket?.getBufferedAmount() === 0) this.#hangUp(goodbye.code, goodbye.reason);
  }

  onPong(): void {
    this.#liveness?.pong();
  }

  /** The socket is gone, whoever closed it. */
  onClose(): void {
    this.#socket = undefined;
    this.#liveness?.close();
    this.#input.close();
    this.#session?.disconnected();
    this.#onClosed(this);
  }

  ping(): void {
    this.#socket?.ping();
  }

  onHeartbeatTimeout(): void {
    this.#session?.abort('heartbeat_timeout');
    // The close frame may wait behind events that the client does not read.
    this.#socket?.close();
  }

  onInactive(): void {
    void this.#session?.finish('timeout');
  }

  get lastAudioAtMs(): number {
    return this.#session?.lastAudioAtMs ?? 0;
  }

  send(event: ServerEvent): void {
    const socket = this.#socket;
    if (!socket) return;
    if (event.type === 'transcript.partial') this.#writer ??= new EventWriter(socket);
    const isWritten = this.#writer ? this.#writer.write(event) : writeEvent(socket, event);
    // The event is lost: the client must notice, so the connection ends.
    if (!isWritten) socket.close();
  }

  /** Closes the socket once a slow client has read everything. One that never reads ends by the heartbeat. */
  close(code: CloseCode, reason: string): void {
    if (this.#liveness && this.#socket && this.#socket.getBufferedAmount() > 0) {
      this.#goodbye ??= { code, reason };
      this.#session?.abort('error');
    } else {
      this.#hangUp(code, reason);
    }
  }

  #hangUp(code: CloseCode, reason: string): void {
    this.#liveness?.close();
    this.#socket?.end(code, fitReason(reason));
  }
}

/** As much of a reason as a close frame holds, without half a character at its end. */
function fitReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= maxReasonBytes) return reason;
  return bytes
    .subarray(0, maxReasonBytes)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
}
