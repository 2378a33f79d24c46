import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
// The types of `proto/stt_worker.proto`, written by `npm run generate`: NAME is a message as it is received, with
// defaults for absent fields; NAMEInit is a message to send.
import type { STTWorkerDefinition } from './generated/theo/stt/STTWorker.ts';

export type { AudioFrame, AudioFrameInit } from './generated/theo/stt/AudioFrame.ts';
export type { HealthResponse, HealthResponseInit } from './generated/theo/stt/HealthResponse.ts';
export type { Segment, SegmentInit } from './generated/theo/stt/Segment.ts';
export type { STTWorkerDefinition, STTWorkerHandlers } from './generated/theo/stt/STTWorker.ts';
export type {
  TranscribeFileRequest,
  TranscribeFileRequestInit,
} from './generated/theo/stt/TranscribeFileRequest.ts';
export type {
  TranscribeFileResponse,
  TranscribeFileResponseInit,
} from './generated/theo/stt/TranscribeFileResponse.ts';
export type { TranscriptEvent, TranscriptEventInit } from './generated/theo/stt/TranscriptEvent.ts';
export type { Word, WordInit } from './generated/theo/stt/Word.ts';

/** The protocol's description; it ships with the package. */
const protoPath: string = fileURLToPath(new URL('../../../proto/stt_worker.proto', import.meta.url));

/** Name of the service, also for `grpc.health.v1`. */
export const workerServiceName = 'theo.stt.STTWorker';

/** Reads the service's methods from the protocol's description. */
export function loadWorkerService(): STTWorkerDefinition {
  // As in `npm run generate`, whose types depend on it.
  const options = { longs: Number, enums: String, defaults: true, oneofs: true };
  return loadSync(protoPath, options)[workerServiceName] as unknown as STTWorkerDefinition;
}

/** Keys of `HealthResponse.metadata` that our workers fill in. */
export const healthKeys = {
  /** The version of the fields from number 100 up; absent where the worker does not know them. */
  extensions: 'extensions',
  /** Decodes that run at the same time. */
  decodeSlots: 'decode_slots',
  /** Streams and requests that are served now. */
  activeCalls: 'active_calls',
  device: 'device',
  /** ISO 639-1 codes with commas between them; absent where the model's manifest does not list any. */
  languages: 'languages',
  /** What the model can do on the worker's machine, as `Capacity` has it; absent where it was not measured. */
  firstTextMs: 'first_text_ms',
  peopleAtOnce: 'people_at_once',
  partialMs: 'partial_ms',
  secondsPerFileSecond: 'seconds_per_file_second',
  version: 'version',
  /** "loading", "serving" or "draining" */
  state: 'state',
} as const;

/** Version of the fields from number 100 up. */
export const extensionsVersion = '1';

/** Keys of trailing metadata with which our workers send an engine's error. */
export const trailerKeys = { code: 'theo-error-code', recoverable: 'theo-error-recoverable' } as const;
