import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { Clock } from '../clock.ts';
import { loadWorkerService, workerServiceName } from '../engine/remote/wire.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { joinHostPort, splitHostPort } from '../host-port.ts';
import { listenProblem } from '../listen-problem.ts';
import { Admission } from './admission.ts';
import type { RecordingParts } from './file-call.ts';
import { defaultWorkerLimits, type WorkerLimits } from './limits.ts';
import { Servicer, type WorkerIdentity } from './servicer.ts';

/** The longest message: a recording of a quarter of an hour. */
const maxMessageBytes = 32 * 1024 * 1024;
/** A peer whose machine or network is gone closes nothing: its calls end when it does not answer a ping. */
const keepaliveMs = 30_000;
const keepaliveTimeoutMs = 10_000;
/** How long the last answers have to be sent after the last call has ended. */
const farewellMs = 250;

export interface ServerTls {
  /** PEM */
  readonly cert: Buffer;
  readonly key: Buffer;
  /** PEM of the authorities whose certificates callers have to show; null: anybody may call. */
  readonly clientCa: Buffer | null;
}

export interface WorkerServerOptions {
  /** HOST:PORT; port 0: any free one. */
  readonly listen: string;
  /** null: without encryption. */
  readonly tls: ServerTls | null;
  readonly clock: Clock;
  readonly recordings: RecordingParts;
  readonly limits?: Partial<WorkerLimits>;
}

/** A worker's gRPC server. It closes neither the engine nor the classifier. */
export class WorkerServer {
  /** HOST:PORT */
  readonly address: string;
  readonly servicer: Servicer;
  readonly #server: Server;
  readonly #health: HealthImplementation;
  readonly #clock: Clock;
  #closing: Promise<void> | undefined;

  private constructor(
    address: string,
    parts: {
      readonly servicer: Servicer;
      readonly server: Server;
      readonly health: HealthImplementation;
      readonly clock: Clock;
    },
  ) {
    this.address = address;
    this.servicer = parts.servicer;
    this.#server = parts.server;
    this.#health = parts.health;
    this.#clock = parts.clock;
  }

  /**
   * Listens; reports "loading" until `serve` is called.
   * @throws Error naming the address, when it is taken or not allowed.
   */
  static async start(identity: WorkerIdentity, options: WorkerServerOptions): Promise<WorkerServer> {
    const limits = { ...defaultWorkerLimits, ...options.limits };
    const server = new Server({
      interceptors: [new Admission(limits, options.clock).interceptor],
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': maxMessageBytes,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
    });
    const servicer = new Servicer(identity, { ...options, limits });
    server.addService(loadWorkerService(), servicer.methods);
    const health = new HealthImplementation();
    health.addToServer(server);
    const port = await bind(server, options);
    const [host] = splitHostPort(options.listen);
    const started = new WorkerServer(joinHostPort(host, port), {
      server,
      servicer,
      health,
      clock: options.clock,
    });
    started.#sayServing('NOT_SERVING');
    return started;
  }

  /** Takes work from now on. @param device "CPU" or the GPU's name; empty if not known. */
  serve(engine: SpeechEngine, device: string): void {
    this.servicer.serve(engine, device);
    if (!this.#closing) this.#sayServing('SERVING');
  }

  /** Reports NOT_SERVING, lets the calls end within `graceMs`, then closes all connections. Idempotent. */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#drain(graceMs);
    return this.#closing;
  }

  async #drain(graceMs: number): Promise<void> {
    this.#sayServing('NOT_SERVING');
    await this.#within(graceMs, this.servicer.drain());
    // Watchers of the health service never end by themselves.
    await this.#within(farewellMs, new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve())));
    this.#server.forceShutdown();
  }

  #sayServing(status: 'SERVING' | 'NOT_SERVING'): void {
    for (const service of ['', workerServiceName]) this.#health.setStatus(service, status);
  }

  async #within(timeoutMs: number, task: Promise<void>): Promise<void> {
    let cancelTimer: () => void = () => {};
    const timeout = new Promise<void>((resolve) => {
      cancelTimer = this.#clock.schedule(timeoutMs, resolve);
    });
    await Promise.race([task, timeout]);
    cancelTimer();
  }
}

function bind(server: Server, { listen, tls }: WorkerServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(listen, serverCredentials(tls), (error, port) => {
      if (!error) resolve(port);
      else void notListening(listen, error).then(reject);
    });
  });
}

async function notListening(address: string, cause: Error): Promise<Error> {
  const [host, port] = splitHostPort(address);
  const problem = await listenProblem(host, Number(port));
  return new Error(`cannot listen on ${address}: ${problem}; choose another address with --listen`, {
    cause,
  });
}

function serverCredentials(tls: ServerTls | null): ServerCredentials {
  if (tls === null) return ServerCredentials.createInsecure();
  const pair = { cert_chain: tls.cert, private_key: tls.key };
  return ServerCredentials.createSsl(tls.clientCa, [pair], tls.clientCa !== null);
}
