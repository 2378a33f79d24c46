import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DecodeObserver, SessionMetrics } from './instruments.ts';

const ttfbBuckets = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 0.75, 1, 2, 5];
const batchBuckets = [1, 2, 4, 8, 16, 32, 64];
const decodeBuckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const waitBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const durationBuckets = [1, 5, 15, 60, 300, 900, 3600];
const confidenceBuckets = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** What the metrics tell of a worker. */
export interface ObservedWorker {
  readonly address: string;
  /** null until it has said. */
  readonly model: string | null;
  readonly state: string;
  readonly activeCalls: number;
}

/** What the metrics tell of the connections. */
export interface ObservedConnections {
  readonly open: number;
  /** Since the start. */
  readonly refused: number;
}

/** All of the process' Prometheus metrics, in a registry of their own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly session: SessionMetrics;
  readonly decodes: DecodeObserver;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.session = sessionMetrics(this.#registry);
    this.decodes = decodeMetrics(this.#registry);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Shows workers as gauges. @param read asked at every rendering. */
  observeWorkers(read: () => readonly ObservedWorker[]): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'theo_worker_up',
      help: '1 for a worker that takes work',
      labelNames: ['worker', 'model'],
      registers,
      collect() {
        this.reset();
        for (const { address, model, state } of read()) {
          this.set({ worker: address, model: model ?? '' }, state === 'serving' ? 1 : 0);
        }
      },
    });
    new Gauge({
      name: 'theo_worker_active_calls',
      help: 'Streams and requests of this server on a worker',
      labelNames: ['worker'],
      registers,
      collect() {
        this.reset();
        for (const { address, activeCalls } of read()) this.set({ worker: address }, activeCalls);
      },
    });
  }

  /** Shows the connections. @param connections read at every rendering. */
  observeConnections(connections: ObservedConnections): void {
    new Gauge({
      name: 'theo_connections_open',
      help: 'Connections of clients, with a session or without',
      registers: [this.#registry],
      collect() {
        this.set(connections.open);
      },
    });
    this.#count(
      'theo_connections_refused_total',
      'Connections closed at once for want of open files',
      () => connections.refused,
    );
  }

  /** Shows how often worker processes had to be started again. @param read asked at every rendering. */
  observeRestarts(read: () => number): void {
    this.#count('theo_worker_restarts_total', 'Starts of worker processes after their first', read);
  }

  /** Shows how many lines of the log were lost. @param read asked at every rendering. */
  observeLogLinesLost(read: () => number): void {
    this.#count(
      'theo_log_lines_lost_total',
      'Log lines that a full disk or a reader that stalls or has gone did not take',
      read,
    );
  }

  /** The Prometheus text format. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A counter of something that counts itself. @param read asked at every rendering. */
  #count(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

function sessionMetrics(registry: Registry): SessionMetrics {
  const registers = [registry];
  const ttfb = new Histogram({
    name: 'theo_stt_ttfb_seconds',
    help: 'First speech audio received to first partial sent',
    buckets: ttfbBuckets,
    registers,
  });
  const finalDelay = new Histogram({
    name: 'theo_stt_final_delay_seconds',
    help: 'End of speech to final sent',
    buckets: ttfbBuckets,
    registers,
  });
  const active = new Gauge({ name: 'theo_stt_active_sessions', help: 'Sessions that are open', registers });
  const vadEvents = new Counter({
    name: 'theo_stt_vad_events_total',
    help: 'Voice activity events sent',
    labelNames: ['event_type'],
    registers,
  });
  const duration = new Histogram({
    name: 'theo_stt_session_duration_seconds',
    help: 'How long sessions were open',
    buckets: durationBuckets,
    registers,
  });
  const confidence = new Histogram({
    name: 'theo_stt_confidence_avg',
    help: 'Confidence of finals',
    buckets: confidenceBuckets,
    registers,
  });
  const audioSeconds = new Counter({
    name: 'theo_stt_audio_seconds_total',
    help: 'Audio received, by what became of it',
    labelNames: ['outcome'],
    registers,
  });
  const frames = new Counter({
    name: 'theo_stt_frames_total',
    help: 'Hops of 32 ms, by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const vadFrames = new Counter({
    name: 'theo_stt_vad_frames_total',
    help: 'Hops of 32 ms by who judged them',
    labelNames: ['path'],
    registers,
  });
  const recoveries = new Counter({
    name: 'theo_stt_worker_recoveries_total',
    help: 'Utterances whose engine failed',
    labelNames: ['result'],
    registers,
  });
  // Series that are there from the start can be added up and alerted on before anything happens.
  for (const event_type of ['speech_start', 'speech_end']) vadEvents.inc({ event_type }, 0);
  for (const counter of [audioSeconds, frames]) {
    for (const outcome of ['processed', 'dropped']) counter.inc({ outcome }, 0);
  }
  for (const path of ['prefilter', 'silero']) vadFrames.inc({ path }, 0);
  for (const result of ['replayed', 'lost']) recoveries.inc({ result }, 0);
  const prefiltered = vadFrames.labels('prefilter');
  const classified = vadFrames.labels('silero');
  const secondsPerHop = 0.032;
  return {
    vad: {
      prefiltered: { increment: () => prefiltered.inc() },
      classified: { increment: () => classified.inc() },
    },
    opened: () => active.inc(),
    closed: (seconds) => {
      active.dec();
      duration.observe(seconds);
    },
    vadEvent: (type) => vadEvents.inc({ event_type: type }),
    audio: (outcome, seconds) => {
      audioSeconds.inc({ outcome }, seconds);
      frames.inc({ outcome }, seconds / secondsPerHop);
    },
    firstPartial: (seconds) => ttfb.observe(seconds),
    final: (seconds, probability) => {
      finalDelay.observe(seconds);
      confidence.observe(probability);
    },
    recovery: (result) => recoveries.inc({ result }),
  };
}

function decodeMetrics(registry: Registry): DecodeObserver {
  const registers = [registry];
  const depth = new Gauge({
    name: 'theo_scheduler_queue_depth',
    help: 'Decodes waiting for a slot',
    registers,
  });
  const wait = new Histogram({
    name: 'theo_scheduler_queue_wait_seconds',
    help: 'Time decodes waited for a slot',
    buckets: waitBuckets,
    registers,
  });
  const batch = new Histogram({
    name: 'theo_scheduler_batch_size',
    help: 'Decodes that one slot did together',
    buckets: batchBuckets,
    registers,
  });
  const requests = new Counter({
    name: 'theo_scheduler_requests_total',
    help: 'Decodes by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'theo_engine_decode_seconds',
    help: 'Time a decode took',
    labelNames: ['kind'],
    buckets: decodeBuckets,
    registers,
  });
  for (const kind of ['final', 'batch', 'partial']) {
    seconds.zero({ kind });
    for (const outcome of ['done', 'aborted', 'failed']) requests.inc({ kind, outcome }, 0);
  }
  return {
    queueDepth: (value) => depth.set(value),
    batchStarted: (size) => batch.observe(size),
    decodeStarted: (_kind, waitedMs) => wait.observe(waitedMs / 1000),
    decodeEnded: (kind, outcome, tookMs) => {
      requests.inc({ kind, outcome });
      if (outcome === 'done') seconds.observe({ kind }, tookMs / 1000);
    },
  };
}
