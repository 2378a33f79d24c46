import type { HttpRequest, HttpResponse, TemplatedApp, us_socket_context_t, WebSocket } from 'uWebSockets.js';
import type { Clock } from '../../clock.ts';
import { isCancelled } from '../../engine/errors.ts';
import { languageProblem } from '../../engine/language.ts';
import type { Engines, SpeechEngine } from '../../engine/types.ts';
import type { Logger } from '../../observability/logger.ts';
import { closeCodes } from '../../protocol/errors.ts';
import { defaultSessionConfig, type SessionConfig } from '../../protocol/session-config.ts';
import type { SessionParts } from '../../session/parts.ts';
import { StreamingSession } from '../../session/session.ts';
import { TimerWheel } from '../../timer-wheel.ts';
import { ApiKeys } from '../http/api-keys.ts';
import { respondError } from '../http/respond.ts';
import { answerHandshake, type HandshakeQuery } from './handshake.ts';
import { InputTurns } from './input-turns.ts';
import type { LivenessOptions, LivenessParts } from './liveness.ts';
import { RealtimeSocket } from './realtime-socket.ts';
import { SessionIds } from './session-ids.ts';

/** The most bytes of unread events. A client that reads more slowly is disconnected: no final is dropped silently. */
const maxUnsentBytes = 4 * 1024 * 1024;
/**
 * uWebSockets.js has a limit of its own, at which it drops the connection without a close frame. It is set to twice
 * ours, so that most clients get close code 1009. Not higher, because each connection can fill memory up to that limit
 * with a message that it never ends.
 */
const payloadHeadroom = 2;
/** The close reason that uWebSockets.js gives then. */
const cutOffReason = 'Received too big message';
const wheelTickMs = 100;
/**
 * How long the last events have to reach the clients before the process ends. The sockets of clients that go on sending
 * are then reset, because they have unread input, and events that are still under way are lost.
 */
const lingerMs = 500;

export interface RealtimeOptions extends LivenessOptions {
  readonly maxSessions: number;
  readonly maxMessageBytes: number;
  readonly apiKeys: readonly string[];
}

export interface RealtimeParts {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly log: Logger;
  /** Every WebSocket that opened has an end, with a session or without. */
  readonly onSocketEnd: () => void;
  readonly sessionParts: Omit<SessionParts, 'wheel'>;
}

const answeredQuery: HandshakeQuery = { model: undefined, language: undefined };

interface UserData {
  /** Needed until the handshake is answered. */
  query: HandshakeQuery;
  socket: RealtimeSocket | undefined;
}

/** `WS /v1/realtime`: accepts sockets and gives them sessions. */
export class RealtimeRoute {
  readonly #parts: RealtimeParts;
  readonly #options: RealtimeOptions;
  readonly #apiKeys: ApiKeys;
  readonly #watch: LivenessParts;
  readonly #turns: InputTurns;
  readonly #sessionParts: SessionParts;
  readonly #ids = new SessionIds();
  readonly #sockets = new Set<RealtimeSocket>();
  #isDraining = false;
  #whenEmpty: (() => void) | undefined;

  constructor(app: TemplatedApp, parts: RealtimeParts, options: RealtimeOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#apiKeys = new ApiKeys(options.apiKeys);
    const { clock } = parts;
    this.#turns = new InputTurns(clock);
    const wheel = new TimerWheel(clock, wheelTickMs);
    this.#watch = { wheel, clock, options };
    this.#sessionParts = { ...parts.sessionParts, wheel };
    app.ws<UserData>('/v1/realtime', {
      maxPayloadLength: payloadHeadroom * options.maxMessageBytes,
      maxBackpressure: maxUnsentBytes,
      // Heartbeat and inactivity are handled by `Liveness`.
      idleTimeout: 0,
      sendPingsAutomatically: false,
      upgrade: (response, request, context) => this.#upgrade(response, request, context),
      open: (ws) => this.#open(ws),
      message: (ws, message, isBinary) => this.#receive(ws.getUserData().socket, message, isBinary),
      drain: (ws) => ws.getUserData().socket?.onDrain(),
      pong: (ws) => ws.getUserData().socket?.onPong(),
      close: (ws, code, reason) => this.#onClose(ws.getUserData().socket, code, reason),
    });
  }

