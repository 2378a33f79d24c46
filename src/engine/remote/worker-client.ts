import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import type { HealthSource, HealthWatch } from './health-monitor.ts';
import {
  type AudioFrameInit,
  type HealthResponse,
  type STTWorkerDefinition,
  type TranscribeFileRequestInit,
  type TranscribeFileResponse,
  type TranscriptEvent,
  workerServiceName,
} from './wire.ts';

const watchPath = '/grpc.health.v1.Health/Watch';

/** A stream that is still open after this long fails. */
const streamDeadlineMs = 300_000;
/**
 * Rare, because health calls every few seconds find a dead peer earlier, and because gRPC servers in other languages
 * answer more than one ping in five minutes with GOAWAY ENHANCE_YOUR_CALM.
 */
const keepaliveMs = 330_000;
/** How much sent audio gRPC buffers, two seconds. Beyond that, `write` returns false. */
const sendBufferBytes = 65_536;
const maxSentBytes = 32 * 1024 * 1024;
/** Ten times the transcript of an hour of fast speech with all its words. */
const maxReceivedBytes = 4 * 1024 * 1024;

export interface WorkerTls {
  /** PEM of the authorities that sign workers' certificates; null: the system's. */
  readonly ca: Buffer | null;
  /** PEM; shown to workers that ask for a certificate. */
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
}

/** Where a worker is. */
export interface WorkerAddress {
  /** HOST:PORT */
  readonly target: string;
  /** The name that its certificate has to carry, where it is not the target's host. */
  readonly serverName?: string;
}

export type TranscribeCall = ClientDuplexStream<AudioFrameInit, TranscriptEvent>;

/** The calls to one worker, over one connection that is made again when it breaks. */
export class WorkerClient implements HealthSource {
  readonly address: WorkerAddress;
  readonly #service: STTWorkerDefinition;
  readonly #tls: WorkerTls | null;
  #client: Client;

  constructor(address: WorkerAddress, service: STTWorkerDefinition, tls: WorkerTls | null) {
    this.address = address;
    this.#service = service;
    this.#tls = tls;
    this.#client = this.#connect();
  }

  transcribeStream(): TranscribeCall {
    const { path, requestSerialize, responseDeserialize } = this.#service.TranscribeStream;
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, new Metadata(), {
      deadline: Date.now() + streamDeadlineMs,
    });
  }

  /** @throws ServiceError; with code CANCELLED when `signal` aborts */
  transcribeFile(
    request: TranscribeFileRequestInit,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<TranscribeFileResponse> {
    return this.#unary(this.#service.TranscribeFile, request, options);
  }

  /** @throws ServiceError */
  health(timeoutMs: number): Promise<HealthResponse> {
    return this.#unary(this.#service.Health, {}, { timeoutMs });
  }

  /** The worker's state in the standard health service, now and whenever it changes. */
  watchHealth(): HealthWatch {
    const method = healthService.Watch;
    if (!method) throw new Error('unreachable: grpc.health.v1 has Watch');
    return this.#client.makeServerStreamRequest<object, { readonly status: string }>(
      watchPath,
      method.requestSerialize,
      method.responseDeserialize as (bytes: Buffer) => { readonly status: string },
      { service: workerServiceName },
    );
  }

  /** Gives the connection up and makes a new one. Calls on the old one go on for as long as it lives. */
  reconnect(): void {
    this.#client.close();
    this.#client = this.#connect();
  }

  close(): void {
    this.#client.close();
  }

  #connect(): Client {
    const { target, serverName } = this.address;
    return new Client(target, channelCredentials(this.#tls), {
      'grpc.keepalive_time_ms': keepaliveMs,
      // No retries in gRPC: the caller keeps the audio and sends it again, perhaps to another worker.
      'grpc.enable_retries': 0,
      'grpc.per_rpc_retry_buffer_size': sendBufferBytes,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.min_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 2_000,
      'grpc.max_receive_message_length': maxReceivedBytes,
      'grpc.max_send_message_length': maxSentBytes,
      // Each client has connections of its own, so that `reconnect` affects no other.
      'grpc.use_local_subchannel_pool': 1,
      ...(this.#tls && serverName
        ? {
            'grpc.ssl_target_name_override': serverName,
            'grpc.default_authority': serverName,
          }
        : {}),
    });
  }

  #unary<Request, Response>(
    method: {
      readonly path: string;
      readonly requestSerialize: (request: Request) => Buffer;
      readonly responseDeserialize: (bytes: Buffer) => Response;
    },
    request: Request,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const abort = (): void => call.cancel();
      const call = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        new Metadata(),
        { deadline: Date.now() + timeoutMs },
        (error: ServiceError | null, response?: Response) => {
          signal?.removeEventListener('abort', abort);
          if (response !== undefined) resolve(response);
          else reject(error ?? new Error('unreachable: neither error nor response'));
        },
      );
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
    });
  }
}

function channelCredentials(tls: WorkerTls | null): ChannelCredentials {
  return tls === null ? credentials.createInsecure() : credentials.createSsl(tls.ca, tls.key, tls.cert);
}
