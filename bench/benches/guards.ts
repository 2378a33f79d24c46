import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWav } from '#theo/audio/wav.js';
import { tokenBudgetFor } from '#theo/engine/decode-budget.js';
import { evidenceOf } from '#theo/engine/guards/evidence.js';
import { defectOf, judge } from '#theo/engine/guards/verdict.js';
import { loadNative, type NativeDecodeResult } from '#theo/native.js';
import { noises } from '../../test/support/noises.ts';
import { type BenchOptions, type Cell, publish } from '../report.ts';

const languages = ['en', 'pt', 'es', 'de', 'fr', 'ja', 'zh'];
const weights = process.env.THEO_GUARDS_MODEL ?? 'models/theo-demo/theo-demo-q8_0.bin';
/** A folder of recordings of people, 16 kHz, of at most 30 s: LANGUAGE-ANYTHING.wav. */
const speechFolder = process.env.THEO_GUARDS_SPEECH;

interface Recording {
  readonly name: string;
  readonly samples: Float32Array;
  readonly languages: readonly string[];
}

/** One decode and what the guards say of it. */
interface Row extends Readonly<Record<string, Cell>> {
  readonly recording: string;
  readonly noSpeechProbability: number;
}

/**
 * What a model makes of sounds that are not speech, and what the guards make of that: `THEO_GUARDS_MODEL` names the
 * weights, in ggml's format, `THEO_GUARDS_SPEECH` recordings of speech to compare with. `--seconds N`: length of the sounds.
 */
export async function run({ seconds = 3 }: BenchOptions): Promise<void> {
  const addon = loadNative();
  const model = await addon.loadModel(weights, { useGpu: false, flashAttention: true });
  const slot = new addon.DecodeSlot(model);
  const decode = (samples: Float32Array, language: string): Promise<NativeDecodeResult> =>
    slot.decode({
      samples,
      language,
      languages: [],
      task: 'transcribe',
      prompt: new Int32Array(),
      prefix: new Int32Array(),
      audioContext: 0,
      timestamps: false,
      measureNoSpeech: true,
      maxTokens: tokenBudgetFor(samples.length, [language]),
      threads: 1,
    });
  const rows: Row[] = [];
  for (const recording of [...sounds(seconds), ...speech()]) {
    for (const language of recording.languages.filter((code) => model.knowsLanguage(code))) {
      rows.push(toRow(recording.name, language, await decode(recording.samples, language)));
    }
  }
  slot.close();
  model.close();
  publish({
    name: 'guards',
    title: `What ${weights} hears in sounds that are not speech`,
    rows,
    chart: {
      title: 'Probability that nothing was said',
      unit: '',
      bars: rows
        .filter((row, index) => rows.findIndex((other) => other.recording === row.recording) === index)
        .map((row) => ({ label: row.recording, value: row.noSpeechProbability })),
    },
  });
}

function toRow(recording: string, language: string, result: NativeDecodeResult): Row {
  const evidence = evidenceOf(result);
  const verdict = judge(evidence);
  return {
    recording,
    language,
    noSpeechProbability: result.noSpeechProbability ?? 0,
    avgLogProbability: result.avgLogProbability,
    compressionRatio: evidence.compressionRatio,
    truncated: result.truncated,
    heard: result.text,
    shown: verdict.kind === 'speech' ? evidence.text : '',
    verdict: verdict.kind === 'speech' ? verdict.kind : verdict.reason,
    defect: defectOf(evidence)?.kind ?? null,
  };
}

function sounds(seconds: number): readonly Recording[] {
  return noises([seconds]).map((noise) => ({ ...noise, languages }));
}

function speech(): readonly Recording[] {
  if (speechFolder === undefined) return [];
  return readdirSync(speechFolder)
    .filter((file) => file.endsWith('.wav'))
    .map((file) => {
      const { samples } = parseWav(readFileSync(join(speechFolder, file)));
      return {
        name: file,
        samples:
          samples instanceof Int16Array ? Float32Array.from(samples, (value) => value / 32_768) : samples,
        languages: [file.split('-')[0] ?? ''],
      };
    });
}
