import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { loadNative } from '#theo/native.js';
import type { SessionMetrics } from '#theo/observability/instruments.js';
import type { CloseCode } from '#theo/protocol/errors.js';
import type { ServerEvent } from '#theo/protocol/events.js';
import { defaultSessionConfig, type SessionConfig } from '#theo/protocol/session-config.js';
import type { SessionLog, SessionParts } from '#theo/session/parts.js';
import { StreamingSession } from '#theo/session/session.js';
import { TimerWheel } from '#theo/timer-wheel.js';
import type { ClassifierStream, SpeechClassifier } from '#theo/vad/classifier.js';
import { FakeEngine } from '../../support/fake-engine.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** What the session told the metrics. */
export class RecordedMetrics implements SessionMetrics {
  readonly vad = { prefiltered: { increment: () => {} }, classified: { increment: () => {} } };
  active = 0;
  processedSeconds = 0;
  droppedSeconds = 0;
  readonly vadEvents: string[] = [];
  readonly firstPartials: number[] = [];
  readonly finals: number[] = [];
  readonly recoveries: string[] = [];

  opened(): void {
    this.active += 1;
  }
  closed(): void {
    this.active -= 1;
  }
  vadEvent(type: string): void {
    this.vadEvents.push(type);
  }
  audio(outcome: 'processed' | 'dropped', seconds: number): void {
    if (outcome === 'processed') this.processedSeconds += seconds;
    else this.droppedSeconds += seconds;
  }
  firstPartial(seconds: number): void {
    this.firstPartials.push(seconds);
  }
  final(seconds: number): void {
    this.finals.push(seconds);
  }
  recovery(result: string): void {
    this.recoveries.push(result);
  }
}

/** Takes whatever is loud for speech; answers at once, or when `release` says so. */
export class LoudnessClassifier implements SpeechClassifier {
  isSlow = false;
  readonly #waiting: (() => void)[] = [];

  openStream(): ClassifierStream {
    return {
      classify: async (window) => {
        if (this.isSlow) await new Promise<void>((resolve) => this.#waiting.push(resolve));
        const energy = window.reduce((sum, value) => sum + value * value, 0) / window.length;
        return energy > 1e-4 ? 0.95 : 0.02;
      },
      skip: () => {},
      reset: () => {},
      close: () => {},
    };
  }

  async close(): Promise<void> {}

  /** Lets one window be judged. */
  release(): void {
    this.#waiting.shift()?.();
  }
}

const silentLog: SessionLog = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  child: () => silentLog,
};

/** A session with everything around it in the test's hands; the front end is the real one. */
export class SessionHarness {
  readonly clock: ManualClock = new ManualClock(1000);
  readonly metrics: RecordedMetrics = new RecordedMetrics();
  readonly classifier: LoudnessClassifier = new LoudnessClassifier();
  readonly engine: FakeEngine;
  readonly events: ServerEvent[] = [];
  readonly closes: { readonly code: number; readonly reason: string }[] = [];
  /** What was sent although the sink was closed. */
  readonly late: ServerEvent[] = [];
  /** Called with each event while it is sent. */
  onSend: (event: ServerEvent) => void = () => {};
  onClose: (code: CloseCode, reason: string) => void = () => {};
  readonly session: StreamingSession;

  constructor(
    engine: FakeEngine = new FakeEngine(),
    config: Partial<SessionConfig> = {},
    parts: Partial<SessionParts> = {},
  ) {
    this.engine = engine;
    const effective = { ...defaultSessionConfig, ...config };
    this.session = new StreamingSession(
      {
        classifier: this.classifier,
        createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(loadNative(), { inputSampleRate }),
        postProcess: (text) => text,
        maxBacklogMs: 10_000,
        metrics: this.metrics,
        log: silentLog,
        clock: this.clock,
        wheel: new TimerWheel(this.clock, 100),
        ...parts,
      },
      {
        id: 'sess_0',
        engine,
        sink: {
          send: (event) => {
            (this.closes.length > 0 ? this.late : this.events).push(event);
            this.onSend(event);
          },
          close: (code, reason) => {
            this.closes.push({ code, reason });
            this.onClose(code, reason);
          },
        },
      },
      effective,
    );
  }

  /** Pushes audio in messages of 20 ms, each as late as a microphone would have it, and lets all that is due run. */
  async speak(samples: Int16Array, sampleRateHz = 16_000): Promise<void> {
    const perMessage = sampleRateHz / 50;
    for (let start = 0; start < samples.length; start += perMessage) {
      const message = samples.subarray(start, start + perMessage);
      this.clock.advance((message.length * 1000) / sampleRateHz);
      this.session.pushAudio(bytesOf(message));
      await settled();
    }
  }

  /** The events' types, without `session.created`; repeated partials count once. */
  get types(): string[] {
    return this.events
      .map((event) => event.type)
      .filter((type, index, all) => type !== 'transcript.partial' || all[index - 1] !== type)
      .slice(1);
  }

  of<T extends ServerEvent['type']>(type: T): readonly Extract<ServerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ServerEvent, { type: T }> => event.type === type);
  }
}

/** Loud noise, the same each time. */
export function loud(ms: number, sampleRateHz = 16_000): Int16Array {
  let state = 1;
  return Int16Array.from({ length: Math.round((ms * sampleRateHz) / 1000) }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state % 20_000) - 10_000;
  });
}

export function silent(ms: number, sampleRateHz = 16_000): Int16Array {
  return new Int16Array(Math.round((ms * sampleRateHz) / 1000));
}

export function joined(...parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** After everything that is already due has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
