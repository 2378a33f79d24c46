import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import {
  type AudioFrame,
  loadWorkerService,
  type TranscribeFileRequest,
  type TranscriptEventInit,
} from '#theo/engine/remote/wire.js';

// A worker of the original runtime: it knows the fields below 100 only, has no grpc.health.v1, tells a model's size for
// its name, sends a final for every few seconds of audio, and in it no language and a mean log-probability for the
// confidence. It drops the audio of a frame that carries `is_last`, and sends no headers before its first event.

export type OriginalCall = ServerDuplexStream<AudioFrame, TranscriptEventInit>;

/** Leaves as bytes that are no message. */
export const garbage = {};

const bytesPerSample = 2;
const samplesPerFinal = 5 * 16_000;

export interface OriginalBehaviour {
  /** What becomes of a stream; by default it is heard. */
  readonly transcribeStream?: (call: OriginalCall) => void;
  readonly status?: () => string;
  readonly model?: string;
  /** How many of the first recordings it fails on. */
  readonly failures?: number;
}

export class OriginalWorker {
  readonly address: string;
  /** The frames of all streams. */
  readonly frames: readonly AudioFrame[];
  readonly files: readonly TranscribeFileRequest[];
  readonly #server: Server;

  private constructor(
    server: Server,
    port: number,
    frames: readonly AudioFrame[],
    files: readonly TranscribeFileRequest[],
  ) {
    this.#server = server;
    this.address = `127.0.0.1:${port}`;
    this.frames = frames;
    this.files = files;
  }

  static async start(behaviour: OriginalBehaviour = {}): Promise<OriginalWorker> {
    const {
      transcribeStream = hear,
      status: healthStatus = () => 'ok',
      model = 'tiny',
      failures = 0,
    } = behaviour;
    const frames: AudioFrame[] = [];
    const files: TranscribeFileRequest[] = [];
    const server = new Server();
    const service = loadWorkerService();
    const { responseSerialize, requestDeserialize } = service.TranscribeStream;
    const stream: typeof service.TranscribeStream = {
      ...service.TranscribeStream,
      requestDeserialize: (bytes) => {
        const frame = requestDeserialize(bytes);
        frames.push(frame);
        return frame;
      },
      responseSerialize: (event) =>
        event === garbage ? Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07]) : responseSerialize(event),
    };
    server.addService(
      { ...service, TranscribeStream: stream },
      {
        TranscribeStream: transcribeStream,
        TranscribeFile: (call: { request: TranscribeFileRequest }, callback: sendUnaryData<object>) => {
          files.push(call.request);
          if (files.length <= failures) {
            callback({ code: status.INTERNAL, details: 'out of memory' });
            return;
          }
          callback(null, {
            text: 'a whole file',
            segments: [{ text: 'a whole file', avgLogprob: Math.log(0.5) }],
          });
        },
        Cancel: (_call: unknown, callback: sendUnaryData<object>) => callback(null, { acknowledged: false }),
        Health: (_call: unknown, callback: sendUnaryData<object>) =>
          callback(null, { status: healthStatus(), modelName: model, engine: 'faster-whisper' }),
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return new OriginalWorker(server, port, frames, files);
  }

  /** Drops every connection. */
  die(): void {
    this.#server.forceShutdown();
  }
}

/** Answers with finals that name how many samples they are about. */
export function hear(call: OriginalCall): void {
  let samples = 0;
  const final = (): void => {
    call.write({ eventType: 'final', text: `${samples} samples`, confidence: Math.log(0.8) });
    samples = 0;
  };
  const end = (): void => {
    if (samples > 0) final();
    call.end();
  };
  call.on('data', (frame: AudioFrame) => {
    if (frame.isLast) {
      end();
      return;
    }
    samples += frame.data.length / bytesPerSample;
    if (samples >= samplesPerFinal) final();
  });
}
