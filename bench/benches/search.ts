import { audioContextFor } from '#theo/engine/whisper/decode-budget.js';
import { errorsOf, scoreText } from '#theo/eval/scoring/score.js';
import { loadNative, type NativeSearch, sampleRateHz } from '#theo/native.js';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import { type BenchOptions, publish } from '../report.ts';
import { installedModel, reportName } from '../subject.ts';

const searches: Readonly<Record<string, NativeSearch>> = {
  greedy: beam(1),
  '2 beams': beam(2),
  '5 beams': beam(5),
  'best of 5 at 0.4': {
    kind: 'sampling',
    temperature: 0.4,
    candidates: 5,
    seed: 0,
    lengthPenalty: null,
  },
};

/**
 * What a search costs and what it is worth: time per token of the text, and errors over all clips, at the context that
 * finals get. Each clip is encoded once. `--rounds N`: decodes of each clip; the quickest counts.
 */
export async function run({ rounds = 3, subject }: BenchOptions): Promise<void> {
  const { weightsPath, manifest } = await installedModel(subject);
  const { audioCtx: mode, minAudioCtx: minimum, audioCtxMargin: margin, int8 } = manifest.engineConfig;
  const addon = loadNative();
  const model = await addon.loadModel(weightsPath, { useGpu: false, int8, prepareSilence: true });
  const slot = new addon.DecodeSlot(model);
  const totals = Object.entries(searches).map(([name, search]) => ({ name, search, ...nothing }));
  for (const { language, text, samples } of subject.clips) {
    const memory = new addon.UtteranceMemory(model);
    const heard = Float32Array.from(samples.subarray(0, 30 * sampleRateHz), (sample) => sample / 32_768);
    const request = {
      ...plainRequest,
      samples: heard,
      language,
      memory,
      ...audioContextFor(heard.length, { mode, full: model.audioContext, minimum, margin }, 'exact-silence'),
    };
    for (const total of totals) {
      const results = [];
      for (let round = 0; round < rounds; round++) {
        results.push(await decodeAlone(slot, { ...request, search: total.search }));
      }
      const [result] = results;
      if (!result) continue;
      const score = scoreText(text, result.text, language);
      total.decodeMs += Math.min(...results.map(({ timings }) => timings.decodeMs));
      total.tokens += result.tokens.length;
      total.decodedTokens += result.decoderTokens;
      total.logProbability += result.avgLogProbability;
      total.errors += errorsOf(score);
      total.length += score.length;
    }
    memory.close();
  }
  slot.close();
  model.close();
  const greedyMs = perToken(totals[0] ?? nothing);
  publish({
    name: reportName('search', subject),
    title: `Searches of ${subject.model} on one thread over ${subject.clips.length} clips`,
    rows: totals.map((total) => ({
      search: total.name,
      msPerToken: perToken(total),
      timesGreedy: perToken(total) / greedyMs,
      decodedPerToken: total.decodedTokens / total.tokens,
      avgLogProbability: total.logProbability / subject.clips.length,
      errorPercent: (100 * total.errors) / total.length,
    })),
  });
}

const nothing = { decodeMs: 0, tokens: 0, decodedTokens: 0, logProbability: 0, errors: 0, length: 0 };

function beam(beams: number): NativeSearch {
  return { kind: 'beam', beams, patience: 1, lengthPenalty: null };
}

function perToken({ decodeMs, tokens }: { readonly decodeMs: number; readonly tokens: number }): number {
  return decodeMs / tokens;
}
