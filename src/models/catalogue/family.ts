import type { WhisperDimensions } from '../whisper/dimensions.ts';
import type { StoredType } from '../whisper/weight-types.ts';

/** A file of weights that somebody publishes. */
export interface PublishedFile {
  /** How its matrices are stored. */
  readonly type: StoredType;
  /** Its name where it is published. */
  readonly file: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Where the files of a family lie. */
export type FamilySource =
  /** A repository of Hugging Face's hub, at a commit: what lies there never changes. */
  | { readonly kind: 'hub'; readonly repo: string; readonly revision: string }
  /** A folder of a web server; the SHA-256 pins what it has to hold. */
  | { readonly kind: 'web'; readonly folder: string };

/** A model, and all the precisions that it is published in. */
export interface ModelFamily {
  /** Such as `whisper-small`. */
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** Who made the weights. */
  readonly author: string;
  /** SPDX identifier of the weights' licence. */
  readonly licence: 'MIT' | 'Apache-2.0';
  readonly source: FamilySource;
  readonly dimensions: WhisperDimensions;
  /** ISO 639-1 or 639-3 codes. */
  readonly languages: readonly string[];
  /** Into English. */
  readonly translates: boolean;
  /** Heads of the decoder that follow the audio, by layer; none: not known. */
  readonly alignmentHeads: Readonly<Record<number, readonly number[]>>;
  /** Encoder positions beyond the audio that the weights were trained to have. */
  readonly audioContextMargin?: number;
  /** In the order in which a list shows them. */
  readonly files: readonly PublishedFile[];
}

/** A family's alignment heads, [layer, head]. */
export function headsOf({
  alignmentHeads,
}: ModelFamily): readonly (readonly [layer: number, head: number])[] {
  return Object.entries(alignmentHeads).flatMap(([layer, heads]) =>
    heads.map((head) => [Number(layer), head] as const),
  );
}

/** Width and layers; the encoder's and the decoder's heads are 64 wide. */
export type Size = Pick<
  WhisperDimensions,
  'state' | 'audioHeads' | 'audioLayers' | 'textHeads' | 'textLayers'
>;

/** The vocabulary, and what goes with it. */
export type Edition = Omit<WhisperDimensions, keyof Size>;

function size(state: number, audioLayers: number, textLayers: number): Size {
  const heads = state / 64;
  return { state, audioHeads: heads, audioLayers, textHeads: heads, textLayers };
}

type SizeName =
  | 'tiny'
  | 'base'
  | 'small'
  | 'medium'
  | 'large'
  | 'largeTurbo'
  | `${'small' | 'medium' | 'large'}Distilled`;

/** Whisper's sizes, and those of its distillations, which keep the encoder. */
export const sizes: Readonly<Record<SizeName, Size>> = {
  tiny: size(384, 4, 4),
  base: size(512, 6, 6),
  small: size(768, 12, 12),
  medium: size(1_024, 24, 24),
  large: size(1_280, 32, 32),
  largeTurbo: size(1_280, 32, 4),
  smallDistilled: size(768, 12, 4),
  mediumDistilled: size(1_024, 24, 2),
  largeDistilled: size(1_280, 32, 2),
};

/** Whisper's vocabularies; that of 100 languages, with Cantonese, came with finer spectra. */
export const editions: Readonly<Record<'english' | 'languages99' | 'languages100', Edition>> = {
  english: { vocabulary: 51_864, mels: 80, audioContext: 1_500, textContext: 448 },
  languages99: { vocabulary: 51_865, mels: 80, audioContext: 1_500, textContext: 448 },
  languages100: { vocabulary: 51_866, mels: 128, audioContext: 1_500, textContext: 448 },
};
