import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';
import { joinHostPort, unbracketed } from '../host-port.ts';
import { listenProblem } from '../listen-problem.ts';
import type { Uws } from './uws.ts';

/** A port that is being listened on. */
export interface Listening {
  readonly port: number;
  /** Takes no further connections; the open ones stay. */
  close(): void;
}

/**
 * Listens on a port that nobody else listens on. uWebSockets.js shares ports by default: of two servers on one port
 * each would get a part of the connections.
 * @param port 0: any free one.
 * @throws Error saying why nothing can listen there
 */
export async function listen(uws: Uws, app: TemplatedApp, host: string, port: number): Promise<Listening> {
  const address = unbracketed(host);
  const socket = await new Promise<us_listen_socket | false>((resolve) => {
    app.listen(address, port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
  });
  if (socket) {
    return { port: uws.us_socket_local_port(socket), close: () => uws.us_listen_socket_close(socket) };
  }
  const remedy = 'choose others with --host and --port (0: any free one)';
  throw new Error(
    `cannot listen on ${joinHostPort(address, port)}: ${await listenProblem(address, port)}; ${remedy}`,
  );
}
