import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';

/** The protocol's description; it ships with the package. */
const protoPath: string = fileURLToPath(new URL('../../../proto/stt_worker.proto', import.meta.url));

// The messages of `proto/stt_worker.proto` as they are received: absent fields have their default.

export interface AudioFrame {
  readonly sessionId: string;
  /** PCM s16le; a view of the received buffer, at any offset. */
  readonly data: Uint8Array;
  readonly isLast: boolean;
  readonly initialPrompt: string;
  readonly hotWords: readonly string[];
  readonly language: string;
  readonly anticipateFlush: boolean;
  readonly leadInSamples: number;
  readonly suppressPartials: boolean;
  readonly discard: boolean;
  readonly singleUtterance: boolean;
}

export interface WireWord {
  readonly word: string;
  /** Seconds. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  readonly probability: number;
}

export interface TranscriptEvent {
  readonly sessionId: string;
  /** "partial" or "final" */
  readonly eventType: string;
  readonly text: string;
  readonly segmentId: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly language: string;
  readonly confidence: number;
  readonly words: readonly WireWord[];
  readonly committedText: string;
  readonly endsStream: boolean;
}

export interface TranscribeFileRequest {
  readonly requestId: string;
  /** PCM s16le at 16 kHz, mono; bare or as a WAV file. */
  readonly audioData: Uint8Array;
  readonly language: string;
  readonly responseFormat: string;
  readonly temperature: number;
  readonly timestampGranularities: readonly string[];
  readonly initialPrompt: string;
  readonly hotWords: readonly string[];
  /** "transcribe" or "translate" */
  readonly task: string;
}

export interface WireSegment {
  readonly id: number;
  /** Seconds. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  readonly text: string;
  readonly avgLogprob: number;
  readonly noSpeechProb: number;
  readonly compressionRatio: number;
}

export interface TranscribeFileResponse {
  readonly text: string;
  readonly language: string;
  /** Seconds. */
  readonly duration: number;
  readonly segments: readonly Partial<WireSegment>[];
  readonly words: readonly WireWord[];
  readonly confidence: number;
}

export interface CancelRequest {
  readonly requestId: string;
  readonly sessionId: string;
}

export interface CancelResponse {
  readonly acknowledged: boolean;
}

export interface HealthResponse {
  /** "ok", "loading" or "error" */
  readonly status: string;
  readonly modelName: string;
  readonly engine: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One method of the service; what is sent may leave fields out. */
export interface WireMethod<Request, Response> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (request: Partial<Request>) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (response: Partial<Response>) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** The service `theo.stt.STTWorker`. */
export interface WorkerService {
  readonly TranscribeFile: WireMethod<TranscribeFileRequest, TranscribeFileResponse>;
  readonly TranscribeStream: WireMethod<AudioFrame, TranscriptEvent>;
  readonly Cancel: WireMethod<CancelRequest, CancelResponse>;
  readonly Health: WireMethod<object, HealthResponse>;
}

/** Name of the service, also for `grpc.health.v1`. */
export const workerServiceName = 'theo.stt.STTWorker';

/** Reads the service's methods from the protocol's description. */
export function loadWorkerService(): WorkerService {
  const definition = loadSync(protoPath, {
    keepCase: false,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  // The one place where the description becomes types: the interfaces above mirror the file.
  return definition[workerServiceName] as unknown as WorkerService;
}

/** Keys of `HealthResponse.metadata` that our workers fill in. */
export const healthKeys = {
  /** Present, with the version of the fields from number 100 up, where the worker knows them. */
  extensions: 'extensions',
  /** Decodes that run at the same time. */
  decodeSlots: 'decode_slots',
  /** Streams and requests that are served now. */
  activeCalls: 'active_calls',
  device: 'device',
  version: 'version',
  /** "loading", "serving" or "draining" */
  state: 'state',
} as const;

/** Version of the fields from number 100 up. */
export const extensionsVersion = '1';

/** Keys of trailing metadata that say what an engine's error was. */
export const trailerKeys = { code: 'theo-error-code', recoverable: 'theo-error-recoverable' } as const;
