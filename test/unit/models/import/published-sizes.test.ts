import { expect, test } from 'vitest';
import { weightsFileBytes } from '#theo/models/import/weights-file.js';
import { whisperTensors } from '#theo/models/import/whisper-tensors.js';
import type { WhisperDimensions } from '#theo/models/whisper/dimensions.js';
import type { NativeWeightType } from '#theo/native.js';

/** Bytes of the text tokens of the two vocabularies that there are. */
const multilingualTokenBytes = 307_057;
const englishTokenBytes = 320_827;

function model(
  state: number,
  layers: readonly [audio: number, text: number],
  others: Partial<WhisperDimensions> = {},
): WhisperDimensions {
  const [audioLayers, textLayers] = layers;
  const heads = state / 64;
  return {
    vocabulary: 51_865,
    state,
    audioContext: 1_500,
    audioHeads: heads,
    audioLayers,
    textContext: 448,
    textHeads: heads,
    textLayers,
    mels: 80,
    ...others,
  };
}

const thirdEdition = { vocabulary: 51_866, mels: 128 };

// Sizes as huggingface.co/ggerganov/whisper.cpp tells them.
test.each<[string, NativeWeightType, number, WhisperDimensions]>([
  ['tiny.en', 'f16', 77_704_715, model(384, [4, 4], { vocabulary: 51_864 })],
  ['tiny.en', 'q8_0', 43_550_795, model(384, [4, 4], { vocabulary: 51_864 })],
  ['tiny.en', 'q5_1', 32_166_155, model(384, [4, 4], { vocabulary: 51_864 })],
  ['tiny', 'f16', 77_691_713, model(384, [4, 4])],
  ['base', 'f16', 147_951_465, model(512, [6, 6])],
  ['base', 'q8_0', 81_768_585, model(512, [6, 6])],
  ['base', 'q5_1', 59_707_625, model(512, [6, 6])],
  ['small', 'f16', 487_601_967, model(768, [12, 12])],
  ['medium', 'q5_0', 539_212_467, model(1_024, [24, 24])],
  ['large-v2', 'f16', 3_094_623_691, model(1_280, [32, 32])],
  ['large-v3', 'f16', 3_095_033_483, model(1_280, [32, 32], thirdEdition)],
  ['large-v3-turbo', 'f16', 1_624_555_275, model(1_280, [32, 4], thirdEdition)],
  ['large-v3-turbo', 'q8_0', 874_188_075, model(1_280, [32, 4], thirdEdition)],
  ['large-v3-turbo', 'q5_0', 574_041_195, model(1_280, [32, 4], thirdEdition)],
])('%s in %s has the size of the published file, %i bytes', (_name, type, size, dimensions) => {
  const tokenBytes = dimensions.vocabulary === 51_864 ? englishTokenBytes : multilingualTokenBytes;
  const tokens = [Buffer.alloc(tokenBytes), ...new Array<Buffer>(50_256).fill(Buffer.alloc(0))];
  expect(weightsFileBytes({ dimensions, tensors: whisperTensors(dimensions), tokens }, type)).toBe(size);
});
