import { audioContextFor } from '#theo/engine/whisper/decode-budget.js';
import { loadNative, type NativeDecodeResult, sampleRateHz } from '#theo/native.js';
import { decodeAlone, plainRequest } from '../../test/support/decode-request.ts';
import { type BenchOptions, percentile, publish } from '../report.ts';
import { installedModel, reportName } from '../subject.ts';

const warmUpRounds = 5;

/**
 * Where the time of one decode goes: spectrogram, encoder, decoder. `THEO_NATIVE=build-portable/addon/theo.node`
 * measures another build of the addon. `--rounds N`: decodes of each length.
 */
export async function run({ rounds = 40, subject }: BenchOptions): Promise<void> {
  const spoken = subject.clips.find(({ file }) => file === 'pt_03.wav') ?? subject.clips[0];
  if (!spoken) return;
  const { weightsPath, manifest } = await installedModel(subject);
  const addon = loadNative();
  const model = await addon.loadModel(weightsPath, {
    useGpu: false,
    int8: manifest.engineConfig.int8,
    prepareSilence: true,
  });
  const slot = new addon.DecodeSlot(model);
  const audio = Float32Array.from(spoken.samples, (sample) => sample / 32_768);
  const rows = [];
  for (const samples of [audio.subarray(0, 0.6 * sampleRateHz), audio]) {
    const timings: NativeDecodeResult['timings'][] = [];
    // The first decodes of a length find everything cold.
    for (let round = -warmUpRounds; round < rounds; round++) {
      const result = await decodeAlone(slot, {
        ...plainRequest,
        samples,
        language: spoken.language,
        ...audioContextFor(
          samples.length,
          {
            mode: manifest.engineConfig.audioCtx,
            full: model.audioContext,
            minimum: manifest.engineConfig.minAudioCtx,
            margin: manifest.engineConfig.audioCtxMargin,
          },
          'pooled-silence',
        ),
      });
      if (round >= 0) timings.push(result.timings);
    }
    const median = (part: 'melMs' | 'encodeMs' | 'decodeMs'): number =>
      percentile(
        timings.map((timing) => timing[part]),
        0.5,
      );
    rows.push({
      audioSeconds: samples.length / sampleRateHz,
      melMs: median('melMs'),
      encodeMs: median('encodeMs'),
      decodeMs: median('decodeMs'),
    });
  }
  slot.close();
  model.close();
  publish({
    name: reportName('decode', subject),
    title: `One decode of ${subject.model} on one thread, medians`,
    rows,
  });
}
