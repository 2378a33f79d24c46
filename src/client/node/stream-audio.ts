import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { MonoAudio } from '../../audio/mono-audio.ts';
import { toPcm16 } from '../../audio/pcm16.ts';
import type { ServerEvent } from '../../protocol/events.ts';
import { type ConfigureOptions, connect } from '../index.ts';

const messageMs = 20;
/** Silence after the recording, so that its last utterance ends by itself. */
const trailingSilenceMs = 700;

/** An event with the moment of its arrival. */
export interface TimedEvent {
  readonly event: ServerEvent;
  /** Milliseconds since the first audio left. */
  readonly atMs: number;
}

export interface StreamAudioOptions {
  /** The server, http:// or ws://. */
  readonly url: string;
  readonly model: string;
  readonly language: string;
  /** What differs from the session's defaults. */
  readonly config?: ConfigureOptions;
  readonly onEvent: (timed: TimedEvent) => void;
}

/** Sends a recording as a microphone would, see `playInRealTime`. Resolves at the end. */
export async function streamInRealTime(audio: MonoAudio, options: StreamAudioOptions): Promise<void> {
  const session = await connect({
    url: options.url,
    model: options.model,
    language: options.language,
    webSocket: WebSocket,
    config: { ...options.config, input_sample_rate: audio.sampleRateHz },
  });
  const startMs = performance.now();
  const listening = (async () => {
    for await (const event of session.events) options.onEvent({ event, atMs: performance.now() - startMs });
  })();
  await playInRealTime(audio, startMs, (pcm) => session.sendAudio(pcm));
  await session.close();
  await listening;
}

/**
 * Plays a recording and some silence as a microphone would: 20 ms messages (s16le), each when its time has come.
 * @param startMs when the first sample is spoken, by `performance.now()`.
 */
export async function playInRealTime(
  audio: MonoAudio,
  startMs: number,
  send: (pcm: Uint8Array) => void,
): Promise<void> {
  const pcm = withSilence(toPcm16(audio.samples), audio.sampleRateHz);
  const messageBytes = Math.round((audio.sampleRateHz * messageMs) / 1000) * 2;
  for (let start = 0; start < pcm.length; start += messageBytes) {
    const dueMs = startMs + ((start + messageBytes) * 1000) / (2 * audio.sampleRateHz);
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    send(pcm.subarray(start, start + messageBytes));
  }
}

function withSilence(pcm: Uint8Array, sampleRateHz: number): Uint8Array {
  const padded = new Uint8Array(pcm.length + 2 * Math.round((sampleRateHz * trailingSilenceMs) / 1000));
  padded.set(pcm);
  return padded;
}
