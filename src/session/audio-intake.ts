import type { Hop } from '../audio/preprocessor.ts';
import { hopSamples, sampleRateHz } from '../native.ts';
import type { SessionMetrics } from '../observability/instruments.ts';
import type { ServerEvent } from '../protocol/events.ts';
import type { AudioTimeline } from './audio-timeline.ts';
import { IngestMeter } from './ingest-meter.ts';
import type { Preprocessor } from './parts.ts';
import { bytesPerSample } from './sample-reader.ts';

const minDropReportIntervalMs = 1000;

export interface AudioIntakeOptions {
  readonly inputSampleRate: number;
  /** The most received audio that may wait to be processed, in ms; newer audio is dropped. */
  readonly maxBacklogMs: number;
}

/**
 * Turns a session's audio from bytes into hops. Reports audio that comes too fast, drops what exceeds the backlog, and
 * counts all received audio once, as processed or as dropped.
 */
export class AudioIntake {
  readonly #preprocessor: Preprocessor;
  readonly #timeline: AudioTimeline;
  readonly #metrics: SessionMetrics;
  readonly #report: (event: ServerEvent) => void;
  readonly #maxBacklogMs: number;
  readonly #meter = new IngestMeter();
  #inputSampleRate: number;
  /** The rate that the preprocessor is set to. It changes only with audio, because it designs a filter each time. */
  #preprocessedRate: number;
  #nextHopSample = 0;
  #receivedMs = 0;
  /** Received, and neither processed nor dropped yet. */
  #openMs = 0;
  #untoldDropMs = 0;
  #dropToldAtMs = Number.NEGATIVE_INFINITY;

  /** @param report sends an event to the client. */
  constructor(
    preprocessor: Preprocessor,
    timeline: AudioTimeline,
    metrics: SessionMetrics,
    options: AudioIntakeOptions,
    report: (event: ServerEvent) => void,
  ) {
    this.#preprocessor = preprocessor;
    this.#timeline = timeline;
    this.#metrics = metrics;
    this.#report = report;
    this.#inputSampleRate = options.inputSampleRate;
    this.#preprocessedRate = options.inputSampleRate;
    this.#maxBacklogMs = options.maxBacklogMs;
  }

  /** All audio that came in, dropped or not, in ms. */
  get receivedMs(): number {
    return this.#receivedMs;
  }

  /**
   * Takes whole samples, s16le mono. Borrowed during the call.
   * @param waitingSamples audio at 16 kHz that came in earlier and is not processed yet.
   */
  push(pcm: Uint8Array, nowMs: number, waitingSamples: number): readonly Hop[] {
    this.#countIn(pcm.length, nowMs);
    const fitting = this.#fitBacklog(pcm, waitingSamples);
    this.#reportDropsInTime(nowMs);
    if (fitting.length === 0) return [];
    if (this.#preprocessedRate !== this.#inputSampleRate) {
      this.#preprocessedRate = this.#inputSampleRate;
      this.#preprocessor.setInputSampleRate(this.#inputSampleRate);
    }
    return this.#noteEnd(this.#preprocessor.push(fitting));
  }

  /** Counts audio that came in and was lost before it got here. */
  drop(byteLength: number, nowMs: number): void {
    this.#countIn(byteLength, nowMs);
    this.#countDrop(byteLength, this.#nextHopSample);
    this.#reportDropsInTime(nowMs);
  }

  /** Returns what the preprocessor still holds, padded to a whole hop. Audio may follow. */
  flush(nowMs: number): readonly Hop[] {
    this.#reportDrops(nowMs);
    const heldBack = this.#preprocessor.pendingSamples;
    const hops = this.#noteEnd(this.#preprocessor.flush());
    const padding = hops.length * hopSamples - heldBack;
    // The client did not send the padding: it must not count as audio time.
    if (padding > 0) this.#timeline.skip(this.#nextHopSample, -padding);
    return hops;
  }

  /** Counts a hop's audio as processed; never more than was received, since hops may hold padding. */
  noteProcessed(samples: number): void {
    this.#count('processed', Math.min((samples * 1000) / sampleRateHz, this.#openMs));
  }

  /** Counts all audio that is not counted yet. Idempotent. */
  settle(outcome: 'processed' | 'dropped'): void {
    this.#count(outcome, this.#openMs);
  }

  /** The rate of what is pushed from now on, in Hz. */
  setInputSampleRate(hz: number): void {
    this.#inputSampleRate = hz;
  }

  #countIn(byteLength: number, nowMs: number): void {
    const audioMs = this.#toMs(byteLength);
    this.#receivedMs += audioMs;
    this.#openMs += audioMs;
    const delayMs = this.#meter.add(audioMs, nowMs);
    if (delayMs === 0) return;
    const message = `audio comes in faster than 1.2 times real time: wait ${delayMs} ms`;
    this.#report({ type: 'session.rate_limit', delay_ms: delayMs, message });
  }

  /** The beginning of a message that fits into the backlog; the rest counts as dropped. */
  #fitBacklog(pcm: Uint8Array, waitingSamples: number): Uint8Array {
    const roomMs = Math.max(0, this.#maxBacklogMs - (waitingSamples * 1000) / sampleRateHz);
    const roomBytes = Math.floor((roomMs * this.#inputSampleRate) / 1000) * bytesPerSample;
    if (pcm.length <= roomBytes) return pcm;
    const fittingSamples = Math.round(toSamples(this.#toMs(roomBytes)));
    this.#countDrop(pcm.length - roomBytes, this.#nextHopSample + fittingSamples);
    return pcm.subarray(0, roomBytes);
  }

  #countDrop(byteLength: number, atSample: number): void {
    const droppedMs = this.#toMs(byteLength);
    this.#timeline.skip(atSample, toSamples(droppedMs));
    this.#count('dropped', droppedMs);
    this.#untoldDropMs += droppedMs;
  }

  #reportDropsInTime(nowMs: number): void {
    if (nowMs - this.#dropToldAtMs >= minDropReportIntervalMs) this.#reportDrops(nowMs);
  }

  /** Reports drops as one sum: a flood of tiny messages must not get an answer each. */
  #reportDrops(nowMs: number): void {
    const droppedMs = Math.round(this.#untoldDropMs);
    if (droppedMs <= 0) return;
    this.#untoldDropMs -= droppedMs;
    this.#dropToldAtMs = nowMs;
    this.#report({
      type: 'session.frames_dropped',
      dropped_ms: droppedMs,
      message: `more than ${this.#maxBacklogMs / 1000} s of audio was waiting: the newest was dropped`,
    });
  }

  #count(outcome: 'processed' | 'dropped', audioMs: number): void {
    if (audioMs <= 0) return;
    this.#openMs -= audioMs;
    this.#metrics.audio(outcome, audioMs / 1000);
  }

  #noteEnd(hops: readonly Hop[]): readonly Hop[] {
    const last = hops.at(-1);
    if (last) this.#nextHopSample = last.startSample + last.samples.length;
    return hops;
  }

  #toMs(byteLength: number): number {
    return (byteLength * 1000) / (bytesPerSample * this.#inputSampleRate);
  }
}

/** At 16 kHz; not rounded, so that small parts add up. */
function toSamples(ms: number): number {
  return (ms * sampleRateHz) / 1000;
}