  /**
   * Lets no session begin any more, and lets the running ones end with their finals. After `graceMs` they end without.
   * New connections are refused with a reason while the server still listens.
   */
  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    for (const socket of this.#sockets) socket.shutDown();
    const cancelGrace = this.#parts.clock.schedule(graceMs, () => {
      for (const socket of this.#sockets) socket.session?.abort('server_shutdown');
      this.#whenEmpty?.();
    });
    if (this.#sockets.size > 0) {
      await empty;
      await new Promise<void>((resolve) => this.#parts.clock.schedule(lingerMs, resolve));
    }
    cancelGrace();
    this.#watch.wheel.close();
  }

  #upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    if (!this.#apiKeys.accepts(request.getHeader('authorization'))) {
      respondError(response, 401, 'a valid API key is needed: Authorization: Bearer KEY', 'invalid_api_key');
      return;
    }
    const userData: UserData = {
      query: { model: request.getQuery('model'), language: request.getQuery('language') },
      socket: undefined,
    };
    response.upgrade(
      userData,
      request.getHeader('sec-websocket-key'),
      request.getHeader('sec-websocket-protocol'),
      request.getHeader('sec-websocket-extensions'),
      context,
    );
  }

  #open(ws: WebSocket<UserData>): void {
    const userData = ws.getUserData();
    const socket = new RealtimeSocket(ws, this.#turns, this.#forget);
    userData.socket = socket;
    const { engines } = this.#parts;
    const answer = answerHandshake(userData.query, {
      isDraining: this.#isDraining,
      sessions: this.#sockets.size,
      maxSessions: this.#options.maxSessions,
      models: engines,
    });
    userData.query = answeredQuery;
    if (!answer.ok) {
      this.#parts.log.info({ code: answer.code, reason: answer.message }, 'session refused');
      socket.refuse(answer.code, answer.message, answer.closeCode);
      return;
    }
    this.#sockets.add(socket);
    const config =
      answer.language === null
        ? defaultSessionConfig
        : { ...defaultSessionConfig, language: answer.language };
    const engine = engines.loaded(answer.model);
    if (engine) this.#begin(socket, engine, config);
    else void this.#beginWhenLoaded(socket, answer.model, config);
  }

  #receive(socket: RealtimeSocket | undefined, message: ArrayBuffer, isBinary: boolean): void {
    const { maxMessageBytes } = this.#options;
    if (message.byteLength > maxMessageBytes) {
      socket?.close(closeCodes.messageTooBig, `a message has at most ${maxMessageBytes} bytes`);
    } else {
      socket?.onMessage(message, isBinary);
    }
  }

  #onClose(socket: RealtimeSocket | undefined, code: number, reasonBytes: ArrayBuffer): void {
    const sessionId = socket?.session?.id;
    const reason = Buffer.from(reasonBytes).toString('utf8');
    if (reason === cutOffReason) {
      const { maxMessageBytes } = this.#options;
      this.#parts.log.info({ sessionId, maxMessageBytes }, 'connection cut: its message is far too big');
    } else if (sessionId !== undefined) {
      this.#parts.log.debug({ sessionId, code, reason }, 'socket closed');
    }
    socket?.onClose();
    this.#parts.onSocketEnd();
  }

  async #beginWhenLoaded(socket: RealtimeSocket, model: string, config: SessionConfig): Promise<void> {
    try {
      const engine = await this.#parts.engines.get(model);
      if (!socket.isOpen) return;
      if (engine) this.#begin(socket, engine, config);
      else socket.refuse('model_not_found', `no model "${model}"`, closeCodes.policyViolation);
    } catch (error) {
      if (isCancelled(error)) {
        if (socket.isOpen) socket.shutDown();
        return;
      }
      this.#parts.log.error({ err: error, model }, 'the model cannot be loaded');
      // Only the log gets the cause, which names files of this machine.
      const message = `the model "${model}" cannot be loaded: the server's log says why`;
      socket.refuse('internal_error', message, closeCodes.policyViolation);
    }
  }

  #begin(socket: RealtimeSocket, engine: SpeechEngine, config: SessionConfig): void {
    const { log } = this.#parts;
    const problem = languageProblem(engine, config.language);
    if (problem !== undefined) {
      socket.refuse('validation_error', problem, closeCodes.policyViolation);
      return;
    }
    const id = this.#ids.next();
    const session = new StreamingSession(this.#sessionParts, { id, engine, sink: socket }, config);
    log.info({ sessionId: id, model: engine.model, language: config.language }, 'session opened');
    socket.attach(session, this.#watch);
  }

  readonly #forget = (socket: RealtimeSocket): void => {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) this.#whenEmpty?.();
  };
}
