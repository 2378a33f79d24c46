import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { playInRealTime, streamInRealTime, type TimedEvent } from '#theo/client/node/stream-audio.js';
import { systemClock } from '#theo/clock.js';
import { loadNative, sampleRateHz } from '#theo/native.js';
import { Metrics } from '#theo/observability/metrics.js';
import { defaultSessionConfig } from '#theo/protocol/session-config.js';
import type { SessionLog, SessionParts } from '#theo/session/parts.js';
import { StreamingSession } from '#theo/session/session.js';
import { TimerWheel } from '#theo/timer-wheel.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import type { Clip } from '../../test/support/clips.ts';
import type { Peer } from './peer.ts';
import { RequestEngine } from './request-engine.ts';

/** Says a clip in real time, telling its language. @returns what came back */
export type Speak = (clip: Clip) => Promise<readonly TimedEvent[]>;

/** To a server of ours. */
export function speakToServer(url: string, model: string): Speak {
  return async (clip) => {
    const events: TimedEvent[] = [];
    await streamInRealTime(audioOf(clip), {
      url,
      model,
      language: clip.language,
      config: { enable_itn: false },
      onEvent: (timed) => events.push(timed),
    });
    return intact(events);
  };
}

/** Our sessions in this process, for peers to be the engine of. */
export class PeerSessions {
  readonly #classifier = new SileroClassifier();
  readonly #parts: SessionParts = {
    classifier: this.#classifier,
    createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(loadNative(), { inputSampleRate }),
    postProcess: (text) => text,
    maxBacklogMs: 10_000,
    metrics: new Metrics().session,
    log: silentLog,
    clock: systemClock,
    wheel: new TimerWheel(systemClock, 100),
  };

  static async open(): Promise<PeerSessions> {
    const sessions = new PeerSessions();
    await sessions.#classifier.load();
    return sessions;
  }

  speakTo(peer: Peer): Speak {
    return async (clip) => {
      const engine = new RequestEngine(peer);
      const startMs = performance.now();
      const events: TimedEvent[] = [];
      const sink = {
        send: (event: TimedEvent['event']) => events.push({ event, atMs: performance.now() - startMs }),
        close: () => {},
      };
      const config = { ...defaultSessionConfig, language: clip.language };
      const session = new StreamingSession(this.#parts, { id: 'sess_0', engine, sink }, config);
      await playInRealTime(audioOf(clip), startMs, (pcm) => session.pushAudio(pcm));
      await session.finish('client_request');
      return intact(events);
    };
  }

  close(): Promise<void> {
    return this.#classifier.close();
  }
}

const silentLog: SessionLog = { debug: () => {}, info: () => {}, warn: () => {}, child: () => silentLog };

function audioOf({ samples }: Clip): { readonly samples: Int16Array; readonly sampleRateHz: number } {
  return { samples, sampleRateHz };
}

/** @throws Error when something failed: it would pass for silence */
function intact(events: readonly TimedEvent[]): readonly TimedEvent[] {
  for (const { event } of events) if (event.type === 'error') throw new Error(event.message);
  return events;
}
