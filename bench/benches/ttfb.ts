import { sampleRateHz } from '#theo/native.js';
import { startServerProcess } from '../../test/support/server-process.ts';
import { speechOnsetMs } from '../../test/support/speech-onset.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { modelFlags, openEngine, reportName, type Subject } from '../subject.ts';
import { confirmedAfterMs, known, type MeasuredClip, measureClip } from '../utterance.ts';

const debounceMs = 250;

/**
 * Time to first text and final delay over a real WebSocket: each clip is sent in real time in 20 ms messages to a
 * server in its own process, one after the other. `--rounds N`: how many clips.
 */
export async function run({ subject, rounds = subject.clips.length }: BenchOptions): Promise<void> {
  const server = await startServerProcess(modelFlags(subject, '--default-model'));
  const measured: MeasuredClip[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const clip = subject.clips[round % subject.clips.length];
      if (!clip) continue;
      const result = await measureClip(server.realtimeUrl, subject, clip);
      measured.push(result);
      for (const { firstTextMs, finalDelayMs } of result.utterances)
        console.error(
          `${clip.file}  first text ${firstTextMs?.toFixed(0)} ms, final ${finalDelayMs?.toFixed(1)} ms after the end of speech`,
        );
    }
  } finally {
    await server.stop();
  }
  const alone = await decodeAlone(subject);
  const utterances = measured.flatMap((result) => result.utterances);
  const row = (name: string, values: readonly number[]) => ({
    measure: name,
    medianMs: percentile(values, 0.5),
    p95Ms: percentile(values, 0.95),
    maxMs: Math.max(...values),
  });
  const said = measured.reduce((sum, { saidWords }) => sum + saidWords, 0);
  const errors = measured.reduce((sum, result) => sum + result.errors, 0);
  publish({
    name: reportName('ttfb', subject),
    title: `Time to first text and final delay, ${subject.model}, one session, ${utterances.length} utterances in real time over a WebSocket`,
    rows: [
      row('first speech sample to first text', known(utterances.map(({ firstTextMs }) => firstTextMs))),
      row(
        "first speech sample to first text whose first word is the final's",
        known(utterances.map(({ firstRightWordMs }) => firstRightWordMs)),
      ),
      row(
        'first speech sample to vad.speech_start',
        utterances.map(({ speechStartMs }) => speechStartMs),
      ),
      row(
        'confirmed silence to final',
        known(utterances.map(({ finalDelayMs }) => finalDelayMs)).map((ms) => ms - confirmedAfterMs),
      ),
      { measure: 'partial decode alone', medianMs: alone.partialMs, p95Ms: null, maxMs: null },
      { measure: 'final decode alone', medianMs: alone.finalMs, p95Ms: null, maxMs: null },
    ],
    samples: measured.flatMap(({ clip, utterances: own }) =>
      own.flatMap(({ speechStartMs, firstTextMs }) =>
        firstTextMs === null ? [] : [{ clip: clip.file, speechStartMs, firstTextMs }],
      ),
    ),
    notes: [
      `${utterances.filter(({ hasPartial }) => !hasPartial).length} utterances had no partial: their first text is their final.`,
      `Word error rate of the finals: ${((100 * errors) / said).toFixed(2)} % (${errors} of ${said} words).`,
      'The first speech sample is found by level (test/support/speech-onset.ts); where the server disagrees by more than 100 ms, and for further utterances of a clip, by the server. The final is decoded ahead, when the pause begins: hence less delay than its decode takes.',
    ],
  });
}

/** Medians of decodes with nothing around them: the audio of a first partial, and whole clips. */
async function decodeAlone(
  subject: Subject,
): Promise<{ readonly partialMs: number; readonly finalMs: number }> {
  const { engine, close } = await openEngine(subject);
  const { language } = subject;
  const time = async (samples: Float32Array): Promise<number> => {
    const startMs = performance.now();
    await engine.transcribe(samples, { language, prompt: '', hotWords: [], task: 'transcribe' });
    return performance.now() - startMs;
  };
  const partials: number[] = [];
  const finals: number[] = [];
  for (const clip of subject.clips) {
    const samples = Float32Array.from(clip.samples, (sample) => sample / 32_768);
    const heard = ((speechOnsetMs(clip.samples) + debounceMs) * sampleRateHz) / 1000;
    partials.push(await time(samples.subarray(0, heard)));
    finals.push(await time(samples));
  }
  await close();
  return { partialMs: percentile(partials, 0.5), finalMs: percentile(finals, 0.5) };
}
