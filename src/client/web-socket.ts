import { TheoClientError } from './errors.ts';

/** What the client needs of a WebSocket: the browsers' own and the one of the package `ws` both have it. */
export interface WebSocketLike {
  binaryType: string;
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedAmount: number;
  /** 1: open. */
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener<K extends keyof SocketEvents>(type: K, listener: (event: SocketEvents[K]) => void): void;
  removeEventListener<K extends keyof SocketEvents>(
    type: K,
    listener: (event: SocketEvents[K]) => void,
  ): void;
}

export interface SocketEvents {
  readonly message: { readonly data: unknown };
  readonly close: { readonly code: number; readonly reason: string };
  readonly error: object;
}

export type WebSocketConstructor = new (
  url: string,
  protocols?: string[],
  options?: { readonly headers: Readonly<Record<string, string>> },
) => WebSocketLike;

/**
 * Opens a socket.
 * @param implementation - for Node.js: the class of the package `ws`. Without it: the platform's own.
 * @param apiKey - goes out as a header, which only implementations for Node.js can send.
 * @throws TheoClientError `unsupported` or `connect_failed`
 */
export function openSocket(
  url: string,
  implementation: WebSocketConstructor | undefined,
  apiKey: string | undefined,
): WebSocketLike {
  const own = (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;
  if (apiKey !== undefined && implementation === undefined) {
    throw new TheoClientError(
      'unsupported',
      'apiKey needs a webSocket that can send headers, such as the class of "ws"',
    );
  }
  const Socket = implementation ?? own;
  if (Socket === undefined) {
    throw new TheoClientError(
      'unsupported',
      'this platform has no WebSocket: pass webSocket, such as the class of "ws"',
    );
  }
  try {
    return apiKey === undefined
      ? new Socket(url)
      : new Socket(url, [], { headers: { authorization: `Bearer ${apiKey}` } });
  } catch (error) {
    throw new TheoClientError('connect_failed', `cannot connect to ${url}`, { cause: error });
  }
}
