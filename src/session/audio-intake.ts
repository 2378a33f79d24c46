import { sampleRateHz } from '../native.ts';
import type { SessionMetrics } from '../observability/instruments.ts';
import type { ServerEvent } from '../protocol/events.ts';
import type { Hop } from '../vad/hop.ts';
import type { AudioTimeline } from './audio-timeline.ts';
import { IngestMeter } from './ingest-meter.ts';
import type { Preprocessor } from './parts.ts';

export const bytesPerSample = 2;

export interface AudioIntakeOptions {
  readonly inputSampleRate: number;
  /** More received audio than this may not wait to be processed: the newest is dropped. */
  readonly maxBacklogMs: number;
}

/** The way of a session's audio from bytes to hops; watches over how fast it comes and how much of it waits. */
export class AudioIntake {
  readonly #preprocessor: Preprocessor;
  readonly #timeline: AudioTimeline;
  readonly #metrics: SessionMetrics;
  readonly #report: (event: ServerEvent) => void;
  readonly #maxBacklogMs: number;
  readonly #meter = new IngestMeter();
  #inputSampleRate: number;
  #nextHopSample = 0;
  #receivedMs = 0;

  /** @param report takes what the client has to be told. */
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
    const audioMs = this.#toMs(pcm.length);
    this.#receivedMs += audioMs;
    this.#reportSpeed(audioMs, nowMs);
    return this.#noteEnd(this.#preprocessor.push(this.#fitBacklog(pcm, waitingSamples)));
  }

  /** Ends the audio: what is held back comes out, padded to a whole hop. */
  flush(): readonly Hop[] {
    return this.#noteEnd(this.#preprocessor.flush());
  }

  /** The rate of what is pushed from now on, in Hz. */
  setInputSampleRate(hz: number): void {
    if (hz === this.#inputSampleRate) return;
    this.#inputSampleRate = hz;
    this.#preprocessor.setInputSampleRate(hz);
  }

  #reportSpeed(audioMs: number, nowMs: number): void {
    const delayMs = this.#meter.add(audioMs, nowMs);
    if (delayMs === 0) return;
    const message = `audio comes in faster than 1.2 times real time: wait ${delayMs} ms`;
    this.#report({ type: 'session.rate_limit', delay_ms: delayMs, message });
  }

  /** The part of a message that may wait to be processed. */
  #fitBacklog(pcm: Uint8Array, waitingSamples: number): Uint8Array {
    const roomMs = Math.max(0, this.#maxBacklogMs - (waitingSamples * 1000) / sampleRateHz);
    const roomBytes = Math.floor((roomMs * this.#inputSampleRate) / 1000) * bytesPerSample;
    if (pcm.length <= roomBytes) return pcm;
    const droppedMs = this.#toMs(pcm.length - roomBytes);
    this.#timeline.skip(this.#nextHopSample + toSamples(this.#toMs(roomBytes)), toSamples(droppedMs));
    this.#metrics.audio('dropped', droppedMs / 1000);
    this.#report({
      type: 'session.frames_dropped',
      dropped_ms: Math.round(droppedMs),
      message: `more than ${this.#maxBacklogMs / 1000} s of audio was waiting: the newest was dropped`,
    });
    return pcm.subarray(0, roomBytes);
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

function toSamples(ms: number): number {
  return Math.round((ms * sampleRateHz) / 1000);
}
