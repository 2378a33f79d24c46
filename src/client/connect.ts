import type { SessionCreated } from '../protocol/events.ts';
import { TheoClientError } from './errors.ts';
import { parseEvent } from './messages.ts';
import { type ConfigureOptions, RealtimeSession } from './realtime-session.ts';
import {
  openSocket,
  type SocketEvents,
  type WebSocketConstructor,
  type WebSocketLike,
} from './web-socket.ts';

export interface ConnectOptions {
  /** The server, such as "ws://127.0.0.1:8000"; without a path it is `/v1/realtime`. http, https or no scheme will do, too. */
  readonly url: string;
  readonly model: string;
  /** ISO 639-1; left out: detected. */
  readonly language?: string;
  /** Configures the session before it is handed out. */
  readonly config?: ConfigureOptions;
  /** The WebSocket class to use: on Node.js 20 that of the package `ws`. Left out: the platform's own. */
  readonly webSocket?: WebSocketConstructor;
  /** Needs `webSocket`, as browsers cannot send it. */
  readonly apiKey?: string;
  /** Gives up connecting; a session that is handed out is no longer concerned. */
  readonly signal?: AbortSignal;
  /** Longest time until the session is handed out, ms; default 10 000. */
  readonly timeoutMs?: number;
}

const tryAgainLater = 1013;

/**
 * Opens a session: connects, waits for `session.created`, and configures it.
 * @throws TheoClientError with the server's code (`model_not_found`, `session_limit`, `validation_error`, ...) or the
 * client's (`connect_failed`, `timeout`, `aborted`, ...).
 */
export async function connect(options: ConnectOptions): Promise<RealtimeSession> {
  const { signal, timeoutMs = 10_000 } = options;
  const url = realtimeUrl(options);
  if (signal?.aborted) throw abortedError(signal);
  const socket = openSocket(url, options.webSocket, options.apiKey);
  socket.binaryType = 'arraybuffer';
  // A socket of `ws` that fails with nobody listening brings the process down.
  socket.addEventListener('error', () => {});
  const interruption = new Interruption(signal, timeoutMs);
  try {
    const session = await Promise.race([interruption.promise, handshake(socket)]);
    if (options.config !== undefined) {
      await Promise.race([interruption.promise, session.configure(options.config)]);
    }
    return session;
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    interruption.dispose();
  }
}

/** Rejects when the signal is aborted or the time is over. */
class Interruption {
  readonly promise: Promise<never>;
  dispose: () => void = () => {};

  constructor(signal: AbortSignal | undefined, timeoutMs: number) {
    this.promise = new Promise((_, reject) => {
      const timer = setTimeout(() => {
        reject(new TheoClientError('timeout', `no session within ${timeoutMs} ms`));
      }, timeoutMs);
      const onAbort = (): void => {
        if (signal !== undefined) reject(abortedError(signal));
      };
      signal?.addEventListener('abort', onAbort);
      this.dispose = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
    });
    this.promise.catch(() => {});
  }
}

/** Waits for the first event and makes the session in the same turn, so that it misses none. */
function handshake(socket: WebSocketLike): Promise<RealtimeSession> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: SessionCreated | TheoClientError): void => {
      socket.removeEventListener('message', onMessage);
      socket.removeEventListener('close', onClose);
      socket.removeEventListener('error', onError);
      if (outcome instanceof TheoClientError) reject(outcome);
      else resolve(new RealtimeSession(socket, outcome));
    };
    const onMessage = ({ data }: SocketEvents['message']): void => {
      const event = parseEvent(data);
      if (event?.type === 'session.created') settle(event);
      if (event?.type === 'error') settle(new TheoClientError(event.code, event.message));
    };
    const onClose = ({ code, reason }: SocketEvents['close']): void => {
      const message = reason === '' ? `the server closed the connection with code ${code}` : reason;
      settle(new TheoClientError(code === tryAgainLater ? 'session_limit' : 'connect_failed', message));
    };
    const onError = (event: object): void => {
      const detail = 'message' in event && typeof event.message === 'string' ? `: ${event.message}` : '';
      settle(new TheoClientError('connect_failed', `the connection failed${detail}`));
    };
    socket.addEventListener('message', onMessage);
    socket.addEventListener('close', onClose);
    socket.addEventListener('error', onError);
  });
}

function realtimeUrl({ url, model, language }: ConnectOptions): string {
  try {
    const target = new URL(/^[a-z]+:\/\//i.test(url) ? url.replace(/^http/i, 'ws') : `ws://${url}`);
    if (target.pathname === '/') target.pathname = '/v1/realtime';
    target.searchParams.set('model', model);
    if (language !== undefined) target.searchParams.set('language', language);
    return target.href;
  } catch (error) {
    throw new TheoClientError('connect_failed', `not a URL: ${url}`, { cause: error });
  }
}

function abortedError(signal: AbortSignal): TheoClientError {
  return new TheoClientError('aborted', 'connecting was aborted', { cause: signal.reason });
}
