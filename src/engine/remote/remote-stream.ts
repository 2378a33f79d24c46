import type { ServiceError } from '@grpc/grpc-js';
import type { Clock } from '../../clock.ts';
import type { EngineError } from '../errors.ts';
import { EventQueue } from '../event-queue.ts';
import { maxStreamSamples } from '../limits.ts';
import type { EngineEvent, EngineStream, StreamOptions } from '../types.ts';
import {
  errorFromStatus,
  isConnectionLost,
  WorkerCrashError,
  WorkerTimeoutError,
  WorkerUnavailableError,
} from './errors.ts';
import { Finals } from './finals.ts';
import { toFirstFrame, toTranscript } from './mapping.ts';
import { Outbox, type OutgoingFrame } from './outbox.ts';
import type { RemoteWorker, WorkerJob } from './remote-worker.ts';
import { SpeechRecord } from './speech-record.ts';
import type { AudioFrameInit, TranscriptEvent } from './wire.ts';
import type { TranscribeCall } from './worker-client.ts';

export interface StreamTiming {
  /** How long to wait for a worker that takes work. */
  readonly availableMs: number;
  /** How long sent audio may wait for the worker to read it. */
  readonly stallMs: number;
  /** After the flush: how long the final, or another event before it, may take. */
  readonly finalMs: number;
}

export const defaultStreamTiming: StreamTiming = { availableMs: 5_000, stallMs: 5_000, finalMs: 10_000 };

/** Where a stream gets its worker from. */
export interface StreamRoute {
  /** Calls `take` now or later with the worker for the stream. @returns a function that withdraws the request. */
  whenAvailable(take: (worker: RemoteWorker) => void): () => void;
}

/**
 * One utterance decoded by a worker: see `EngineStream`. Each utterance is one gRPC stream, so that it alone is timed,
 * fails, is replayed, and goes to the least loaded worker. On an open connection that costs no round trip: audio leaves
 * with the headers. Audio waits until there is a worker.
 */
