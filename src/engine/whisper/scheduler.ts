import type { Clock } from '../../clock.ts';
import { deferred } from '../../deferred.ts';
import { messageOf } from '../../errors.ts';
import type { NativeDecodeRequest, NativeDecodeResult, NativeDecodeSlot } from '../../native.ts';
import type { DecodeObserver, MeasuredDecode } from '../../observability/instruments.ts';
import { EngineError } from '../errors.ts';
import { type DecodeKind, DecodeQueue, type QueuedDecode } from './decode-queue.ts';

/** The kinds that the metrics tell apart. */
const measuredAs: Readonly<Record<DecodeKind, MeasuredDecode>> = {
  final: 'final',
  anticipated: 'final',
  opening: 'partial',
  partial: 'partial',
  batch: 'batch',
};
/** Kinds of decodes that are aborted to make room for finals, in this order. */
const pushedAside: readonly DecodeKind[] = ['partial', 'opening'];

/** A decode that is asked for. */
export interface DecodeOrder {
  readonly kind: DecodeKind;
  /** Whose it is; undefined: a session of its own. Slots are shared fairly between sessions. */
  readonly session: string | undefined;
  /** Called right before each run, so that the request has the newest audio. */
  readonly makeRequest: () => NativeDecodeRequest;
}

/** A decode that waits or runs. */
export interface DecodeTicket {
  /** null when it was cancelled; rejects with EngineError when the decoder failed. */
  readonly result: Promise<NativeDecodeResult | null>;
  /** Makes a waiting decode more urgent. */
  promote(kind: DecodeKind): void;
  /** Takes it out of the queue or aborts it. Idempotent. */
  cancel(): void;
}

interface Job extends QueuedDecode {
  kind: DecodeKind;
  queuedAtMs: number;
  readonly makeRequest: () => NativeDecodeRequest;
  readonly settle: (result: NativeDecodeResult | null) => void;
  readonly fail: (error: EngineError) => void;
  /** Its index among the decodes that run together. */
  place: number;
  cancelled: boolean;
}

/** What runs on a slot. */
interface Run {
  readonly slot: NativeDecodeSlot;
  /** The decodes that are not over yet. */
  readonly jobs: Set<Job>;
  isPushedAside: boolean;
}

/**
 * Shares K decode slots between all streams, in the order of `DecodeQueue`. Finals never wait for partials: where every
 * slot is busy, the youngest decode of a partial is aborted ("pushed aside") for a final, and waits again in its old
 * place.
 *
 * A slot may decode several requests together: those of the same kind that wait already when it becomes free.
 */
export class DecodeScheduler {
  readonly #idle: NativeDecodeSlot[];
  readonly #slots: readonly NativeDecodeSlot[];
  readonly #clock: Clock;
  readonly #observer: DecodeObserver;
  readonly #maxBatch: number;
  readonly #queue = new DecodeQueue<Job>();
  readonly #runs = new Set<Run>();
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

  /** Queues a decode. */
  schedule(order: DecodeOrder): DecodeTicket {
    const { promise, resolve, reject } = deferred<NativeDecodeResult | null>();
    const job: Job = {
      ...order,
      order: this.#nextOrder++,
      queuedAtMs: this.#clock.nowMs(),
      settle: resolve,
      fail: reject,
      round: undefined,
      place: 0,
      cancelled: false,
    };
    if (this.#closed) {
      job.settle(null);
    } else {
      this.#queue.add(job);
      this.#dispatch();
    }
    return {
      result: promise,
      promote: (urgent) => this.#promote(job, urgent),
      cancel: () => this.#cancel(job),
    };
  }

