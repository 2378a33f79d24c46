import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { joinHostPort } from '../host-port.ts';
import { listenProblem } from '../listen-problem.ts';
import type { Metrics } from '../observability/metrics.ts';

/** `GET /metrics` of a worker, on a port of its own. */
export class MetricsEndpoint {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @param port 0: any free one. @throws Error when the port is taken or not allowed */
  static start(metrics: Metrics, host: string, port: number): Promise<MetricsEndpoint> {
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404).end('only GET /metrics is here\n');
        return;
      }
      metrics.render().then(
        (text) => response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text),
        (error: unknown) => response.writeHead(500).end(`metrics cannot be rendered: ${String(error)}\n`),
      );
    });
    return new Promise((resolve, reject) => {
      server.once('error', (cause) => {
        void listenProblem(host, port).then((problem) =>
          reject(
            new Error(`cannot listen on ${joinHostPort(host, port)} for metrics: ${problem}`, { cause }),
          ),
        );
      });
      server.listen(port, host, () =>
        resolve(new MetricsEndpoint(server, (server.address() as AddressInfo).port)),
      );
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
