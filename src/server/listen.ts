import type { TemplatedApp } from 'uWebSockets.js';
import type { Uws } from './uws.ts';

/** A port that is being listened on. */
export interface Listening {
  readonly port: number;
  /** Takes no further connections; those that are there stay. */
  close(): void;
}

/**
 * Listens on a port that nobody else listens on. uWebSockets.js shares ports by default: of two servers on one port
 * each would get a part of the connections.
 * @param port 0: any free one.
 * @throws Error when the port is taken or not allowed
 */
export function listen(uws: Uws, app: TemplatedApp, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    app.listen(host, port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      if (socket) {
        resolve({
          port: uws.us_socket_local_port(socket),
          close: () => uws.us_listen_socket_close(socket),
        });
      } else {
        reject(
          new Error(`cannot listen on ${host}:${port}: the port is taken, or not allowed. Try --port 0`),
        );
      }
    });
  });
}
