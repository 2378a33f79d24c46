import type { Clock } from '../../clock.ts';
import { deferred } from '../../deferred.ts';
import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot } from '../../native.ts';
import type { DecodeObserver, MeasuredDecode } from '../../observability/instruments.ts';
import { EngineError } from '../errors.ts';

/**
 * What a decode is for, the most urgent first. `opening`: an utterance's first text. `anticipated`: a final that
 * may turn out to be needed. `partial`: more of a text that is already shown.
 */
export const decodeKinds = ['final', 'opening', 'anticipated', 'batch', 'partial'] as const;
export type DecodeKind = (typeof decodeKinds)[number];

/** The kinds that the metrics tell apart. */
const measuredAs: Readonly<Record<DecodeKind, MeasuredDecode>> = {
  final: 'final',
  anticipated: 'final',
  opening: 'partial',
  partial: 'partial',
  batch: 'batch',
};

/** A decode that waits or runs. */
export interface DecodeTicket {
  /** null when it was cancelled or pushed aside; rejects with EngineError when the decoder failed. */
  readonly result: Promise<NativeDecodeResult | null>;
  /** Makes a waiting decode more urgent. */
  promote(kind: DecodeKind): void;
  /** Takes it out of the queue or aborts it. Idempotent. */
  cancel(): void;
}

interface Job {
  kind: DecodeKind;
  readonly order: number;
  readonly queuedAtMs: number;
  readonly makeRequest: () => NativeDecodeRequest;
  readonly settle: (result: NativeDecodeResult | null) => void;
  readonly fail: (error: EngineError) => void;
  /** Where it runs, and as which of those that run there together. */
  slot: NativeDecodeSlot | undefined;
  place: number;
  cancelled: boolean;
}

/**
 * Shares K decode slots between all streams. The most urgent kind goes first, the oldest first within a kind.
 * A request is built only when its turn comes, so it always carries the newest audio. Finals never wait
 * behind partials: when every slot is busy, a running partial is aborted for a final.
 *
 * A slot may decode several together. Nobody waits for company: it takes those of the most urgent one's kind that
 * wait already.
 */
export class DecodeScheduler {
  readonly #idle: NativeDecodeSlot[];
  readonly #slots: readonly NativeDecodeSlot[];
  readonly #clock: Clock;
  readonly #observer: DecodeObserver;
  readonly #maxBatch: number;
  /** In order. */
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Job>();
  #nextOrder = 0;
  #closed = false;

  /**
   * @param slots owned by the scheduler from now on: closed by `close()`.
   * @param maxBatch how many decodes a slot does together.
   */
  constructor(slots: readonly NativeDecodeSlot[], clock: Clock, observer: DecodeObserver, maxBatch = 1) {
    this.#slots = slots;
    this.#idle = [...slots];
    this.#clock = clock;
    this.#observer = observer;
    this.#maxBatch = maxBatch;
  }

  /** Queues a decode. `makeRequest` is called at most once, right before it runs. */
  schedule(kind: DecodeKind, makeRequest: () => NativeDecodeRequest): DecodeTicket {
    const { promise, resolve, reject } = deferred<NativeDecodeResult | null>();
    const job: Job = {
      kind,
      order: this.#nextOrder++,
      queuedAtMs: this.#clock.nowMs(),
      makeRequest,
      settle: resolve,
      fail: reject,
      slot: undefined,
      place: 0,
      cancelled: false,
    };
    if (this.#closed) {
      job.settle(null);
    } else {
      this.#waiting.push(job);
      this.#dispatch();
    }
    return {
      result: promise,
      promote: (urgent) => {
        job.kind = urgent;
        this.#dispatch();
      },
      cancel: () => this.#cancel(job),
    };
  }

