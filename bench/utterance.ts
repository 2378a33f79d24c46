import { scoredTokens } from '#theo/eval/scoring/normalize.js';
import { errorsOf, scoreText } from '#theo/eval/scoring/score.js';
import { hopSamples, sampleRateHz } from '#theo/native.js';
import type { Clip } from '../test/support/clips.ts';
import { type Arrival, RealtimeClient, withSilence } from '../test/support/realtime-client.ts';
import { speechOnsetMs } from '../test/support/speech-onset.ts';
import type { Subject } from './subject.ts';

const silenceTimeoutMs = 300;
const hopMs = (hopSamples * 1000) / sampleRateHz;
/** The silence is confirmed with the hop that completes the timeout. */
export const confirmedAfterMs: number = Math.ceil(silenceTimeoutMs / hopMs) * hopMs;
/** After a clip, so that its last utterance ends by itself. */
const pauseMs = 700;
/** A clip's level tells its onset as long as the server does not disagree by more: people breathe before they speak. */
const onsetToleranceMs = 100;

/** What a client saw of one utterance; times at the client. */
export interface MeasuredUtterance {
  /** From the first speech sample to `vad.speech_start`. */
  readonly speechStartMs: number;
  /** From the first speech sample to the first text, be it a partial or the final; null: nothing was heard in it. */
  readonly firstTextMs: number | null;
  /** To the first text whose first word is that of the final; null: nothing was heard in it. */
  readonly firstRightWordMs: number | null;
  readonly hasPartial: boolean;
  /** From the end of speech to the final; null: none came. */
  readonly finalDelayMs: number | null;
}

/** What a client saw of one clip. */
export interface MeasuredClip {
  readonly clip: Clip;
  readonly utterances: readonly MeasuredUtterance[];
  /** Or characters, in languages that are compared by them. */
  readonly saidWords: number;
  readonly errors: number;
}

/** Says a clip in a session of its own, in real time in 20 ms messages, and times what comes back of each utterance. */
export async function measureClip(realtimeUrl: string, subject: Subject, clip: Clip): Promise<MeasuredClip> {
  const language = subject.language === null ? '' : `&language=${subject.language}`;
  const client = await RealtimeClient.open(realtimeUrl, `model=${subject.model}${language}`);
  client.command({ type: 'session.configure', enable_itn: false });
  await client.next('session.updated');
  const startMs = await client.sendInRealTime(withSilence(clip.samples, pauseMs));
  await client.finish();
  const score = scoreText(clip.text, client.text, clip.language);
  return {
    clip,
    utterances: utterancesOf(client.arrivals, startMs, clip),
    saidWords: score.length,
    errors: errorsOf(score),
  };
}

/** The times that there are. */
export function known(times: readonly (number | null)[]): readonly number[] {
  return times.filter((time) => time !== null);
}

function utterancesOf(
  arrivals: readonly Arrival[],
  startMs: number,
  clip: Clip,
): readonly MeasuredUtterance[] {
  const measured: MeasuredUtterance[] = [];
  const levelOnsetMs = speechOnsetMs(clip.samples);
  const firstWord = (text: string): string | undefined => scoredTokens(text, clip.language, 'hypothesis')[0];
  for (const [index, start] of arrivals.entries()) {
    if (start.type !== 'vad.speech_start') continue;
    const following = arrivals.slice(index + 1);
    const end = following.findIndex((event) => event.type === 'vad.speech_start');
    const own = end < 0 ? following : following.slice(0, end);
    const hasLevelOnset =
      measured.length === 0 && Math.abs(levelOnsetMs - start.timestamp_ms) <= onsetToleranceMs;
    const onsetAtMs = startMs + (hasLevelOnset ? levelOnsetMs : start.timestamp_ms);
    const partial = own.find((event) => event.type === 'transcript.partial');
    const final = own.find((event) => event.type === 'transcript.final');
    const firstText = partial ?? (final?.text ? final : undefined);
    const word = final?.text ? firstWord(final.text) : undefined;
    const firstRight = own.find(
      (event) =>
        (event.type === 'transcript.partial' || event.type === 'transcript.final') &&
        word !== undefined &&
        firstWord(event.text) === word,
    );
    measured.push({
      speechStartMs: start.arrivedAtMs - onsetAtMs,
      firstTextMs: firstText ? firstText.arrivedAtMs - onsetAtMs : null,
      firstRightWordMs: firstRight ? firstRight.arrivedAtMs - onsetAtMs : null,
      hasPartial: partial !== undefined,
      finalDelayMs: final ? final.arrivedAtMs - (startMs + final.end_ms) : null,
    });
  }
  return measured;
}
