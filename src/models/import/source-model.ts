import type { GenerationConfig } from './generation-config.ts';
import type { SourceFile } from './stored-tensors.ts';
import type { WhisperWeights } from './tensor-layout.ts';

/** A Whisper model in somebody else's form, open and checked but for its weights' values. */
export interface SourceModel {
  /** Form and name, such as "CTranslate2 folder whisper-small"; for a description. */
  readonly origin: string;
  /** For the model's name, where that is not its folder's. */
  readonly name?: string;
  /** Where its files lie. */
  readonly folder: string;
  /** All files that weights come from. */
  readonly files: readonly SourceFile[];
  readonly weights: WhisperWeights;
  /** The bytes that each text token stands for. */
  readonly tokens: readonly Buffer[];
  readonly config: GenerationConfig;
  /** True where its matrices are integers. */
  readonly isQuantized: boolean;
  readonly close: () => Promise<void>;
}
