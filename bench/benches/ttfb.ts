import { loadNative, sampleRateHz } from '#theo/native.js';
import { clips } from '../../test/support/clips.ts';
import { startServerProcess } from '../../test/support/server-process.ts';
import { speechOnsetMs } from '../../test/support/speech-onset.ts';
import { words } from '../../test/support/word-errors.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { type MeasuredUtterance, measureUtterance } from '../utterance.ts';

const debounceMs = 250;
const weights = 'models/theo-demo/theo-demo-q8_0.bin';

/**
 * Time to first text and final delay over a real WebSocket: each clip is sent in real time in 20 ms messages to a
 * server in its own process, one after the other. `--rounds N`: how many utterances.
 */
export async function run({ rounds = clips.length }: BenchOptions): Promise<void> {
  const server = await startServerProcess();
  const measured: MeasuredUtterance[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const clip = clips[round % clips.length];
      if (!clip) continue;
      const result = await measureUtterance(server.realtimeUrl, clip);
      measured.push(result);
      console.error(
        `${clip.file}  first text ${result.ttfbMs.toFixed(0)} ms, final ${result.finalDelayMs.toFixed(1)} ms after confirmed silence`,
      );
    }
  } finally {
    await server.stop();
  }
  const floor = await decodeAlone();
  const row = (name: string, values: readonly number[]) => ({
    measure: name,
    medianMs: percentile(values, 0.5),
    p95Ms: percentile(values, 0.95),
    maxMs: Math.max(...values),
  });
  const ttfb = row(
    'first speech sample to first partial',
    measured.map((result) => result.ttfbMs),
  );
  const floorMs = debounceMs + floor.partialMs;
  const said = measured.reduce((sum, { clip }) => sum + words(clip.text).length, 0);
  const errors = measured.reduce((sum, result) => sum + result.errors, 0);
  publish({
    name: 'ttfb',
    title: `Time to first text and final delay, one session, ${rounds} utterances in real time over a WebSocket`,
    rows: [
      ttfb,
      row(
        'first speech sample to vad.speech_start',
        measured.map((result) => result.speechStartMs),
      ),
      row(
        'confirmed silence to final',
        measured.map((result) => result.finalDelayMs),
      ),
      {
        measure: 'floor: 250 ms debounce + one partial decode alone',
        medianMs: floorMs,
        p95Ms: null,
        maxMs: null,
      },
      { measure: 'final decode alone', medianMs: floor.finalMs, p95Ms: null, maxMs: null },
    ],
    chart: {
      title: 'First speech sample to first partial, by utterance',
      unit: 'ms',
      bars: measured.map((result) => ({ label: result.clip.file, value: result.ttfbMs })),
      mark: { label: `floor ${floorMs.toFixed(0)} ms`, value: floorMs },
    },
    notes: [
      `Median first text: ${(ttfb.medianMs / floorMs).toFixed(2)} x the floor.`,
      `Word error rate of the finals: ${((100 * errors) / said).toFixed(2)} % (${errors} of ${said} words).`,
      'The first speech sample is found by level (test/support/speech-onset.ts). The final is decoded ahead, when the pause begins: hence less delay than its decode takes.',
    ],
  });
}

/** Medians of decodes with nothing around them: the audio of a first partial, and whole utterances. */
async function decodeAlone(): Promise<{ readonly partialMs: number; readonly finalMs: number }> {
  const addon = loadNative();
  const model = await addon.loadModel(weights, { useGpu: false, int8: true, prepareSilence: false });
  const slot = new addon.DecodeSlot(model);
  const time = async (samples: Float32Array): Promise<number> => {
    const startMs = performance.now();
    await slot.decode({
      samples,
      language: null,
      languages: ['pt', 'en'],
      task: 'transcribe',
      prompt: new Int32Array(),
      prefix: new Int32Array(),
      draft: new Int32Array(),
      memory: null,
      padding: 'pooled-silence',
      audioContext: 64 * Math.ceil(samples.length / (1.28 * sampleRateHz)),
      timestamps: false,
      measureNoSpeech: false,
      maxTokens: 0,
      threads: 1,
    });
    return performance.now() - startMs;
  };
  const partials: number[] = [];
  const finals: number[] = [];
  for (const clip of clips) {
    const samples = Float32Array.from(clip.samples, (sample) => sample / 32_768);
    const heard = ((speechOnsetMs(clip.samples) + debounceMs) * sampleRateHz) / 1000;
    partials.push(await time(samples.subarray(0, heard)));
    finals.push(await time(samples));
  }
  slot.close();
  model.close();
  return { partialMs: percentile(partials, 0.5), finalMs: percentile(finals, 0.5) };
}
