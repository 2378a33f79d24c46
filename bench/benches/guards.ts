import { tokenBudgetFor } from '#theo/engine/whisper/decode-budget.js';
import { evidenceOf } from '#theo/engine/whisper/guards/evidence.js';
import { defectOf, judge } from '#theo/engine/whisper/guards/verdict.js';
import { loadNative, type NativeDecodeResult } from '#theo/native.js';
import type { Cell } from '#theo/report/table.js';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import { noises } from '../../test/support/noises.ts';
import { type BenchOptions, publish } from '../report.ts';
import { installedModel, reportName, type Subject } from '../subject.ts';

const languages = ['en', 'pt', 'es', 'de', 'fr', 'ja', 'zh'];

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
 * What a model makes of sounds that are not speech, and what the guards make of that, beside recordings of
 * people. `--seconds N`: length of the sounds.
 */
export async function run({ seconds = 3, subject }: BenchOptions): Promise<void> {
  const { weightsPath, manifest } = await installedModel(subject);
  const addon = loadNative();
  const model = await addon.loadModel(weightsPath, { useGpu: false, int8: true, prepareSilence: false });
  const slot = new addon.DecodeSlot(model);
  const decode = (samples: Float32Array, language: string): Promise<NativeDecodeResult> =>
    decodeAlone(slot, {
      ...plainRequest,
      samples,
      language,
      measureNoSpeech: true,
      maxTokens: tokenBudgetFor(samples.length, [language]),
    });
  const rows: Row[] = [];
  for (const recording of [...sounds(seconds), ...speech(subject)]) {
    for (const language of recording.languages.filter((code) => model.knowsLanguage(code))) {
      rows.push(toRow(recording.name, language, await decode(recording.samples, language)));
    }
  }
  slot.close();
  model.close();
  publish({
    name: reportName('guards', subject),
    title: `What ${manifest.name} hears in sounds that are not speech`,
    rows,
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

function speech({ clips }: Subject): readonly Recording[] {
  return clips.map(({ file, language, samples }) => ({
    name: file,
    samples: Float32Array.from(samples, (value) => value / 32_768),
    languages: [language],
  }));
}