  /** Cancels everything and closes the slots. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const job of [...this.#waiting, ...this.#running]) this.#cancel(job);
    for (const slot of this.#slots) slot.close();
  }

  #cancel(job: Job): void {
    if (job.cancelled) return;
    job.cancelled = true;
    const index = this.#waiting.indexOf(job);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      this.#observer.queueDepth(this.#waiting.length);
      job.settle(null);
    } else if (this.#running.has(job)) {
      // A decode that is over has given its place back: what runs there by now is another's.
      job.slot?.abort(job.place);
    }
  }

  #dispatch(): void {
    for (let next = this.#mostUrgent(); next !== undefined; next = this.#mostUrgent()) {
      const slot = this.#idle.pop();
      if (slot === undefined) {
        if (next.kind === 'final') this.#preemptPartial();
        break;
      }
      void this.#run(this.#takeWaiting(next.kind), slot);
    }
    this.#observer.queueDepth(this.#waiting.length);
  }

  /** Of the decodes that may start as soon as a slot is idle. */
  #mostUrgent(): Job | undefined {
    let best: Job | undefined;
    const mayBatch = this.#mayBatchStart();
    for (const job of this.#waiting) {
      if (job.kind === 'batch' && !mayBatch) continue;
      if (best === undefined || isMoreUrgent(job, best)) best = job;
    }
    return best;
  }

  // Batch work leaves a slot to live speech, where there is more than one.
  #mayBatchStart(): boolean {
    const busy = new Set<NativeDecodeSlot | undefined>();
    for (const job of this.#running) if (job.kind === 'batch') busy.add(job.slot);
    return busy.size < Math.max(1, this.#slots.length - 1);
  }

  /** The oldest of a kind, as many as go together. */
  #takeWaiting(kind: DecodeKind): readonly Job[] {
    // Live speech would wait for all of it on the only slot.
    const most = kind === 'batch' && this.#slots.length === 1 ? 1 : this.#maxBatch;
    const jobs = this.#waiting.filter((job) => job.kind === kind).slice(0, most);
    for (const job of jobs) this.#waiting.splice(this.#waiting.indexOf(job), 1);
    return jobs;
  }

  #preemptPartial(): void {
    let victim: Job | undefined;
    for (const job of this.#running) {
      if (job.kind === 'partial' && (victim === undefined || job.order > victim.order)) victim = job;
    }
    victim?.slot?.abort();
  }

  async #run(jobs: readonly Job[], slot: NativeDecodeSlot): Promise<void> {
    const startedAtMs = this.#clock.nowMs();
    this.#observer.batchStarted(jobs.length);
    for (const job of jobs) {
      job.slot = slot;
      this.#running.add(job);
      this.#observer.decodeStarted(measuredAs[job.kind], startedAtMs - job.queuedAtMs);
    }
    const decodes = [...decodeTogether(jobs, slot)];
    await Promise.all(decodes.map(([job, decode]) => this.#settle(job, decode, startedAtMs)));
    if (this.#closed) return;
    this.#idle.push(slot);
    this.#dispatch();
  }

  async #settle(job: Job, decode: Promise<NativeDecodeResult>, startedAtMs: number): Promise<void> {
    let outcome: 'done' | 'aborted' | 'failed' = 'failed';
    try {
      const result = await decode;
      outcome = result.outcome;
      job.settle(result.outcome === 'aborted' || job.cancelled ? null : result);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      job.fail(new EngineError('internal_error', `decode failed: ${message}`, { recoverable: false, cause }));
    }
    this.#observer.decodeEnded(measuredAs[job.kind], outcome, this.#clock.nowMs() - startedAtMs);
    this.#running.delete(job);
  }
}

/** Hands jobs to a slot. One whose request cannot be built fails alone. */
function decodeTogether(
  jobs: readonly Job[],
  slot: NativeDecodeSlot,
): ReadonlyMap<Job, Promise<NativeDecodeResult>> {
  const decodes = new Map<Job, Promise<NativeDecodeResult>>();
  const requests = new Map<Job, NativeDecodeRequest>();
  for (const job of jobs) {
    job.place = requests.size;
    try {
      requests.set(job, job.makeRequest());
    } catch (cause) {
      decodes.set(job, Promise.reject(cause));
    }
  }
  if (requests.size === 0) return decodes;
  const asked = [...requests.keys()];
  try {
    for (const [place, decode] of slot.decode([...requests.values()]).entries()) {
      const job = asked[place];
      if (job) decodes.set(job, decode);
    }
  } catch (cause) {
    for (const job of asked) decodes.set(job, Promise.reject(cause));
  }
  return decodes;
}

function isMoreUrgent(a: Job, b: Job): boolean {
  if (a.kind !== b.kind) return decodeKinds.indexOf(a.kind) < decodeKinds.indexOf(b.kind);
  return a.order < b.order;
}
