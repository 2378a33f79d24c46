import { maxAudioContext } from '../manifest.ts';

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
/** The engine computes attention in steps of so many numbers of a head. */
const headWidthStep = 16;
const maxLayers = 64;

/** True unless English is all that the vocabulary has. */
export function isMultilingual({ vocabulary }: Pick<WhisperDimensions, 'vocabulary'>): boolean {
  return vocabulary > 51_864;
}

/** Why the engine cannot run a model of these sizes; undefined where it can. Its own check of a model file has the same bounds. */
export function dimensionsProblem(d: WhisperDimensions): string | undefined {
  if (!vocabularies.includes(d.vocabulary)) {
    return `a vocabulary of ${d.vocabulary} tokens; Whisper's have ${vocabularies.join(', ')}`;
  }
  return (
    outside('the hidden state', d.state, 1, 16_384) ??
    outside('the audio context', d.audioContext, 1, maxAudioContext) ??
    outside('the text context', d.textContext, 8, 448) ??
    outside('the number of mel bands', d.mels, 1, 256) ??
    layersProblem('encoder', d.state, d.audioLayers, d.audioHeads) ??
    layersProblem('decoder', d.state, d.textLayers, d.textHeads)
  );
}

function layersProblem(what: string, state: number, layers: number, heads: number): string | undefined {
  const problem =
    outside(`the number of ${what} layers`, layers, 1, maxLayers) ??
    outside(`the number of ${what} heads`, heads, 1, 256);
  if (problem !== undefined) return problem;
  if (state % heads !== 0) return `${heads} ${what} heads do not divide a state of ${state}`;
  const headWidth = state / heads;
  if (headWidth % headWidthStep === 0) return undefined;
  return `${what} heads are ${headWidth} wide, expected a multiple of ${headWidthStep}`;
}

function outside(what: string, value: number, low: number, high: number): string | undefined {
  return value < low || value > high ? `${what} is ${value}, expected ${low} to ${high}` : undefined;
}