  /** Cancels everything and closes the slots. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const job of [...this.#queue.clear(), ...this.#running()]) this.#cancel(job);
    this.#observer.queueDepth(0);
    for (const slot of this.#slots) slot.close();
  }

  #promote(job: Job, kind: DecodeKind): void {
    const isWaiting = this.#queue.remove(job);
    job.kind = kind;
    if (!isWaiting) return;
    job.round = undefined;
    this.#queue.add(job);
    this.#dispatch();
  }

  #cancel(job: Job): void {
    if (job.cancelled) return;
    job.cancelled = true;
    const run = [...this.#runs].find(({ jobs }) => jobs.has(job));
    // Only a running decode is aborted: after it has ended, its place may belong to another one.
    if (run) run.slot.abort(job.place);
    else {
      this.#queue.remove(job);
      this.#observer.queueDepth(this.#queue.length);
      job.settle(null);
    }
  }

  #dispatch(): void {
    if (this.#closed) return;
    for (let slot = this.#idle.pop(); slot; slot = this.#idle.pop()) {
      const jobs = this.#queue.take(this.#running(), (kind) => this.#mostTogether(kind));
      if (jobs.length === 0) {
        this.#idle.push(slot);
        break;
      }
      void this.#run(jobs, slot);
    }
    if (this.#idle.length === 0) this.#makeRoomForFinals();
    this.#observer.queueDepth(this.#queue.length);
  }

  *#running(): Iterable<Job> {
    for (const { jobs } of this.#runs) yield* jobs;
  }

  /** How many of a kind may start together now. */
  #mostTogether(kind: DecodeKind): number {
    if (kind !== 'batch') return this.#maxBatch;
    // Batch work leaves a slot to live speech, where there is more than one.
    const busy = [...this.#runs].filter(({ jobs }) => [...jobs].some((job) => job.kind === 'batch'));
    if (busy.length >= Math.max(1, this.#slots.length - 1)) return 0;
    // On the only slot, live speech would wait for the whole batch.
    return this.#slots.length === 1 ? 1 : this.#maxBatch;
  }

  /** Aborts decodes for the waiting finals; slots that are about to be free count as free. */
  #makeRoomForFinals(): void {
    const needed = Math.ceil(this.#queue.urgentFinals(this.#running()) / this.#maxBatch);
    if (needed === 0) return;
    const [ending, going] = partition([...this.#runs], isEnding);
    const victims = pushedAside.flatMap((kind) =>
      going
        .filter(({ jobs }) => [...jobs].every((job) => job.kind === kind))
        .sort((a, b) => youngest(b) - youngest(a)),
    );
    for (const run of victims.slice(0, Math.max(0, needed - ending.length))) {
      run.isPushedAside = true;
      run.slot.abort();
    }
  }

  async #run(jobs: readonly Job[], slot: NativeDecodeSlot): Promise<void> {
    const startedAtMs = this.#clock.nowMs();
    const run: Run = { slot, jobs: new Set(jobs), isPushedAside: false };
    this.#runs.add(run);
    this.#observer.batchStarted(jobs.length);
    for (const job of jobs) {
      this.#observer.decodeStarted(measuredAs[job.kind], startedAtMs - job.queuedAtMs);
    }
    const decodes = [...decodeTogether(jobs, slot)];
    await Promise.all(decodes.map(([job, decode]) => this.#settle(job, run, decode, startedAtMs)));
    this.#runs.delete(run);
    this.#idle.push(slot);
    this.#dispatch();
  }

  async #settle(job: Job, run: Run, decode: Promise<NativeDecodeResult>, startedAtMs: number): Promise<void> {
    let outcome: 'done' | 'aborted' | 'failed' = 'failed';
    try {
      const result = await decode;
      outcome = result.outcome;
      if (outcome === 'aborted' && run.isPushedAside && !job.cancelled) this.#waitAgain(job);
      else job.settle(outcome === 'aborted' || job.cancelled ? null : result);
    } catch (cause) {
      const message = messageOf(cause);
      job.fail(new EngineError('internal_error', `decode failed: ${message}`, { recoverable: false, cause }));
    }
    this.#observer.decodeEnded(measuredAs[job.kind], outcome, this.#clock.nowMs() - startedAtMs);
    run.jobs.delete(job);
  }

  #waitAgain(job: Job): void {
    job.queuedAtMs = this.#clock.nowMs();
    this.#queue.add(job);
  }
}

/** Whether all decodes of a run are being aborted already. */
function isEnding({ jobs, isPushedAside }: Run): boolean {
  return isPushedAside || [...jobs].every((job) => job.cancelled);
}

function youngest({ jobs }: Run): number {
  return Math.max(...[...jobs].map(({ order }) => order));
}

function partition<Item>(
  items: readonly Item[],
  isFirst: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
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
