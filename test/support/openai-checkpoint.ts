import { whisperTensors } from '#theo/models/import/whisper-tensors.js';
import type { WhisperDimensions } from '#theo/models/whisper/dimensions.js';
import { type Picklable, type PickledTensor, pytorchFile } from './pytorch-file.ts';

/** Small enough for a test, with a whole vocabulary. */
export const smallSizes: WhisperDimensions = {
  vocabulary: 51_865,
  state: 16,
  audioContext: 50,
  audioHeads: 1,
  audioLayers: 1,
  textContext: 448,
  textHeads: 1,
  textLayers: 1,
  mels: 80,
};

/** Tensors under OpenAI's names, of weights that are small multiples of 1/64. */
export function openAiTensors(sizes: WhisperDimensions): Map<string, PickledTensor> {
  let seed = 1;
  return new Map(
    whisperTensors(sizes).map(({ name, shape }) => {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
        seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
        return ((seed >>> 16) % 127) / 64 - 63 / 64;
      });
      return [name, { shape, bytes: Buffer.from(data.buffer) }];
    }),
  );
}

/** `dims` as OpenAI's checkpoints state them. */
export function openAiDims(d: WhisperDimensions): Map<string, Picklable> {
  return new Map<string, Picklable>([
    ['n_mels', d.mels],
    ['n_vocab', d.vocabulary],
    ['n_audio_ctx', d.audioContext],
    ['n_audio_state', d.state],
    ['n_audio_head', d.audioHeads],
    ['n_audio_layer', d.audioLayers],
    ['n_text_ctx', d.textContext],
    ['n_text_state', d.state],
    ['n_text_head', d.textHeads],
    ['n_text_layer', d.textLayers],
  ]);
}

/** A file such as OpenAI's `base.pt`. */
export function openAiCheckpoint(
  tensors: ReadonlyMap<string, PickledTensor> = openAiTensors(smallSizes),
  dims: ReadonlyMap<string, Picklable> = openAiDims(smallSizes),
): Buffer {
  return pytorchFile(
    new Map<string, Picklable>([
      ['dims', dims],
      ['model_state_dict', tensors],
    ]),
  );
}
