import { dimensionsProblem, type WhisperDimensions } from '../whisper/dimensions.ts';
import type { CTranslate2File } from './ctranslate2-file.ts';
import { ModelImportError } from './errors.ts';
import { readInteger } from './weights-reader.ts';

const usualHeadWidth = 64;

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
  const problem = dimensionsProblem(dimensions);
  if (problem !== undefined) {
    throw new ModelImportError(
      'dimensions_unsupported',
      `${file.path}: ${problem}: the engine cannot run it`,
    );
  }
  return dimensions;
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
