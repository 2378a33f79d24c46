import { hopSamples, sampleRateHz } from '#theo/native.js';
import type { Clip } from '../test/support/clips.ts';
import { RealtimeClient, withSilence } from '../test/support/realtime-client.ts';
import { speechOnsetMs } from '../test/support/speech-onset.ts';
import { wordErrors } from '../test/support/word-errors.ts';

const silenceTimeoutMs = 300;
const hopMs = (hopSamples * 1000) / sampleRateHz;
/** The silence is confirmed with the hop that completes the timeout. */
const confirmedAfterMs = Math.ceil(silenceTimeoutMs / hopMs) * hopMs;

/** What a client saw of one utterance. */
export interface MeasuredUtterance {
  readonly clip: Clip;
  readonly speechStartMs: number;
  readonly ttfbMs: number;
  readonly finalDelayMs: number;
  readonly errors: number;
}

/** Sends a clip in real time in 20 ms messages and times what comes back. */
export async function measureUtterance(realtimeUrl: string, clip: Clip): Promise<MeasuredUtterance> {
  const client = await RealtimeClient.open(realtimeUrl);
  client.command({ type: 'session.configure', enable_itn: false });
  await client.next('session.updated');
  const startMs = await client.sendInRealTime(withSilence(clip.samples, 700));
  await client.finish();
  const onsetAtMs = startMs + speechOnsetMs(clip.samples);
  const final = client.of('transcript.final')[0];
  const endMs = final?.end_ms ?? Number.NaN;
  return {
    clip,
    speechStartMs: (client.of('vad.speech_start')[0]?.arrivedAtMs ?? Number.NaN) - onsetAtMs,
    ttfbMs: (client.of('transcript.partial')[0]?.arrivedAtMs ?? Number.NaN) - onsetAtMs,
    finalDelayMs: (final?.arrivedAtMs ?? Number.NaN) - (startMs + endMs + confirmedAfterMs),
    errors: wordErrors(clip.text, client.text),
  };
}