export class RemoteStream implements EngineStream, WorkerJob {
  readonly #id: string;
  readonly #options: StreamOptions;
  readonly #clock: Clock;
  readonly #timing: StreamTiming;
  readonly #onEnd: () => void;
  readonly #outbox = new Outbox(maxStreamSamples);
  readonly #finals = new Finals();
  readonly #record: SpeechRecord;
  readonly #queue = new EventQueue<EngineEvent>(
    (previous, next) => previous.type === 'partial' && next.type === 'partial',
  );
  #state: 'open' | 'flushing' | 'ended' = 'open';
  #worker: RemoteWorker | undefined;
  #call: TranscribeCall | undefined;
  #wasAnswered = false;
  #isFirstFrame = true;
  #isLastSent = false;
  #isBlocked = false;
  #willSend = false;
  #forgetWish: () => void = () => {};
  #finishJob: () => void = () => {};
  #cancelTimer: () => void = () => {};

  /** @param onEnd called once, when the stream needs nothing any more. */
  constructor(
    parts: {
      readonly id: string;
      readonly route: StreamRoute;
      readonly clock: Clock;
      readonly timing: StreamTiming;
    },
    options: StreamOptions,
    onEnd: () => void,
  ) {
    this.#id = parts.id;
    this.#options = options;
    this.#record = new SpeechRecord(options.earlier);
    this.#clock = parts.clock;
    this.#timing = parts.timing;
    this.#onEnd = onEnd;
    this.#arm(this.#timing.availableMs, () => new WorkerUnavailableError('no worker takes work'));
    this.#forgetWish = parts.route.whenAvailable((worker) => this.#begin(worker));
  }

  get events(): AsyncIterable<EngineEvent> {
    return this.#queue;
  }

  write(samples: Float32Array): void {
    if (this.#state !== 'open') return;
    this.#outbox.append(samples);
    this.#record.append(samples);
    this.#sendSoon();
  }

  anticipateFlush(): void {
    if (this.#state !== 'open' || this.#worker?.hasExtensions === false) return;
    this.#outbox.anticipateFlush();
    this.#sendSoon();
  }

  flush(): void {
    if (this.#state !== 'open') return;
    this.#state = 'flushing';
    this.#outbox.end();
    this.#sendSoon();
  }

  cancel(): void {
    if (this.#state === 'ended') return;
    this.#end();
    this.#discardCall();
    this.#queue.end({ discard: true });
  }

  abandon(error: WorkerTimeoutError): void {
    this.#fail(error);
  }

  #begin(worker: RemoteWorker): void {
    this.#worker = worker;
    this.#finishJob = worker.begin(this);
    this.#cancelTimer();
    const call = worker.openCall();
    this.#call = call;
    call.on('metadata', () => {
      this.#wasAnswered = true;
    });
    call.on('data', (event: TranscriptEvent) => this.#take(event));
    call.on('drain', () => {
      this.#isBlocked = false;
      if (!this.#isLastSent) this.#cancelTimer();
      this.#send();
    });
    call.on('error', (error: ServiceError) => this.#onCallError(worker, error));
    call.on('end', () => this.#onCallEnd(worker));
    this.#sendSoon();
  }

  // Audio written in the same turn of the event loop leaves in one message.
  #sendSoon(): void {
    if (this.#willSend || this.#isBlocked || !this.#call) return;
    this.#willSend = true;
    queueMicrotask(() => {
      this.#willSend = false;
      this.#send();
    });
  }

  #send(): void {
    const call = this.#call;
    if (!call || this.#state === 'ended') return;
    while (!this.#isBlocked) {
      const frame = this.#outbox.next();
      if (!frame) return;
      if (frame.data.length === 0 && !frame.isLast && !this.#worker?.hasExtensions) continue;
      this.#isBlocked = !call.write(this.#message(frame));
      if (frame.isLast) {
        this.#isLastSent = true;
        call.end();
        this.#armFinal();
        return;
      }
    }
    this.#arm(this.#timing.stallMs, () => this.#timeout('does not take audio'));
  }

  #message(frame: OutgoingFrame): AudioFrameInit {
    const first = this.#isFirstFrame ? { sessionId: this.#id, ...toFirstFrame(this.#firstOptions) } : {};
    this.#isFirstFrame = false;
    return {
      ...first,
      ...(frame.data.length === 0 ? {} : { data: frame.data }),
      ...(frame.anticipateFlush ? { anticipateFlush: true } : {}),
      ...(frame.isLast ? { isLast: true } : {}),
    };
  }

  get #firstOptions(): StreamOptions {
    return this.#worker?.hasExtensions ? this.#options : { ...this.#options, earlier: null };
  }

  #take(event: TranscriptEvent): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'flushing') this.#armFinal();
    if (event.eventType === 'final') this.#takeFinal(event);
    else if (event.eventType === 'partial' && this.#options.enablePartials) {
      this.#showPartial(event.text, event.committedText);
    }
  }

  #takeFinal(event: TranscriptEvent): void {
    this.#finals.add(toTranscript(event));
    // Our workers mark the last final; with others, the stream's end tells.
    if (event.endsStream) this.#finish(event.wholeText);
    else if (this.#options.enablePartials) this.#showPartial('', '');
  }

  #showPartial(text: string, committed: string): void {
    const shown = this.#finals.followedBy(text);
    if (shown === '') return;
    this.#queue.push({ type: 'partial', text: shown, committed: this.#finals.followedBy(committed) });
  }

  #onCallEnd(worker: RemoteWorker): void {
    if (this.#state === 'ended') return;
    if (this.#isLastSent) this.#finish('');
    else {
      this.#fail(new WorkerCrashError('the worker ended the stream early', { worker: worker.name }));
    }
  }

  #onCallError(worker: RemoteWorker, error: ServiceError): void {
    if (this.#state === 'ended') return;
    if (isConnectionLost(error)) worker.doubt('unreachable', error.details);
    this.#fail(errorFromStatus(error, worker.name, this.#wasAnswered));
  }

  #timeout(what: string): WorkerTimeoutError {
    this.#worker?.doubt('unknown', what);
    return new WorkerTimeoutError(`the worker ${what}`, { worker: this.#worker?.name });
  }

  #armFinal(): void {
    this.#arm(this.#timing.finalMs, () => this.#timeout('does not send the final'));
  }

  #arm(delayMs: number, makeError: () => EngineError): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.schedule(delayMs, () => this.#fail(makeError()));
  }

  /** @param wholeText see `TranscriptEvent`. */
  #finish(wholeText: string): void {
    const transcript = this.#finals.total(this.#options.language ?? '');
    const speech = this.#record.speechOf(wholeText, transcript.language);
    this.#queue.push({ type: 'final', transcript, speech });
    this.#queue.end();
    this.#end();
  }

  #fail(error: EngineError): void {
    if (this.#state === 'ended') return;
    this.#queue.push({ type: 'error', error });
    this.#queue.end();
    this.#end();
    this.#call?.cancel();
  }

  #end(): void {
    this.#state = 'ended';
    this.#cancelTimer();
    this.#forgetWish();
    this.#finishJob();
    this.#onEnd();
  }

  // HTTP/2 servers take many reset streams for an attack and close the connection. So where the worker understands
  // `discard`, the call ends with that instead of a reset.
  #discardCall(): void {
    const call = this.#call;
    if (!call) return;
    if (this.#isLastSent || this.#isBlocked || !this.#worker?.hasExtensions) {
      call.cancel();
    } else {
      call.write({ discard: true });
      call.end();
    }
  }
}
