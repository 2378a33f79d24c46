import { maxAudioContext } from '../manifest.ts';
import type { CTranslate2File } from './ctranslate2-file.ts';
import { ModelImportError } from './errors.ts';
import { readInteger } from './weights-reader.ts';

/** The sizes of a Whisper model. */
export interface WhisperDimensions {
  readonly vocabulary: number;
  /** Width of the hidden state, encoder's and decoder's. */
  readonly state: number;
  /** Encoder positions of 20 ms. */
  readonly audioContext: number;
  readonly audioHeads: number;
  readonly audioLayers: number;
  /** Decoder positions, one a token. */
  readonly textContext: number;
  readonly textHeads: number;
  readonly textLayers: number;
  /** Bands of the mel spectrogram. */
  readonly mels: number;
}

/** Vocabularies that there are: English only; 99 languages; 100 languages. Special tokens are told from the size. */
const vocabularies: readonly number[] = [51_864, 51_865, 51_866];
const usualHeadWidth = 64;
/** The engine computes attention in steps of so many numbers of a head. */
const headWidthStep = 16;
const maxLayers = 64;

/** True unless English is all that the vocabulary has. */
export function isMultilingual({ vocabulary }: WhisperDimensions): boolean {
  return vocabulary > 51_864;
}

/**
 * Tells the sizes from the shapes of the tensors that have them.
 * @throws ModelImportError `tensor_missing`, `tensor_shape` or, for sizes that the engine does not take,
 * `dimensions_unsupported`.
 */
export async function readDimensions(file: CTranslate2File): Promise<WhisperDimensions> {
  const [vocabulary, state] = matrix(file, 'decoder/embeddings/weight');
  const [audioContext] = matrix(file, 'encoder/position_encodings/encodings');
  const [textContext] = matrix(file, 'decoder/position_encodings/encodings');
  const [, mels] = shapeOf(file, 'encoder/conv1/weight', 3);
  const heads = Math.floor(state / usualHeadWidth);
  const dimensions: WhisperDimensions = {
    vocabulary,
    state,
    audioContext,
    audioHeads: (await readInteger(file, 'encoder/num_heads')) ?? heads,
    audioLayers: layers(file, 'encoder'),
    textContext,
    textHeads: (await readInteger(file, 'decoder/num_heads')) ?? heads,
    textLayers: layers(file, 'decoder'),
    mels,
  };
  requireSupported(file, dimensions);
  return dimensions;
}

/** The same bounds as the engine's own check of a model file, which knows no more. */
function requireSupported(file: CTranslate2File, d: WhisperDimensions): void {
  if (!vocabularies.includes(d.vocabulary)) {
    fail(file, `a vocabulary of ${d.vocabulary} tokens; Whisper's have ${vocabularies.join(', ')}`);
  }
  requireBetween(file, 'the hidden state', d.state, 1, 16_384);
  requireBetween(file, 'the audio context', d.audioContext, 1, maxAudioContext);
  requireBetween(file, 'the text context', d.textContext, 8, 448);
  requireBetween(file, 'the number of mel bands', d.mels, 1, 256);
  for (const [what, layerCount, heads] of [
    ['encoder', d.audioLayers, d.audioHeads],
    ['decoder', d.textLayers, d.textHeads],
  ] as const) {
    requireBetween(file, `the number of ${what} layers`, layerCount, 1, maxLayers);
    requireBetween(file, `the number of ${what} heads`, heads, 1, 256);
    if (d.state % heads !== 0) fail(file, `${heads} ${what} heads do not divide a state of ${d.state}`);
    const headWidth = d.state / heads;
    if (headWidth % headWidthStep !== 0) {
      fail(file, `${what} heads are ${headWidth} wide, expected a multiple of ${headWidthStep}`);
    }
  }
}

function requireBetween(file: CTranslate2File, what: string, value: number, low: number, high: number): void {
  if (value < low || value > high) fail(file, `${what} is ${value}, expected ${low} to ${high}`);
}

function fail(file: CTranslate2File, what: string): never {
  throw new ModelImportError('dimensions_unsupported', `${file.path}: ${what}: the engine cannot run it`);
}

/** Layers are numbered from 0: how many numbers there are. */
function layers(file: CTranslate2File, part: 'encoder' | 'decoder'): number {
  const numbers = [...file.variables.keys()].map((name) => name.split('/', 2));
  const named = numbers.filter(([first, second]) => first === part && /^layer_\d+$/.test(second ?? ''));
  return new Set(named.map(([, second]) => second)).size;
}

function matrix(file: CTranslate2File, name: string): readonly [rows: number, columns: number] {
  const [rows, columns] = shapeOf(file, name, 2);
  return [rows, columns];
}

function shapeOf(file: CTranslate2File, name: string, rank: 2 | 3): readonly [number, number, number] {
  const shape = file.variables.get(name)?.shape;
  if (!shape) throw new ModelImportError('tensor_missing', `${file.path}: the tensor "${name}" is missing`);
  const [first = 0, second = 0, third = 0] = shape;
  if (shape.length !== rank) {
    throw new ModelImportError(
      'tensor_shape',
      `${file.path}: the tensor "${name}" is [${shape.join(', ')}], expected ${rank} dimensions`,
    );
  }
  return [first, second, third];
}
