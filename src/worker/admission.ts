import {
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { Clock } from '../clock.ts';
import { Gate } from '../engine/remote/gate.ts';
import { loadWorkerService, type TranscribeFileRequest } from '../engine/remote/wire.ts';
import type { WorkerLimits } from './limits.ts';

type Kind = 'recording' | 'stream' | 'other';

/**
 * Decides about calls before any of their messages is read: too many are refused, recordings are received a few at a
 * time, and requests that do not arrive in time end. What a stream sends, and when, is checked by `StreamCall`.
 */
export class Admission {
  readonly #limits: WorkerLimits;
  readonly #clock: Clock;
  readonly #kinds: ReadonlyMap<string, Kind>;
  readonly #arriving: Gate;
  readonly #held: Gate;
  #calls = 0;
  #others = 0;

  constructor(limits: WorkerLimits, clock: Clock) {
    const { TranscribeFile, TranscribeStream } = loadWorkerService();
    this.#limits = limits;
    this.#clock = clock;
    this.#kinds = new Map<string, Kind>([
      [TranscribeFile.path, 'recording'],
      [TranscribeStream.path, 'stream'],
    ]);
    this.#arriving = new Gate(() => limits.arrivingRecordings);
    this.#held = new Gate(() => limits.recordingBytes);
  }

  /** For a gRPC server. */
  get interceptor(): ServerInterceptor {
    return ({ path }, call) => this.#watch(call, this.#kinds.get(path) ?? 'other');
  }

  #watch(call: ServerInterceptingCallInterface, kind: Kind): ServerInterceptingCall {
    const over = new AbortController();
    let cancelTimer: () => void = () => {};
    let isIn = false;
    const leaves: (() => void)[] = [];
    const expectRest = (): void => {
      cancelTimer = this.#clock.schedule(this.#limits.arrivalMs, () =>
        call.sendStatus({ code: status.DEADLINE_EXCEEDED, details: 'the request did not arrive in time' }),
      );
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        isIn = this.#enter(kind);
        if (!isIn) {
          call.sendStatus({ code: status.RESOURCE_EXHAUSTED, details: 'the worker has too many calls' });
        } else if (kind !== 'recording') {
          if (kind === 'other') expectRest();
          next(metadata);
        } else {
          whenIn(this.#arriving.enter(over.signal), over.signal, (leave) => {
            leaves.push(leave);
            expectRest();
            next(metadata);
          });
        }
      })
      .withOnReceiveMessage((message: unknown, next) => {
        if (kind !== 'recording') {
          next(message);
          return;
        }
        cancelTimer();
        const { audioData } = message as TranscribeFileRequest;
        whenIn(this.#held.enter(over.signal, audioData.byteLength), over.signal, (leave) => {
          for (const leaveArrivals of leaves.splice(0)) leaveArrivals();
          leaves.push(leave);
          expectRest();
          next(message);
        });
      })
      .withOnReceiveHalfClose((next) => {
        cancelTimer();
        next();
      })
      // Called at the end of every call that has begun, however it ends.
      .withOnCancel(() => {
        cancelTimer();
        over.abort();
        for (const leave of leaves.splice(0)) leave();
        if (isIn) this.#leave(kind);
      })
      .build();
    return new ServerInterceptingCall(
      call,
      new ResponderBuilder().withStart((next) => next(listener)).build(),
    );
  }

  #enter(kind: Kind): boolean {
    const inside = kind === 'other' ? this.#others : this.#calls;
    if (inside >= this.#limits.calls) return false;
    if (kind === 'other') this.#others++;
    else this.#calls++;
    return true;
  }

  #leave(kind: Kind): void {
    if (kind === 'other') this.#others--;
    else this.#calls--;
  }
}

/** Calls `go` when the turn comes; a call that has ended by then leaves at once. */
function whenIn(turn: Promise<() => void>, gone: AbortSignal, go: (leave: () => void) => void): void {
  turn.then(
    (leave) => (gone.aborted ? leave() : go(leave)),
    () => {},
  );
}
